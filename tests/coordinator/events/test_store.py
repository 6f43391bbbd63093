"""What a run has published, read back from its file in any pieces."""

import os
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sipflow.coordinator.events.store import BUFFER, STEP, EventStore
from sipflow.errors import ResourceError


@pytest.fixture
def record(tmp_path: Path) -> Iterator[EventStore]:
    """Begin a record."""
    with closing(EventStore("a1", tmp_path / "record")) as record:
        yield record


def event(g: int) -> bytes:
    """Return an event of some length."""
    return f"event {g} ".encode() * (1 + g % 40)


def test_an_empty_record_has_nothing(record: EventStore) -> None:
    assert (record.last, record.ended, record.read(1)) == (0, False, [])


@pytest.mark.parametrize("first", [-1, 0, 4, 10**15])
def test_there_is_nothing_outside_of_it(record: EventStore, first: int) -> None:
    for g in (1, 2, 3):
        record.append(event(g))
    assert record.read(first) == []


def test_events_come_back_from_any_number_on(record: EventStore) -> None:
    count = 5 * STEP + 7
    for g in range(1, count + 1):
        record.append(event(g))
        if g % 97 == 0:  # between the others, some waiting and some written
            assert record.read(g) == [event(g)]
    assert record.last == count
    places = {1, 2, STEP, STEP + 1, STEP + 2, 3 * STEP, count - 1, count}
    for first in places | set(random.Random(1).sample(range(1, count), 50)):
        got = record.read(first)
        assert got == [event(g) for g in range(first, min(first + 499, count) + 1)]


def test_a_piece_has_so_many_events_and_bytes_at_most(record: EventStore) -> None:
    for _ in range(20):
        record.append(b"x" * 100)
    assert len(record.read(1, most_events=7)) == 7
    assert len(record.read(1, most_bytes=500)) == 5
    assert len(record.read(1, most_bytes=599)) == 5


def test_an_event_that_is_larger_than_a_piece_comes_alone(record: EventStore) -> None:
    large = os.urandom(3 * BUFFER)
    for one in (b"a", large, b"b"):
        record.append(one)
    assert record.read(1) == [b"a"]
    assert record.read(2) == [large]
    assert record.read(3) == [b"b"]


def test_a_file_that_somebody_has_cut_off_ends_there(record: EventStore, tmp_path: Path) -> None:
    for _ in range(3):
        record.append(b"12345678")
    record.flush()
    os.truncate(tmp_path / "record", 30)
    assert record.read(1) == [b"12345678", b"12345678"]


def test_nothing_is_kept_in_memory(record: EventStore) -> None:
    tracemalloc.start()
    try:
        for _ in range(50_000):
            record.append(b"x" * 1000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * BUFFER, "of 50 MB"


def test_a_directory_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"cannot keep .*gone/record: No such file"):
        EventStore("a1", tmp_path / "gone" / "record")


@pytest.fixture
def full() -> Iterator[EventStore]:
    """Begin a record on a full disk, as the kernel makes one for tests."""
    with closing(EventStore("a1", Path("/dev/full"))) as record:
        yield record


def test_a_full_disk_is_one_line_once(full: EventStore) -> None:
    with pytest.raises(ResourceError) as error:
        full.append(b"x" * BUFFER)
    assert str(error.value) == "cannot keep the run's events in /dev/full: No space left on device"
    for _ in range(10):
        full.append(b"y" * BUFFER)
    full.flush()
    assert full.last == 11


def test_a_full_disk_that_a_reader_meets_is_said_with_the_next_event(full: EventStore) -> None:
    full.append(b"x")
    assert full.read(1) == []
    with pytest.raises(ResourceError):
        full.append(b"y")
    full.append(b"z")
    assert (full.last, full.read(1)) == (3, [])


PROGRAM = """
import resource, signal, sys
from pathlib import Path
from sipflow.coordinator.events.store import EventStore
from sipflow.errors import ResourceError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # in the middle of an event
record = EventStore("a1", Path(sys.argv[1]))
for g in range(5):
    record.append(b"%d" % g * 300)
    try:
        record.flush()
    except ResourceError as error:
        print(g + 1, str(error).rsplit(": ")[-1])
print(record.last, [one[:1] for one in record.read(1)], record.read(4))
"""


def test_what_was_kept_before_the_disk_was_full_can_be_had(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "record")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["4 File too large", "5 [b'0', b'1', b'2'] []"]
