"""Where workers' events come in, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.runtime_directory import events_endpoint
from sipflow.coordinator.workers.event_socket import MOST_AT_ONCE, MOST_WAITING, EventReceiver
from sipflow.protocol.events import Event
from sipflow.protocol.wire import encode
from tests.coordinator.events_of_workers import said
from tests.waiting import LOOK_MS, until

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]
KEY = "0123456789abcdef"


@pytest.fixture
def receiver(context: Context, directory: Path) -> Iterator[EventReceiver]:
    """Open the event receiver."""
    with closing(EventReceiver(context, directory, KEY)) as receiver:
        yield receiver


def worker(receiver: EventReceiver, open_socket: OpenSocket, directory: Path) -> zmq.Socket[bytes]:
    """Return a worker's publisher that has seen the coordinator's subscription."""
    publisher = open_socket(zmq.XPUB)
    publisher.sndhwm = 0  # as workers have it: nothing is dropped
    publisher.connect(events_endpoint(directory))
    until(lambda: publisher.poll(LOOK_MS), lambda: receiver.socket.poll(0))
    assert publisher.recv() == b"\x01"
    return publisher


def receive(receiver: EventReceiver, count: int) -> list[Event]:
    """Return so many events, as soon as they are there."""
    events: list[Event] = []

    def look() -> None:
        receiver.socket.poll(LOOK_MS)
        events.extend(receiver.receive())

    until(lambda: len(events) >= count, look)
    return events


def test_every_event_of_every_worker_comes_in(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path
) -> None:
    sent = {name: [said(name, seq) for seq in range(1, 2001)] for name in ("alice", "bob")}
    publishers = {name: worker(receiver, open_socket, directory) for name in sent}
    for name, events in sent.items():
        for event in events:
            publishers[name].send_multipart([KEY.encode(), encode(event)])
    received = receive(receiver, 4000)
    for name, events in sent.items():
        assert [event for event in received if event.instance == name] == events
    assert receiver.receive() == []
    assert receiver.strays == 0


def test_events_that_belong_together_come_in_one_message(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path
) -> None:
    events = [said("alice", seq) for seq in range(1, 4)]
    worker(receiver, open_socket, directory).send_multipart([KEY.encode(), *map(encode, events)])
    assert receive(receiver, 3) == events


def test_a_burst_is_taken_in_by_pieces(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path
) -> None:
    publisher = worker(receiver, open_socket, directory)
    for seq in range(1, 2 * MOST_AT_ONCE + 2):
        publisher.send_multipart([KEY.encode(), encode(said("alice", seq))])
    assert receiver.socket.poll(LOOK_MS * 100)
    pieces: list[int] = []
    until(
        lambda: sum(pieces) == 2 * MOST_AT_ONCE + 1, lambda: pieces.append(len(receiver.receive()))
    )
    assert max(pieces) <= MOST_AT_ONCE


def test_what_there_is_no_room_for_waits_at_the_worker(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path
) -> None:
    publisher = worker(receiver, open_socket, directory)
    count = 3 * MOST_WAITING
    for seq in range(1, count + 1):
        publisher.send_multipart([KEY.encode(), encode(said("alice", seq))])
    assert [event.seq for event in receive(receiver, count)] == list(range(1, count + 1))


def test_of_messages_with_many_events_fewer_are_taken_in_at_once(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path
) -> None:
    publisher = worker(receiver, open_socket, directory)
    together = MOST_AT_ONCE // 5
    for _ in range(20):
        told = [encode(said("alice", seq)) for seq in range(together)]
        publisher.send_multipart([KEY.encode(), *told])
    pieces: list[int] = []
    until(lambda: sum(pieces) == 20 * together, lambda: pieces.append(len(receiver.receive())))
    assert max(pieces) <= MOST_AT_ONCE


@pytest.mark.parametrize(
    "frames",
    [
        [KEY.encode(), b"\xc1"],
        [KEY.encode(), b""],
        [b""],
        [b"topic", b""],
        [b"\x80"],
        [b"another key", encode(said("alice", 1))],
        [encode(said("alice", 1))],
    ],
)
def test_what_is_no_workers_event_is_counted_and_passed_over(
    receiver: EventReceiver, open_socket: OpenSocket, directory: Path, frames: list[bytes]
) -> None:
    publisher = worker(receiver, open_socket, directory)
    publisher.send_multipart(frames)
    publisher.send_multipart([KEY.encode(), encode(said("alice", 1))])
    assert receive(receiver, 1) == [said("alice", 1)]
    assert receiver.strays == 1
