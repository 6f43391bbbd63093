"""``watch``: a program of its own follows a run to its end, and the test is its coordinator."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import zmq

from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.runtime_directory import BatchDirectory, requests_endpoint
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.requests import Accepted, Answer, AskStatus, Status
from tests.publisher import Publisher, publishing
from tests.stream_events import RUN, a_run, said, state
from tests.waiting import LIMIT, LIMIT_MS

Program = subprocess.Popen[bytes]
NOBODY = "tcp://127.0.0.1:1"


@dataclass(frozen=True)
class Coordinator:
    """As much of a run as a watch sees."""

    requests: Requests
    publisher: Publisher
    batch: BatchDirectory

    def answer(self, answer: Answer) -> None:
        """Answer the next request, which has to be the one for the status."""
        assert self.requests.socket.poll(LIMIT_MS)
        [(client, request)] = self.requests.receive()
        assert isinstance(request, AskStatus)
        self.requests.answer(client, answer)

    def status(self, events: str | None = None) -> Status:
        """Return what a status request is answered with."""
        return Status(
            run=RUN,
            scenario="two",
            pid=os.getpid(),
            events=events or self.publisher.endpoint,
            state="running",
        )


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the directory of the user's session."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))


@pytest.fixture
def coordinator(context: zmq.Context[zmq.Socket[bytes]], tmp_path: Path) -> Iterator[Coordinator]:
    """Be the coordinator of a run."""
    batch = BatchDirectory("ba7c4000")
    requests = Requests(context, requests_endpoint(batch.open_run(RUN)))
    with publishing(tmp_path) as publisher:
        publisher.begin()
        yield Coordinator(requests, publisher, batch)
    requests.close()
    batch.remove()


@contextmanager
def watching(*arguments: str) -> Iterator[Program]:
    """Watch in a process of its own."""
    command = [sys.executable, "-m", "sipflow.cli.main", "watch", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def finish(process: Program) -> tuple[int, str, str]:
    """Return exit code, output and errors of a program that comes to its end."""
    out, err = process.communicate(timeout=LIMIT)
    return process.returncode, out.decode(), err.decode()


def serve_to_the_end(coordinator: Coordinator, process: Program) -> tuple[int, str, str]:
    """Serve until the watch has ended, and return what it came to."""
    coordinator.publisher.serve_until(lambda: process.poll() is not None)
    return finish(process)


Choice = Callable[[Coordinator], list[str]]
CHOICES: list[Choice] = [lambda _: [], lambda _: [RUN], lambda one: [one.publisher.endpoint]]


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("before", [0, 3, 6])
def test_a_run_is_shown_from_its_first_event_whenever_one_looks(
    coordinator: Coordinator, choose: Choice, before: int
) -> None:
    events = a_run(6)
    coordinator.publisher.publish(*events[:before])
    chosen = choose(coordinator)
    with watching("--json", *chosen) as watch:
        if chosen != [coordinator.publisher.endpoint]:
            coordinator.answer(coordinator.status())
        coordinator.publisher.serve_until(lambda: coordinator.publisher.event_publisher.asked)
        coordinator.publisher.publish(*events[before:])
        code, out, err = serve_to_the_end(coordinator, watch)
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        msgspec.to_builtins(event) for event in events
    ]


def test_without_json_there_are_lines_for_people(coordinator: Coordinator) -> None:
    coordinator.publisher.publish(*a_run(3))
    with watching(coordinator.publisher.endpoint) as watch:
        code, out, err = serve_to_the_end(coordinator, watch)
    assert (code, err) == (0, "")
    first, second, last = out.splitlines()
    assert "event 1" in first
    assert "event 2" in second
    assert last.split()[-1] == "completed"


def test_each_run_of_a_stream_has_its_own_clock(coordinator: Coordinator) -> None:
    late: list[AnyEvent] = [
        msgspec.structs.replace(event, ts=event.ts + 100) for event in a_run(2, "b2")
    ]
    coordinator.publisher.publish(said(1), *late)
    with watching(coordinator.publisher.endpoint) as watch:
        coordinator.publisher.serve_until(lambda: coordinator.publisher.event_publisher.asked >= 3)
        coordinator.publisher.publish(state("completed", 2))
        code, out, err = serve_to_the_end(coordinator, watch)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["0.000"] * 4


def test_a_coordinator_that_is_gone_before_the_end_is_one_line(coordinator: Coordinator) -> None:
    coordinator.publisher.publish(said(1))
    with watching(coordinator.publisher.endpoint) as watch:
        coordinator.publisher.serve_until(lambda: coordinator.publisher.event_publisher.asked >= 2)
        coordinator.publisher.event_publisher.close()
        code, _, err = finish(watch)
    assert (code, err) == (
        3,
        "error: the stream of run a1 broke off after event 1: its coordinator is gone\n",
    )


def test_a_run_that_ends_at_the_moment_of_joining_has_ended(coordinator: Coordinator) -> None:
    with watching(RUN) as watch:
        assert coordinator.requests.socket.poll(LIMIT_MS)  # it has found the run
        coordinator.batch.close_run(RUN)
        coordinator.answer(coordinator.status(events=NOBODY))
        code, out, err = finish(watch)
    assert (code, out) == (2, "")
    assert err == "error: run a1 has ended before its events could be received\n"


def test_a_run_that_lives_but_cannot_be_joined_is_not_waited_for(
    coordinator: Coordinator,
) -> None:
    with watching() as watch:
        coordinator.answer(coordinator.status(events=NOBODY))
        code, out, err = finish(watch)
    assert (code, out) == (3, "")
    assert err == "error: the stream of run a1 broke off after event 0: its coordinator is gone\n"


def test_a_run_that_does_not_say_where_its_events_are_is_one_line(
    coordinator: Coordinator,
) -> None:
    with watching(RUN) as watch:
        coordinator.answer(Accepted())
        assert finish(watch) == (
            2,
            "",
            "error: run a1 does not report an endpoint for its events\n",
        )


def test_ctrl_c_ends_the_watch_and_not_the_run(coordinator: Coordinator) -> None:
    coordinator.publisher.publish(said(1))
    with watching(coordinator.publisher.endpoint) as watch:
        assert watch.stdout is not None
        descriptor = watch.stdout.fileno()
        poll = zmq.Poller()
        poll.register(descriptor, zmq.POLLIN)
        coordinator.publisher.serve_until(lambda: poll.poll(0))
        watch.send_signal(signal.SIGINT)
        code, _, err = finish(watch)
    assert (code, err) == (0, "")
