"""A real stack that sleeps in its poll, and descriptors that wake it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

# Each in a process of its own: there is one stack in a process. What is woken says how often its
# poll came back, and for what.
SCRIPT = """
import os, socket, sys, threading
from msgspec import structs
from sipflow.worker.ipc.waker import Waker
from sipflow.worker.ua.pjsua import PjsuaUserAgent
from tests.worker.plans import plan

agent = PjsuaUserAgent()
agent.open(structs.replace(plan("alice"), port=int(sys.argv[1])))
watched, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
pipe, end = os.pipe()
bell = Waker(pipe)
bell.watch(watched.fileno())
agent.wake_on(bell)

def woken(times):
    # The time limit is far away: what ends the poll is the bell.
    agent.poll(30, lambda: bell.rang)
    assert bell.rang, f"woken for something else, time {times}"

for times in range(100):
    threading.Thread(target=lambda: other.send(b"command")).start()
    woken(times)
    assert watched.recv(100) == b"command"  # nothing of it was taken away
    bell.rearm()
    os.write(end, b"x")  # there before it sleeps
    woken(times)
    os.read(pipe, 1)
    bell.rearm()
agent.poll(0.05, lambda: bell.rang)
assert not bell.rang, "it rings for nothing"
other.send(b"one"), other.send(b"two")
woken("two at once")
assert watched.recv(100) == b"one"
bell.rearm()
woken("what was left")
os._exit(0)
"""
ROOT = Path(__file__).parents[5]


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_what_is_watched_wakes_the_stack_each_time_and_loses_nothing(port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(port)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
