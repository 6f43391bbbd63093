"""The one wait for everything that comes in: each of the sources ends it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import zmq

from sipflow import clock
from sipflow.coordinator.events.stores import EventStores
from sipflow.coordinator.runtime_directory import (
    control_endpoint,
    events_endpoint,
    requests_endpoint,
)
from sipflow.coordinator.signals import StopSignals
from sipflow.coordinator.sockets import Sockets, open_channels
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.protocol.control import Hello
from sipflow.protocol.launch import Launch
from sipflow.protocol.requests import StopRun
from sipflow.protocol.wire import encode
from tests.coordinator.events_of_workers import said
from tests.waiting import LIMIT, LOOK, LOOK_MS, until

OpenSocket = Callable[[int], zmq.Socket[bytes]]
KEY = "0123456789abcdef"


@dataclass(frozen=True)
class Run:
    """The channels of a run and their directory."""

    channels: Sockets
    directory: Path


@pytest.fixture
def run(directory: Path) -> Iterator[Run]:
    """Open the channels of a run."""
    path = directory / "run"
    path.mkdir()
    with ExitStack() as stack:
        signals = stack.enter_context(StopSignals())
        launch = LocalLaunch(path)
        stack.callback(launch.close)
        yield Run(open_channels(stack, path, KEY, launch, signals), path)


def wait(run: Run) -> None:
    """Wait as the coordinator does; fails when only the limit ends it."""
    began = clock.monotonic()
    run.channels.wait(LIMIT)
    assert clock.monotonic() - began < LIMIT


def test_a_workers_word_ends_the_wait(run: Run, open_socket: OpenSocket) -> None:
    worker = open_socket(zmq.DEALER)
    worker.setsockopt(zmq.IDENTITY, f"w1:{KEY}".encode())
    worker.connect(control_endpoint(run.directory))
    worker.send(encode(Hello(pid=1)))
    wait(run)
    assert run.channels.control.receive() == [("w1", Hello(pid=1))]


def test_an_event_ends_the_wait(run: Run, open_socket: OpenSocket) -> None:
    worker = open_socket(zmq.XPUB)
    worker.connect(events_endpoint(run.directory))
    until(lambda: worker.poll(LOOK_MS), lambda: run.channels.wait(0))
    worker.send_multipart([KEY.encode(), encode(said("alice", 1))])
    wait(run)
    assert run.channels.receiver.receive() == [said("alice", 1)]


def test_a_request_ends_the_wait(run: Run, open_socket: OpenSocket) -> None:
    requests = run.channels.open_requests(requests_endpoint(run.directory))
    client = open_socket(zmq.REQ)
    client.connect(requests_endpoint(run.directory))
    client.send(encode(StopRun()))
    wait(run)
    assert [request for _, request in requests.receive()] == [StopRun()]
    run.channels.close_requests(requests)


def test_a_subscription_ends_the_wait(run: Run, open_socket: OpenSocket) -> None:
    subscriber = open_socket(zmq.SUB)
    subscriber.connect(run.channels.event_publisher.open(None))
    subscriber.subscribe(b"")
    wait(run)
    run.channels.event_publisher.serve(EventStores())
    assert run.channels.event_publisher.subscribers == 1


def test_a_signal_ends_the_wait(run: Run) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    wait(run)
    assert run.channels.signals.count == 1


def test_the_fork_server_ends_the_wait(run: Run) -> None:
    run.channels.launch.launch(
        Launch(
            worker="w1",
            key=KEY,
            control=control_endpoint(run.directory),
            events=events_endpoint(run.directory),
            log=str(run.directory / "w1.log"),
        )
    )
    wait(run)


def test_the_wait_ends_when_nothing_comes(run: Run) -> None:
    began = clock.monotonic()
    run.channels.wait(LOOK)
    assert clock.monotonic() - began >= LOOK * 0.9


def test_a_limit_that_is_almost_due_is_not_polled_for_busily(run: Run) -> None:
    began = clock.monotonic()
    run.channels.wait(0.0001)
    assert clock.monotonic() - began >= 0.0005
