"""Steering from outside: another process asks, and the test is the coordinator that it finds."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import zmq

from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.runtime_directory import BatchDirectory, requests_endpoint
from sipflow.protocol.requests import (
    Accepted,
    Answer,
    AskStatus,
    Denied,
    InstanceStatus,
    PauseRun,
    Request,
    ResumeRun,
    Status,
    StopRun,
)
from tests.coordinator.events_of_workers import RUN
from tests.waiting import LIMIT, LIMIT_MS

Program = subprocess.Popen[str]
STATUS = Status(
    run=RUN,
    scenario="two",
    pid=4710,
    events="tcp://127.0.0.1:5556",
    state="paused",
    last_g=12,
    elapsed_s=1.5,
    file="calls/two.yaml",
    command="ba7c4000",
    instances={
        "alice": InstanceStatus(port=5060, pid=4711, node="alice-2", state="running"),
        "bob": InstanceStatus(port=5062),
    },
)


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
        batch = BatchDirectory("ba7c4000")
        stack.callback(batch.remove)
        requests = Requests(context, requests_endpoint(batch.open_run(RUN)))
        stack.callback(requests.close)
        yield Coordinator(requests)


@contextmanager
def program(*arguments: str) -> Iterator[Program]:
    """Call the command line in a process of its own."""
    command = [sys.executable, "-m", "sipflow.cli.main", *arguments]
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


@pytest.mark.parametrize("run", [None, RUN])
@pytest.mark.parametrize(
    ("command", "kind", "line"),
    [
        ("stop", StopRun, "stopping run a1"),
        ("pause", PauseRun, "pausing run a1"),
        ("resume", ResumeRun, "resuming run a1"),
    ],
)
def test_a_run_that_agrees_does_what_was_asked(
    coordinator: Coordinator, run: str | None, command: str, kind: type[StopRun], line: str
) -> None:
    with program(command, *([run] if run else [])) as process:
        assert coordinator.answer(Accepted()) == kind(run=run)
        assert finish(process) == (0, f"{line}\n", "")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Denied(detail="it is ending"), "error: run a1 refuses the request: it is ending\n"),
        (STATUS, "error: run a1 cannot pause\n"),
    ],
)
def test_a_run_that_does_not_agree_is_one_line(
    coordinator: Coordinator, answer: Answer, line: str
) -> None:
    with program("pause") as process:
        coordinator.answer(answer)
        assert finish(process) == (2, "", line)


def test_the_status_is_a_line_for_the_run_and_one_for_each_instance(
    coordinator: Coordinator,
) -> None:
    with program("status") as process:
        assert coordinator.answer(STATUS) == AskStatus()
        code, out, err = finish(process)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "run a1  two  paused  1.5 s  12 events at tcp://127.0.0.1:5556",
        "  alice  port 5060  pid 4711  alice-2 running",
        "  bob    port 5062  no process yet  not started",
        "  file calls/two.yaml",
    ]


def test_the_status_in_json_is_what_the_coordinator_says(coordinator: Coordinator) -> None:
    with program("status", "--json") as process:
        coordinator.answer(STATUS)
        code, out, err = finish(process)
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(msgspec.json.encode(STATUS))


def test_who_does_not_say_how_it_stands_is_one_line(coordinator: Coordinator) -> None:
    with program("status") as process:
        coordinator.answer(Accepted())
        assert finish(process) == (2, "", "error: run a1 does not report its status\n")


def test_a_coordinator_elsewhere_is_asked_at_its_endpoint(coordinator: Coordinator) -> None:
    endpoint = coordinator.requests.endpoint
    with program("stop", "--at", endpoint) as process:
        assert coordinator.answer(Accepted()) == StopRun()
        assert finish(process) == (0, f"stopping the run at {endpoint}\n", "")


@pytest.mark.parametrize("arguments", [["--key", "mine"], ["--server-key", "its"]])
def test_one_key_without_the_other_is_one_line(arguments: list[str]) -> None:
    with program("stop", *arguments) as process:
        code, out, err = finish(process)
    assert (code, out) == (2, "")
    assert err.startswith("error: --server-key and --key go together")


@pytest.mark.parametrize("command", ["stop", "pause", "resume", "status", "watch"])
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
