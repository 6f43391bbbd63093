"""``stop``: another process asks, and the test is the coordinator that it finds."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.requests import Requests
from sipflow.coordinator.run_directory import RunDirectory
from sipflow.protocol.requests import Accepted, Answer, Denied, Request, Status, StopRun
from tests.coordinator.events_of_workers import RUN
from tests.coordinator.patience import LIMIT, LIMIT_MS

Program = subprocess.Popen[str]


@dataclass(frozen=True)
class Coordinator:
    """As much of a run as others see."""

    requests: Requests

    def answer(self, answer: Answer) -> Request:
        """Answer the next request, and return what it was."""
        assert self.requests.socket.poll(LIMIT_MS)
        [(client, request)] = self.requests.receive()
        self.requests.answer(client, answer)
        return request


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the directory of the user's session."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))


@pytest.fixture
def coordinator(context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Coordinator]:
    """Be the coordinator of a run."""
    with ExitStack() as stack:
        directory = RunDirectory(RUN)
        stack.callback(directory.remove)
        requests = Requests(context, directory.path)
        stack.callback(requests.close)
        yield Coordinator(requests)


@contextmanager
def program(*arguments: str) -> Iterator[Program]:
    """Call the command line in a process of its own."""
    command = [sys.executable, "-m", "sipflow.cli", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def finish(process: Program) -> tuple[int, str, str]:
    """Return exit code, output and errors of a program that comes to its end."""
    out, err = process.communicate(timeout=LIMIT)
    return process.returncode, out, err


@pytest.mark.parametrize("arguments", [["stop"], ["stop", RUN]])
def test_a_run_that_agrees_is_being_stopped(coordinator: Coordinator, arguments: list[str]) -> None:
    with program(*arguments) as stop:
        assert coordinator.answer(Accepted()) == StopRun()
        assert finish(stop) == (0, f"stopping run {RUN}\n", "")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Denied(detail="it is over"), f"error: run {RUN} does not stop: it is over\n"),
        (
            Status(run=RUN, scenario="two", pid=1, events="", state="running"),
            f"error: run {RUN} misunderstood\n",
        ),
    ],
)
def test_a_run_that_does_not_stop_is_one_line(
    coordinator: Coordinator, answer: Answer, line: str
) -> None:
    with program("stop") as stop:
        coordinator.answer(answer)
        assert finish(stop) == (2, "", line)


@pytest.mark.parametrize("command", ["stop", "watch"])
@pytest.mark.parametrize(
    ("run", "line"),
    [
        ([], "error: no run is alive\n"),
        (["ffff"], "error: no run ffff is alive; no run is alive\n"),
    ],
)
def test_without_a_run_it_is_one_line(command: str, run: list[str], line: str) -> None:
    with program(command, *run) as process:
        assert finish(process) == (2, "", line)
