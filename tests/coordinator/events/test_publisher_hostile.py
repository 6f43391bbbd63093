"""Garbage at the event publisher, by the thousand: it goes on, and who subscribed properly sees
all."""

import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.events.publisher import LARGEST_FRAME
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from tests.publisher import Publisher, publishing
from tests.stream_events import a_run
from tests.waiting import LIMIT_MS

OpenSocket = Callable[[int], zmq.Socket[bytes]]
PROPER = [
    b"\1",
    b"\0",
    b"\1a1.",
    b"\0a1.",
    b"\1a1.alice.node-state",
    b"\1replay//0/nonce",
    b"\1replay/a1/7/nonce",
    b"\0replay/a1/7/nonce",
]
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)
READY = b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """Open a publisher."""
    with publishing(tmp_path) as publisher:
        yield publisher


def mutated(chance: random.Random) -> bytes:
    """Return a proper frame with some of its bytes changed, cut off, doubled or put in."""
    frame = bytearray(chance.choice(PROPER))
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(frame) + 1)
        match chance.randrange(4):
            case 0:
                frame[at:at] = chance.randbytes(chance.choice([1, 1, 5, 300]))
            case 1:
                del frame[at:]
            case 2:
                frame[at : at + 1] = chance.randbytes(1)
            case _:
                frame += frame[:at]
    # A frame that is too long ends its connection, and with it those that wait behind it.
    most = 900 if chance.random() < 0.001 else LARGEST_FRAME
    return bytes(frame[:most])


def any_frame(chance: random.Random) -> bytes:
    """Return a frame of any kind."""
    if chance.random() < 0.5:
        return mutated(chance)
    return chance.randbytes(chance.randrange(60))


def properly_subscribed(open_socket: OpenSocket, publisher: Publisher) -> zmq.Socket[bytes]:
    """Return a subscriber to everything."""
    good = open_socket(zmq.SUB)
    good.rcvhwm = 0
    good.connect(publisher.endpoint)
    good.subscribe(b"")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers)
    return good


def check(good: zmq.Socket[bytes], events: list[AnyEvent]) -> None:
    """Require that exactly these events come, besides answers to what was asked."""
    for event in events:
        name = b"replay/"
        while name.startswith(b"replay/"):
            assert good.poll(LIMIT_MS)
            name, data = good.recv_multipart()
        assert (name, data) == (topic(event), encode(event))


@pytest.mark.parametrize("seed", range(3))
def test_ten_thousand_frames_of_any_kind_harm_nobody(
    publisher: Publisher, open_socket: OpenSocket, seed: int
) -> None:
    chance = random.Random(seed)
    good = properly_subscribed(open_socket, publisher)
    raw_peers = [open_socket(zmq.XSUB) for _ in range(10)]
    for one in raw_peers:
        one.sndhwm = 0
        one.connect(publisher.endpoint)
    events = a_run(2000)
    for event in events:
        for _ in range(5):
            frames = [any_frame(chance) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
            chance.choice(raw_peers).send_multipart(frames)
        # The one that subscribed properly also asks in between, and confirms each answer.
        request = f"replay/a1/1/{event.g}"
        good.subscribe(request)
        publisher.event_publisher.serve(publisher.records)
        publisher.publish(event)
        good.unsubscribe(request)
    publisher.serve_until(lambda: publisher.event_publisher.strays > 2000)
    check(good, events)


def shake_hands(raw: socket.socket) -> None:
    """Say what a subscriber says first, and hear what it is answered."""
    for said, size in ((GREETING, len(GREETING)), (READY, len(READY) + 1)):
        raw.sendall(said)
        assert len(raw.recv(size, socket.MSG_WAITALL)) == size


def test_garbage_on_the_wire_harms_nobody(publisher: Publisher, open_socket: OpenSocket) -> None:
    chance = random.Random(7)
    good = properly_subscribed(open_socket, publisher)
    port = int(publisher.endpoint.rpartition(":")[2])
    events = a_run(500)
    for event in events:
        with socket.create_connection(("127.0.0.1", port)) as raw:
            start = chance.choice([b"", GREETING[:20], GREETING, None])
            if start is None:
                shake_hands(raw)
            raw.sendall((start or b"") + chance.randbytes(chance.randrange(2000)))
        publisher.publish(event)
        publisher.event_publisher.serve(publisher.records)
    check(good, events)


def test_a_subscription_may_come_in_pieces(publisher: Publisher) -> None:
    port = int(publisher.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        shake_hands(raw)
        for byte in b"\x00\x04\x01a1.":
            raw.sendall(bytes([byte]))
        publisher.serve_until(lambda: publisher.event_publisher.subscribers)
    publisher.serve_until(lambda: not publisher.event_publisher.subscribers)
