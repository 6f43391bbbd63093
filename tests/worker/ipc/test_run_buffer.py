"""A recorder's file, read as the coordinator reads it: one run's events, whole and in order."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sipflow.coordinator.events.journal import read_recorder
from sipflow.protocol.events import ActionLog
from sipflow.worker.ipc.run_buffer import LARGEST, SIZE, RunBuffer


def event(seq: int, size: int = 10) -> ActionLog:
    return ActionLog(run="r1", instance="alice", seq=seq, ts=1.0, cause="x", message="m" * size)


def numbers(path: Path) -> list[int]:
    """Return the numbers of the events that are written down."""
    return [told.seq for told in read_recorder(path)]


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alice.recorder"


@pytest.fixture
def recorder(path: Path) -> Iterator[RunBuffer]:
    recorder = RunBuffer(str(path))
    yield recorder
    recorder.close()


def test_the_events_of_a_run_can_be_read_while_the_recorder_is_open(
    recorder: RunBuffer, path: Path
) -> None:
    assert numbers(path) == []
    recorder.begin()
    recorder.write([event(1), event(2)])
    recorder.write([])
    recorder.write([event(3)])

    assert read_recorder(path) == [event(1), event(2), event(3)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_run_begins_it_anew(recorder: RunBuffer, path: Path) -> None:
    recorder.begin()
    recorder.write([event(number) for number in range(1, 20)])
    recorder.begin()
    assert numbers(path) == []
    recorder.write([event(1)])
    assert numbers(path) == [1]


def test_a_file_that_is_there_is_begun_anew(recorder: RunBuffer, path: Path) -> None:
    recorder.write([event(1)])
    RunBuffer(str(path)).close()
    assert numbers(path) == []


def test_a_long_run_makes_it_grow_with_all_that_is_in_it(recorder: RunBuffer, path: Path) -> None:
    recorder.begin()
    recorder.write([event(1, SIZE // 2)])
    recorder.write([event(2, SIZE)])
    recorder.write([event(3, 5 * SIZE)])

    assert read_recorder(path) == [event(1, SIZE // 2), event(2, SIZE), event(3, 5 * SIZE)]
    assert path.stat().st_size == 8 * SIZE
    recorder.begin()
    recorder.write([event(1)])
    assert numbers(path) == [1]


def test_a_run_with_too_much_to_tell_has_no_hole_and_the_next_one_is_told(
    recorder: RunBuffer, path: Path
) -> None:
    recorder.begin()
    recorder.write([event(1)])
    recorder.write([event(2, LARGEST)])
    recorder.write([event(3)])
    assert numbers(path) == [1]

    recorder.begin()
    recorder.write([event(1), event(2)])
    assert numbers(path) == [1, 2]


def test_where_the_disk_is_full_a_run_tells_what_has_room(recorder: RunBuffer, path: Path) -> None:
    recorder.begin()
    recorder.write([event(1)])
    with no_file_beyond(SIZE), pytest.raises(OSError, match="File too large") as caught:
        recorder.write([event(2, SIZE)])
    assert caught.value.filename == str(path)
    recorder.write([event(3)])
    assert numbers(path) == [1]


def test_where_the_file_is_gone_a_run_tells_no_more(recorder: RunBuffer, path: Path) -> None:
    recorder.begin()
    os.unlink(path)
    with pytest.raises(FileNotFoundError):
        recorder.write([event(1, SIZE)])
    recorder.begin()
    recorder.write([event(1)])
    assert not path.exists()


def test_a_recorder_that_cannot_be_made_says_so(tmp_path: Path, path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        RunBuffer(str(tmp_path / "nowhere" / "alice.recorder"))
    with no_file_beyond(SIZE // 2), pytest.raises(OSError, match="File too large"):
        RunBuffer(str(path))
