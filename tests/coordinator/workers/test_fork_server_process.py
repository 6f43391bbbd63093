"""The fork server's process: a real one, started before it is needed or when it is, and its end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from sipflow.coordinator.workers.fork_server_process import ForkServerProcess
from sipflow.protocol.launch import Ended, Launch, Launched
from sipflow.protocol.wire import decode_from_fork_server, encode
from tests.waiting import LIMIT


@pytest.fixture
def fork_server() -> Iterator[ForkServerProcess]:
    process = ForkServerProcess()
    process.socket.settimeout(LIMIT)
    yield process
    process.end(LIMIT)


def children() -> list[psutil.Process]:
    """Return the processes of this one."""
    return psutil.Process().children()


def test_it_forks_a_worker_that_is_asked_for(fork_server: ForkServerProcess) -> None:
    nowhere = "ipc:///tmp/nowhere-sipflow"
    launch = Launch(worker="w1", key="k", control=nowhere, events=nowhere, log=os.devnull)

    fork_server.socket.send(encode(launch))

    launched = decode_from_fork_server(fork_server.socket.recv(1024))
    assert isinstance(launched, Launched)
    os.kill(launched.pid, signal.SIGKILL)
    assert decode_from_fork_server(fork_server.socket.recv(1024)) == Ended(
        worker="w1", exit_code=-9
    )


def test_it_holds_nothing_that_is_open_here_and_has_a_session_of_its_own() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    fork_server = ForkServerProcess()
    try:
        os.close(writer)
        assert os.read(reader, 1) == b""  # at the latest when all that holds it has closed it
        [child] = children()
        assert os.getsid(child.pid) == child.pid
    finally:
        os.close(reader)
        fork_server.end(LIMIT)


def test_it_ends_when_it_is_to_and_is_gone_then(fork_server: ForkServerProcess) -> None:
    [child] = children()

    fork_server.end(LIMIT)
    fork_server.end(LIMIT)

    assert not child.is_running()
    assert fork_server.socket.fileno() == -1


def test_one_that_does_not_end_is_killed(fork_server: ForkServerProcess) -> None:
    [child] = children()
    child.suspend()

    fork_server.end(0.1)

    assert not child.is_running()


def test_one_that_has_died_can_be_ended(fork_server: ForkServerProcess) -> None:
    [child] = children()
    child.kill()

    fork_server.end(LIMIT)

    assert not child.is_running()


def run(program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in an interpreter of its own, which has no threads."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


# What a coordinator does at its beginning, before it has threads; prints what is found.
EARLY = """
import os, psutil
from sipflow.__main__ import _serve_workers
from sipflow.coordinator.workers.fork_server_process import *
def children():
    return [child.pid for child in psutil.Process().children()]
reader, writer = os.pipe()
start_early(_serve_workers)
os.close(writer)
[early] = children()
"""
USED = """
process = fork_server_process()
assert children() == [early]
discard_early()
assert children() == [early]
assert os.read(reader, 1) == b"", "it has closed what was open here"
assert os.getsid(early) == early
assert os.readlink(f"/proc/{early}/fd/0") == os.devnull
with open(f"/proc/{early}/cmdline") as title:
    assert title.read().rstrip("\\0") == "sipflow.worker.fork_server"
with open(f"/proc/{early}/comm") as name:
    assert name.read() == "sip-workers\\n"
process.end(60)
assert children() == []
"""
NOT_USED = """
discard_early()
assert children() == []
"""


@pytest.mark.parametrize("then", [USED, NOT_USED], ids=["used", "not needed"])
def test_one_that_was_started_early_is_the_one_that_is_used_or_gone_at_once(then: str) -> None:
    done = run(EARLY + then)

    assert (done.returncode, done.stderr) == (0, "")


FAILING = """
import os
from sipflow.coordinator.workers.fork_server_process import *
def fail(descriptor):
    raise ValueError("as it were a bug")
start_early(fail)
fork_server_process().end(60)
os.write(1, b"once")
"""


def test_one_that_fails_goes_no_way_but_to_its_end() -> None:
    done = run(FAILING)

    assert (done.returncode, done.stdout) == (0, "once")
    assert "as it were a bug" in done.stderr
