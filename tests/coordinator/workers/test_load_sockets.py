"""The load sockets of a load, both ends of them: real sockets."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from sipflow.coordinator.workers.load_sockets import LoadSockets
from sipflow.errors import ResourceError
from sipflow.protocol.control import Begin, Halt, Halted, ToCoordinator, WalkFinished
from sipflow.worker.ipc.load_socket import LoadSocket

KEY = "secret"
LIMIT = 60.0


@pytest.fixture
def load_sockets(tmp_path: Path) -> Iterator[LoadSockets]:
    with closing(LoadSockets(tmp_path / "load_socket", KEY)) as load_sockets:
        yield load_sockets


Join = Callable[[str], LoadSocket]


@pytest.fixture
def join(tmp_path: Path, load_sockets: LoadSockets) -> Iterator[Join]:
    """Make a worker's load socket, and have the coordinator read what it shows."""
    with ExitStack() as stack:

        def joined(hello: str) -> LoadSocket:
            load_socket = stack.enter_context(
                closing(LoadSocket(str(tmp_path / "load_socket"), hello.encode()))
            )
            hear(load_sockets, 0)
            hear(load_sockets, 0)
            return load_socket

        yield joined


def say_without_end(load_socket: LoadSocket, word: ToCoordinator) -> None:
    """Say a word again and again."""
    while True:
        load_socket.say(word)


def hear(load_sockets: LoadSockets, count: int) -> list[tuple[str, ToCoordinator]]:
    """Wait until something comes in, and until so many words have been said."""
    said: list[tuple[str, ToCoordinator]] = []
    while True:
        assert select.select([load_sockets.descriptor], [], [], LIMIT)[0]
        said += load_sockets.receive()
        if len(said) >= count:
            return said


def test_words_go_both_ways_in_order(join: Join, load_sockets: LoadSockets) -> None:
    load_socket = join(f"{KEY}:w1")
    begin, halt = Begin(number=1, run="a-1"), Halt(cause="stop")

    assert load_sockets.send("w1", begin)
    assert load_sockets.send("w1", halt)

    assert load_socket.receive() == [begin, halt]
    assert load_socket.receive() == []
    load_socket.say(Halted())
    assert hear(load_sockets, 1) == [("w1", Halted())]
    load_socket.say(WalkFinished(number=1, idle=True))
    assert hear(load_sockets, 1) == [("w1", WalkFinished(number=1, idle=True))]


def test_each_word_comes_from_whose_load_socket_it_is(
    join: Join, load_sockets: LoadSockets
) -> None:
    first = join(f"{KEY}:w1")
    second = join(f"{KEY}:w2")

    second.say(Halted())
    assert hear(load_sockets, 1) == [("w2", Halted())]
    first.say(Halted())
    assert hear(load_sockets, 1) == [("w1", Halted())]


@pytest.mark.parametrize("hello", ["other:w1", KEY, f"{KEY}:", "x"])
def test_who_does_not_show_the_key_is_not_let_in(
    join: Join, load_sockets: LoadSockets, hello: str
) -> None:
    load_socket = join(hello)

    assert load_sockets.strays == 1
    assert not load_sockets.send("w1", Halt(cause="stop"))
    assert load_socket.receive() == []
    load_socket.say(Halted())  # nobody hears it, and nothing breaks


def test_a_worker_that_is_gone_cannot_be_told(join: Join, load_sockets: LoadSockets) -> None:
    load_socket = join(f"{KEY}:w1")

    load_socket.close()
    assert hear(load_sockets, 0) == []

    assert not load_sockets.send("w1", Halt(cause="stop"))


def test_a_command_that_no_socket_takes_is_not_told(join: Join, load_sockets: LoadSockets) -> None:
    load_socket = join(f"{KEY}:w1")
    huge = Begin(number=1, run="a-1", variables={"row": "x" * 10_000_000})

    assert not load_sockets.send("w1", huge)
    assert load_sockets.send("w1", Halt(cause="stop"))
    assert load_socket.receive() == [Halt(cause="stop")]


def test_what_is_no_word_is_counted(tmp_path: Path, load_sockets: LoadSockets) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as raw_peer:
        raw_peer.connect(str(tmp_path / "load_socket"))
        raw_peer.send(f"{KEY}:w1".encode())
        hear(load_sockets, 0)
        hear(load_sockets, 0)
        raw_peer.send(b"\xff\xff")
        assert hear(load_sockets, 0) == []
        raw_peer.send(b"\xc0")
        assert hear(load_sockets, 0) == []

    assert load_sockets.strays == 2


def test_a_coordinator_that_takes_nothing_in_does_not_hold_a_worker_for_ever(
    join: Join, load_sockets: LoadSockets
) -> None:
    load_socket = join(f"{KEY}:w1")
    word = WalkFinished(number=1, idle=True)

    with pytest.raises(BlockingIOError):
        say_without_end(load_socket, word)

    assert hear(load_sockets, 1)[0] == ("w1", word)


def test_where_no_socket_can_be_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no socket for the workers: No such file"):
        LoadSockets(tmp_path / "missing" / "load_socket", KEY)
