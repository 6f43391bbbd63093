"""What ``start`` shows: where it goes, and that nobody who looks can change how a run ends."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sipflow.console.run.view import Console
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import CleanUpVerdict, NotStarted, Verdict
from tests.coordinator.events_of_workers import NOW, entered, scenario

VERDICT = Verdict(
    run="r1",
    scenario="two",
    verdict="completed",
    exit_code=0,
    reason=None,
    duration_s=0.41,
    instances={},
    cleanup=CleanUpVerdict(confirmed=True),
)
PORTS = {"alice": 5060, "bob": 5062}
# A run as it is shown, in a process of its own whose standard output is somebody's.
SHOW = """
import sys
from sipflow.output import OutputError
from tests.console.run.test_view import show
try:
    sys.exit(show(json="--json" in sys.argv))
except OutputError as error:
    sys.stderr.write(str(error))
    sys.exit(error.exit_code)
"""
ROOT = Path(__file__).parents[3]


def show(*, json: bool) -> int:
    """Show a run from its start to its verdict; return an exit code of its own."""
    console = Console(scenario(), json=json)
    console.begin("tcp://127.0.0.1:5556")
    console.run_started(0, "r1", scenario(), PORTS)
    console.handle(entered("alice", "alice-1", "running"))
    console.tick(NOW + 1)
    console.run_ended(0, VERDICT)
    console.conclude()
    console.close()
    return console.report() or 7


def test_in_a_pipe_a_run_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show(json=False)
    out, err = capsys.readouterr()
    first, change, last = out.splitlines()
    assert first == "run r1  events tcp://127.0.0.1:5556"
    assert change.split() == ["0.000", "Alice", "alice-1", "TIMEOUT", "running"]
    assert last.startswith("completed  two  0.41 s")
    assert err == ""


def test_the_verdict_in_json_is_alone_on_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(json=True)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert json.loads(out)["verdict"] == "completed"
    assert err.startswith("run r1  events tcp://127.0.0.1:5556\n")
    assert "completed  two" in err


def test_why_there_was_no_run_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(scenario(), json=True)
    console.begin("tcp://127.0.0.1:5556")
    reason = RunReason(message="no port: none is free")
    console.not_started(0, NotStarted(file="two.yaml", reason=reason, exit_code=3))
    console.conclude()
    console.close()
    assert console.exit_code == 3
    assert capsys.readouterr() == ("", "error: no port: none is free\n")


def closed_pipe() -> int:
    """Return the end of a pipe that nobody reads from any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def full_disk() -> int:
    """Return a file on a disk without room."""
    return os.open("/dev/full", os.O_WRONLY)


def gone_terminal() -> int:
    """Return a terminal that somebody has closed."""
    ours, theirs = pty.openpty()
    os.close(ours)
    return theirs


@pytest.mark.parametrize(
    ("output", "json", "exit_code"),
    [
        (closed_pipe, False, 7),
        (gone_terminal, False, 7),
        (full_disk, False, 3),
        (closed_pipe, True, 3),
        (gone_terminal, True, 3),
        (full_disk, True, 3),
    ],
)
def test_a_verdict_that_cannot_be_written_is_no_success_but_a_reader_of_lines_may_leave(
    output: Callable[[], int], json: bool, exit_code: int
) -> None:
    stdout = output()
    command = [sys.executable, "-c", SHOW, *(["--json"] if json else [])]
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, stdout=stdout, stderr=subprocess.PIPE, env=environment, cwd=ROOT, check=False
    )
    os.close(stdout)
    assert b"Error" not in done.stderr
    assert done.returncode == exit_code
    assert (b"cannot write the verdict to standard output" in done.stderr) == (exit_code == 3)


def test_what_could_not_be_kept_is_in_the_verdict_and_in_the_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = Console(scenario(), json=True)
    console.run_ended(0, VERDICT)
    console.obstruct("cannot write the event log: Input/output error")
    assert console.report() == 3
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert (printed["verdict"], printed["exit_code"]) == ("failed", 3)
    assert printed["reason"]["message"] == "cannot write the event log: Input/output error"
    assert "error: cannot write the event log: Input/output error\n" in err


def read_all(terminal: int) -> bytes:
    """Return all that was written to a terminal, once the other side has closed it."""
    text = b""
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # what Linux says at the end
            return text
        text += data


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False), ("", False)])
def test_a_terminal_that_can_gets_the_live_view(term: str, live: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": term, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SHOW], stdout=theirs, env=environment, cwd=ROOT
    ) as process:
        os.close(theirs)
        shown = read_all(ours)
    os.close(ours)
    assert process.returncode == 7
    assert (b"\x1b[" in shown) == live
    assert b"run r1  events tcp://127.0.0.1:5556" in shown
    assert b"completed  two" in shown
