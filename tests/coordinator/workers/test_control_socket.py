"""The conversation with workers, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.runtime_directory import control_endpoint
from sipflow.coordinator.workers.control_socket import MOST_AT_ONCE, MOST_WAITING, Control
from sipflow.protocol.control import ChainFinished, EventsFinished, Go, Hello, Quit, ToCoordinator
from sipflow.protocol.wire import decode_to_worker, encode
from tests.waiting import LIMIT_MS, LOOK_MS, until

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]
KEY = "0123456789abcdef"


@pytest.fixture
def control(context: Context, directory: Path) -> Iterator[Control]:
    """Open the coordinator's side."""
    with closing(Control(context, directory, KEY)) as control:
        yield control


def worker(
    open_socket: OpenSocket, directory: Path, name: str, key: str = KEY
) -> zmq.Socket[bytes]:
    """Return a worker's side."""
    socket = open_socket(zmq.DEALER)
    socket.setsockopt(zmq.IDENTITY, f"{name}:{key}".encode())
    socket.connect(control_endpoint(directory))
    return socket


def hear(control: Control, count: int) -> list[tuple[str, ToCoordinator]]:
    """Return so many words of workers, as soon as they are there."""
    words: list[tuple[str, ToCoordinator]] = []

    def look() -> None:
        control.socket.poll(LOOK_MS)
        words.extend(control.receive())

    until(lambda: len(words) >= count, look)
    return words


def test_each_worker_is_heard_by_name_and_told_alone(
    control: Control, open_socket: OpenSocket, directory: Path
) -> None:
    workers = {name: worker(open_socket, directory, name) for name in ("w1", "w2")}
    for name, socket in workers.items():
        socket.send(encode(Hello(pid=int(name[1:]))))
    assert sorted(hear(control, 2), key=lambda word: word[0]) == [
        ("w1", Hello(pid=1)),
        ("w2", Hello(pid=2)),
    ]
    control.send("w2", Go())
    control.send("w2", Quit())
    assert workers["w2"].poll(LIMIT_MS)
    assert decode_to_worker(workers["w2"].recv()) == Go()
    assert decode_to_worker(workers["w2"].recv()) == Quit()
    assert not workers["w1"].poll(0)
    assert control.receive() == []


def test_a_flood_is_heard_by_pieces_and_whole(
    control: Control, open_socket: OpenSocket, directory: Path
) -> None:
    socket = worker(open_socket, directory, "w1")
    socket.sndhwm = 0  # as workers have it: nothing is dropped
    words = [EventsFinished(last_seq=n) for n in range(3 * MOST_WAITING)]
    for word in words:
        socket.send(encode(word))
    pieces: list[list[tuple[str, ToCoordinator]]] = []

    def look() -> None:
        control.socket.poll(LOOK_MS)
        pieces.append(control.receive())

    until(lambda: sum(map(len, pieces)) >= len(words), look)
    assert [word for piece in pieces for _name, word in piece] == words
    assert max(map(len, pieces)) <= MOST_AT_ONCE


def test_a_word_to_nobody_is_dropped(control: Control) -> None:
    control.send("w9", Quit())
    assert control.receive() == []


@pytest.mark.parametrize("frames", [[b"\xc1"], [b""], [b"", encode(Hello(pid=1))]])
def test_what_is_no_word_is_counted_and_passed_over(
    control: Control, open_socket: OpenSocket, directory: Path, frames: list[bytes]
) -> None:
    socket = worker(open_socket, directory, "w1")
    socket.send_multipart(frames)
    socket.send(encode(ChainFinished()))
    assert hear(control, 1) == [("w1", ChainFinished())]
    assert control.strays == 1


def test_who_does_not_know_the_key_is_no_worker(
    control: Control, open_socket: OpenSocket, directory: Path
) -> None:
    raw_peer = worker(open_socket, directory, "w1", "guessed")
    raw_peer.send(encode(ChainFinished()))
    until(lambda: control.strays == 1, lambda: hear_nothing(control))
    worker(open_socket, directory, "w1").send(encode(Hello(pid=1)))
    assert hear(control, 1) == [("w1", Hello(pid=1))]


def hear_nothing(control: Control) -> None:
    """Listen for a moment; nothing may be heard."""
    control.socket.poll(LOOK_MS)
    assert control.receive() == []
