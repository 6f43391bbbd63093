"""Ports for RTP that other programs hold: other ports, or an error of the machine's."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT, Coordinator, cli

# Holds the UDP ports of a range that are free, says how many, and ends with its standard input.
HOLDER = """
import resource, socket, sys
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = []
for port in range(int(sys.argv[1]), int(sys.argv[2])):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        one.bind(("127.0.0.1", port))
        held.append(one)
    except OSError:
        one.close()
print(len(held), flush=True)
sys.stdin.read()
"""
PORT = 9_000


@contextmanager
def held(first: int, last: int) -> Iterator[None]:
    """Have other processes hold the ports, as many each as a process may have open."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    share = min(max(most - 100, 100), 10_000)
    with ExitStack() as stack:
        for begin in range(first, last, share):
            command = [sys.executable, "-c", HOLDER, str(begin), str(min(begin + share, last))]
            holder = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            assert holder.stdin is not None
            assert holder.stdout is not None
            stack.callback(holder.stdin.close)
            assert int(holder.stdout.readline()) > 0
        yield


def start() -> "subprocess.CompletedProcess[str]":
    """Start a call."""
    command = [*COMMAND, "start", str(EXAMPLES / "basic-call.yaml"), "--base-port", str(PORT)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_where_some_are_held_others_are_used() -> None:
    with held(10_000, 10_400):
        assert start().returncode == 0


def test_where_all_are_held_nothing_is_started() -> None:
    with held(10_000, 32_768):
        done = start()
    assert done.returncode == 3
    assert done.stderr == (
        "error: no port: every range for RTP between 10000 and 32767 is in use\n"
    )


LATER = """
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice: [{TIMEOUT: 1s}, MakeCall: bob, Release]
  bob: [{INCOMING: {timeout: 20s}}, Answer, DISCONNECTED]
"""


def test_ports_that_are_taken_as_the_run_goes_on_are_the_machines_fault(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(LATER, encoding="utf-8")
    with Coordinator(path, tmp_path, "--base-port", str(PORT)) as coordinator:
        run = coordinator.wait_for_node("alice-1", "running")["run"]
        assert cli("pause", run).returncode == 0
        with held(10_000, 32_768):
            assert cli("resume", run).returncode == 0
            outcome = coordinator.finish()
    assert outcome.exit_code == 3
    assert outcome.verdict["reason"]["node"] == "alice-2"
    assert "Address already in use" in outcome.verdict["reason"]["message"]
