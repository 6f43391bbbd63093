"""The records of several runs."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sipflow.coordinator.events.stores import MOST_ENDED, EventStores
from sipflow.protocol.replay import KnownRun


@pytest.fixture
def records() -> Iterator[EventStores]:
    """Open the records of a command."""
    with closing(EventStores()) as records:
        yield records


def test_there_may_be_more_runs_until_it_is_said_that_there_are_none(records: EventStores) -> None:
    assert records.more
    records.more = False
    assert not records.more


def test_runs_are_known_from_their_beginning_on(records: EventStores, tmp_path: Path) -> None:
    assert records.known() == ()
    assert records.get("a1") is None
    first, second = (records.open(run, tmp_path / run) for run in ("b2", "a1"))
    first.append(b"one")
    first.ended = True
    assert records.known() == (
        KnownRun(run="b2", last=1, ended=True),
        KnownRun(run="a1", last=0, ended=False),
    )
    assert records.get("a1") is second


def test_a_run_whose_file_is_gone_can_still_be_asked_for(
    records: EventStores, tmp_path: Path
) -> None:
    record = records.open("a1", tmp_path / "record")
    record.append(b"one")
    record.flush()
    (tmp_path / "record").unlink()
    assert record.read(1) == [b"one"]


def test_the_runs_that_ended_first_are_forgotten_first(
    records: EventStores, tmp_path: Path
) -> None:
    going_on = records.open("aa", tmp_path / "aa")
    for number in range(MOST_ENDED + 10):
        records.open(f"{number:x}", tmp_path / f"{number}").ended = True
    records.open("bb", tmp_path / "bb")
    assert records.get("aa") is going_on
    assert [known.run for known in records.known() if known.ended] == [
        f"{number:x}" for number in range(10, MOST_ENDED + 10)
    ]
