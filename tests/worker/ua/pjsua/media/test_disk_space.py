"""Room on the disk for recordings: taken ahead, given back, and missed before anything is lost."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sipflow.worker.ua.pjsua.media.disk_space import AHEAD, BYTES_PER_SECOND, MARGIN, Room


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "heard.wav"
    file.write_bytes(b"RIFF")
    return file


def test_what_is_reserved_is_not_seen_in_the_file_and_given_back_in_the_end(path: Path) -> None:
    room = Room(path, None)
    room.take()
    assert path.read_bytes() == b"RIFF"
    taken = path.stat().st_blocks * 512
    assert taken == 0 or taken >= AHEAD * BYTES_PER_SECOND  # 0 where nothing can be reserved
    room.give_back()
    assert path.read_bytes() == b"RIFF"
    assert path.stat().st_blocks * 512 <= 8192


def test_a_short_recording_takes_its_room_at_once_and_no_more(path: Path) -> None:
    room = Room(path, 4.0)
    room.take()
    assert (room.until, room.next_look) == (4.0 + MARGIN, float("inf"))
    room.take()
    assert room.until == 4.0 + MARGIN


def test_a_long_one_and_one_without_end_take_more_before_it_is_used_up(path: Path) -> None:
    for room in (Room(path, None), Room(path, 60.0)):
        room.take()
        assert (room.until, room.next_look) == (AHEAD, AHEAD - MARGIN)
        room.take()
        assert (room.until, room.next_look) == (2 * AHEAD, 2 * AHEAD - MARGIN)


def test_where_there_is_no_room_is_known_when_it_is_taken(path: Path) -> None:
    room = Room(path, None)
    with no_file_larger_than(200_000):
        room.take()
        with pytest.raises(OSError, match="File too large") as error:
            room.take()
    assert (error.value.errno, room.until) == (errno.EFBIG, AHEAD)


def test_a_file_that_is_gone_is_nothing_to_give_back(path: Path) -> None:
    room = Room(path, 1.0)
    path.unlink()
    room.give_back()
