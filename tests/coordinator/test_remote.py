"""``stop`` and ``watch``: another process asks, and the test is the coordinator that it finds."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.announcer import Announcer
from sipflow.coordinator.bus import Bus
from sipflow.coordinator.ledger import Ledger
from sipflow.coordinator.requests import Requests
from sipflow.coordinator.run_directory import RunDirectory
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.requests import Accepted, Answer, AskStatus, Denied, Request, Status, StopRun
from tests.coordinator.events_of_workers import NOW, RUN, said
from tests.coordinator.patience import LIMIT, LIMIT_MS, LOOK_MS

Program = subprocess.Popen[str]


@dataclass(frozen=True)
class Coordinator:
    """As much of a run as others see."""

    run: str
    requests: Requests
    bus: Bus
    endpoint: str

    def answer(self, answer: Answer) -> Request:
        """Answer the next request, and return what it was."""
        assert self.requests.socket.poll(LIMIT_MS)
        [(client, request)] = self.requests.receive()
        self.requests.answer(client, answer)
        return request

    def status(self) -> Status:
        """Return what a status request is answered with."""
        return Status(
            run=self.run, scenario="two", pid=os.getpid(), events=self.endpoint, state="running"
        )


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
        bus = Bus(context, directory.path)
        stack.callback(bus.close)
        yield Coordinator(RUN, requests, bus, bus.open(None))


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


def test_a_run_that_does_not_say_where_its_events_are_is_one_line(
    coordinator: Coordinator,
) -> None:
    with program("watch", RUN) as watch:
        assert coordinator.answer(Accepted()) == AskStatus()
        assert finish(watch) == (2, "", f"error: run {RUN} does not say where its events are\n")


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


def publish_until_seen(coordinator: Coordinator, watch: Program) -> tuple[str, list[AnyEvent]]:
    """Publish events until the program prints a line; then end the run. Return both."""
    assert watch.stdout is not None
    ledger, published = Ledger(), list[AnyEvent]()

    def publish(event: AnyEvent) -> None:
        published.append(ledger.number(event))
        coordinator.bus.publish(published[-1])

    poll = zmq.Poller()
    poll.register(watch.stdout, zmq.POLLIN)
    while not poll.poll(LOOK_MS):
        publish(said("alice", len(published) + 1))
    first = watch.stdout.readline()
    publish(Announcer(RUN, "two").scenario_state(NOW, "verdict", "completed"))
    return first, published


Choice = Callable[[Coordinator], list[str]]


@pytest.mark.parametrize(
    "choose", [lambda _: [], lambda one: [one.run], lambda one: [one.endpoint]]
)
def test_events_are_lines_until_the_run_ends(coordinator: Coordinator, choose: Choice) -> None:
    chosen = choose(coordinator)
    with program("watch", *chosen) as watch:
        if chosen != [coordinator.endpoint]:
            assert coordinator.answer(coordinator.status()) == AskStatus()
        first, _ = publish_until_seen(coordinator, watch)
        code, out, err = finish(watch)
    assert (code, err) == (0, "")
    assert "event " in first
    assert out.splitlines()[-1].split()[-1] == "completed"


def test_events_are_json_objects_if_one_wants(coordinator: Coordinator) -> None:
    with program("watch", "--json", coordinator.endpoint) as watch:
        first, published = publish_until_seen(coordinator, watch)
        code, out, err = finish(watch)
    shown = [json.loads(line) for line in [first, *out.splitlines()]]
    assert (code, err) == (0, "")
    assert [event["g"] for event in shown] == [
        event.g for event in published if event.g >= shown[0]["g"]
    ]
    assert shown[-1]["new"] == "completed"


def test_ctrl_c_ends_the_watch_and_not_the_run(coordinator: Coordinator) -> None:
    with program("watch", coordinator.endpoint) as watch:
        assert watch.stdout is not None
        poll = zmq.Poller()
        poll.register(watch.stdout, zmq.POLLIN)
        while not poll.poll(LOOK_MS):
            coordinator.bus.publish(said("alice", 1))
        watch.send_signal(2)
        code, _, err = finish(watch)
    assert (code, err) == (0, "")
