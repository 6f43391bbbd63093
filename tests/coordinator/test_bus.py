"""The events' way through the coordinator, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.bus import Bus
from sipflow.coordinator.run_directory import events_endpoint
from sipflow.errors import UsageError
from sipflow.protocol.events import Event
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import decode_event, encode
from tests.coordinator.events_of_workers import said
from tests.coordinator.patience import LOOK_MS, until

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]


@pytest.fixture
def bus(context: Context, directory: Path) -> Iterator[Bus]:
    """Open a bus."""
    with closing(Bus(context, directory)) as bus:
        yield bus


def worker(bus: Bus, open_socket: OpenSocket, directory: Path) -> zmq.Socket[bytes]:
    """Return a worker's publisher that has seen the coordinator's subscription."""
    publisher = open_socket(zmq.XPUB)
    publisher.sndhwm = 0  # as workers have it: nothing is dropped
    publisher.connect(events_endpoint(directory))
    until(lambda: publisher.poll(LOOK_MS), lambda: bus.inlet.poll(0))
    assert publisher.recv() == b"\x01"
    return publisher


def receive(bus: Bus, count: int) -> list[Event]:
    """Return so many events, as soon as they are there."""
    events: list[Event] = []

    def look() -> None:
        bus.inlet.poll(LOOK_MS)
        events.extend(bus.receive())

    until(lambda: len(events) >= count, look)
    return events


def test_every_event_of_every_worker_comes_in(
    bus: Bus, open_socket: OpenSocket, directory: Path
) -> None:
    sent = {name: [said(name, seq) for seq in range(1, 2001)] for name in ("alice", "bob")}
    publishers = {name: worker(bus, open_socket, directory) for name in sent}
    for name, events in sent.items():
        for event in events:
            publishers[name].send_multipart([topic(event), encode(event)])
    received = receive(bus, 4000)
    for name, events in sent.items():
        assert [event for event in received if event.instance == name] == events
    assert bus.receive() == []


@pytest.mark.parametrize(
    "frames", [[b"r1.alice.node-state", b"\xc1"], [b""], [b"topic", b""], [b"\x80"]]
)
def test_what_is_no_event_is_counted_and_passed_over(
    bus: Bus, open_socket: OpenSocket, directory: Path, frames: list[bytes]
) -> None:
    publisher = worker(bus, open_socket, directory)
    publisher.send_multipart(frames)
    publisher.send_multipart([b"", encode(said("alice", 1))])
    assert receive(bus, 1) == [said("alice", 1)]
    assert bus.malformed == 1


def subscriber(open_socket: OpenSocket, endpoint: str, prefix: bytes) -> zmq.Socket[bytes]:
    """Return a subscriber to some of the events."""
    socket = open_socket(zmq.SUB)
    socket.subscribe(prefix)
    socket.connect(endpoint)
    return socket


def test_what_goes_out_is_a_topic_and_an_event(bus: Bus, open_socket: OpenSocket) -> None:
    endpoint = bus.open(None)
    assert endpoint.startswith("tcp://127.0.0.1:")
    outside = subscriber(open_socket, endpoint, b"r1.alice.")
    event = said("alice", 1)
    until(lambda: outside.poll(LOOK_MS), lambda: bus.publish(event))
    name, data = outside.recv_multipart()
    assert name == b"r1.alice.action-log"
    assert decode_event(data) == event


def test_nothing_waits_for_a_subscriber_that_never_reads(bus: Bus, open_socket: OpenSocket) -> None:
    subscriber(open_socket, bus.open(None), b"")
    for seq in range(5000):
        bus.publish(said("alice", seq))


def test_a_given_endpoint_is_used(bus: Bus, directory: Path) -> None:
    assert bus.open(f"ipc://{directory}/outside") == f"ipc://{directory}/outside"


@pytest.mark.parametrize(
    "endpoint",
    [
        "nonsense",
        "tcp://127.0.0.1",
        "tcp://192.0.2.1:5555",
        "x://y",
        "\udcff",
    ],
)
def test_an_endpoint_that_is_none_is_the_users_mistake(bus: Bus, endpoint: str) -> None:
    with pytest.raises(UsageError, match="--events ") as error:
        bus.open(endpoint)
    assert str(error.value).isprintable()


def test_an_endpoint_in_use_is_the_users_mistake(bus: Bus, open_socket: OpenSocket) -> None:
    taken = open_socket(zmq.PUB)
    port = taken.bind_to_random_port("tcp://127.0.0.1")
    with pytest.raises(UsageError, match="Address already in use"):
        bus.open(f"tcp://127.0.0.1:{port}")
