"""What workers come from is started before the command line is read: it is never left behind."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from sipflow.protocol.verdict import STOPPED
from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT

BASIC = str(EXAMPLES / "basic-call.yaml")
PORT = ("--base-port", "24800")
START = ("start", BASIC, *PORT)
MARK = "SIPFLOW_TEST_OF_HEAD_STARTS"


@contextmanager
def command(*arguments: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start the command line; afterwards, see that nothing of it is there any more."""
    mark = str(folder)
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
    left = [one for one in psutil.process_iter(["environ"]) if _has(one, mark)]
    assert psutil.wait_procs(left, timeout=LIMIT)[1] == []


def _has(process: psutil.Process, mark: str) -> bool:
    return (process.info["environ"] or {}).get(MARK) == mark


def nothing_left(folder: Path) -> bool:
    """Tell whether no process of the command is there at this very moment."""
    return not any(_has(one, str(folder)) for one in psutil.process_iter(["environ"]))


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (("start",), 2),
        (("start", "nowhere.yaml"), 2),
        (("start", BASIC, "--base-port", "1"), 2),
        (("start", "--help"), 0),
        (("start", BASIC, "-h"), 0),
        (("load", BASIC), 2),
        (("load", BASIC, "--calls", "none"), 2),
    ],
    ids=lambda value: (
        " ".join(value[:2]).replace(BASIC, "FILE") if value != 0 and value != 2 else ""
    ),
)
def test_a_command_that_runs_nothing_has_ended_what_it_has_started(
    arguments: tuple[str, ...], exit_code: int, tmp_path: Path
) -> None:
    with command(*arguments, folder=tmp_path) as process:
        stdout, stderr = process.communicate(timeout=LIMIT)
        assert nothing_left(tmp_path)

    assert process.returncode == exit_code
    assert bool(stdout) == (exit_code == 0)
    assert "Traceback" not in stderr
    assert (stderr == "") == (exit_code == 0)


def has_child(process: psutil.Process) -> bool:
    """Tell whether the process that workers come from is there."""
    return bool(process.children())


def has_mapped(name: str) -> Callable[[psutil.Process], bool]:
    """Return whether a process has loaded a library, so how far it is with its imports."""
    return lambda process: any(name in mapped.path for mapped in process.memory_maps())


def has_grandchild(process: psutil.Process) -> bool:
    """Tell whether a worker is there."""
    return len(process.children(recursive=True)) > 1


MOMENTS = {
    "the fork server is there": has_child,
    "the file is about to be read": has_mapped("_yaml"),
    "sockets are about to be opened": has_mapped("_zmq"),
    "a worker is there": has_grandchild,
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_signal_at_any_moment_of_the_start_leaves_nothing(
    moment: Callable[[psutil.Process], bool], number: signal.Signals, tmp_path: Path
) -> None:
    with command(*START, folder=tmp_path) as process:
        seen = psutil.Process(process.pid)
        while not moment(seen):
            assert process.poll() is None, process.communicate()
        process.send_signal(number)
        _stdout, stderr = process.communicate(timeout=LIMIT)

    assert "Traceback" not in stderr
    ends = {signal.SIGINT: {STOPPED}, signal.SIGTERM: {STOPPED, -number}, signal.SIGKILL: {-number}}
    assert process.returncode in ends[number]


def test_what_is_said_arrives_whole_through_a_pipe_and_the_exit_code_is_that_of_the_run(
    tmp_path: Path,
) -> None:
    with command(*START, folder=tmp_path) as process:
        stdout, stderr = process.communicate(timeout=LIMIT)
        assert nothing_left(tmp_path)

    assert (process.returncode, stderr) == (0, "")
    assert stdout.splitlines()[-1].strip()
