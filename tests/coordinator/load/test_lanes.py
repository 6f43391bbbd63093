"""The lanes of a load, both ends of them: real sockets."""

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from sipflow.coordinator.load.lanes import Lanes
from sipflow.errors import ResourceError
from sipflow.protocol.control import Begin, Halt, Halted, ToCoordinator, Walked
from sipflow.worker.lane import Lane

KEY = "secret"
LIMIT = 60.0


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[Lanes]:
    with closing(Lanes(tmp_path / "lane", KEY)) as lanes:
        yield lanes


Join = Callable[[str], Lane]


@pytest.fixture
def join(tmp_path: Path, lanes: Lanes) -> Iterator[Join]:
    """Make a worker's lane, and have the coordinator read what it shows."""
    with ExitStack() as stack:

        def joined(hello: str) -> Lane:
            lane = stack.enter_context(closing(Lane(str(tmp_path / "lane"), hello.encode())))
            hear(lanes, 0)
            hear(lanes, 0)
            return lane

        yield joined


def say_without_end(lane: Lane, word: ToCoordinator) -> None:
    """Say a word again and again."""
    while True:
        lane.say(word)


def hear(lanes: Lanes, count: int) -> list[tuple[str, ToCoordinator]]:
    """Wait until something comes in, and until so many words have been said."""
    said: list[tuple[str, ToCoordinator]] = []
    while True:
        assert select.select([lanes.descriptor], [], [], LIMIT)[0]
        said += lanes.receive()
        if len(said) >= count:
            return said


def test_words_go_both_ways_in_order(join: Join, lanes: Lanes) -> None:
    lane = join(f"{KEY}:w1")
    begin, halt = Begin(number=1, run="a-1"), Halt(cause="stop")

    assert lanes.tell("w1", begin)
    assert lanes.tell("w1", halt)

    assert lane.receive() == [begin, halt]
    assert lane.receive() == []
    lane.say(Halted())
    assert hear(lanes, 1) == [("w1", Halted())]
    lane.say(Walked(number=1, idle=True))
    assert hear(lanes, 1) == [("w1", Walked(number=1, idle=True))]


def test_each_word_comes_from_whose_lane_it_is(join: Join, lanes: Lanes) -> None:
    first = join(f"{KEY}:w1")
    second = join(f"{KEY}:w2")

    second.say(Halted())
    assert hear(lanes, 1) == [("w2", Halted())]
    first.say(Halted())
    assert hear(lanes, 1) == [("w1", Halted())]


@pytest.mark.parametrize("hello", ["other:w1", KEY, f"{KEY}:", "x"])
def test_who_does_not_show_the_key_is_not_let_in(join: Join, lanes: Lanes, hello: str) -> None:
    lane = join(hello)

    assert lanes.strays == 1
    assert not lanes.tell("w1", Halt(cause="stop"))
    assert lane.receive() == []
    lane.say(Halted())  # nobody hears it, and nothing breaks


def test_a_worker_that_is_gone_cannot_be_told(join: Join, lanes: Lanes) -> None:
    lane = join(f"{KEY}:w1")

    lane.close()
    assert hear(lanes, 0) == []

    assert not lanes.tell("w1", Halt(cause="stop"))


def test_a_command_that_no_socket_takes_is_not_told(join: Join, lanes: Lanes) -> None:
    lane = join(f"{KEY}:w1")
    huge = Begin(number=1, run="a-1", variables={"row": "x" * 10_000_000})

    assert not lanes.tell("w1", huge)
    assert lanes.tell("w1", Halt(cause="stop"))
    assert lane.receive() == [Halt(cause="stop")]


def test_what_is_no_word_is_counted(tmp_path: Path, lanes: Lanes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
        stranger.connect(str(tmp_path / "lane"))
        stranger.send(f"{KEY}:w1".encode())
        hear(lanes, 0)
        hear(lanes, 0)
        stranger.send(b"\xff\xff")
        assert hear(lanes, 0) == []
        stranger.send(b"\xc0")
        assert hear(lanes, 0) == []

    assert lanes.strays == 2


def test_a_coordinator_that_takes_nothing_in_does_not_hold_a_worker_for_ever(
    join: Join, lanes: Lanes
) -> None:
    lane = join(f"{KEY}:w1")
    word = Walked(number=1, idle=True)

    with pytest.raises(BlockingIOError):
        say_without_end(lane, word)

    assert hear(lanes, 1)[0] == ("w1", word)


def test_where_no_socket_can_be_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no socket for the workers: No such file"):
        Lanes(tmp_path / "missing" / "lane", KEY)
