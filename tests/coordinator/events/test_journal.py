"""Journals as killed workers leave them."""

from pathlib import Path

import pytest

from sipflow.coordinator.events.journal import read_journal
from sipflow.protocol.wire import encode, frame
from tests.coordinator.events_of_workers import said

EVENTS = [said("alice", 1), said("alice", 2), said("alice", 3)]
FRAMES = [frame(encode(event)) for event in EVENTS]


def test_a_journal_that_was_never_begun_has_no_events(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "w1.journal") == []


@pytest.mark.parametrize("cut", range(len(b"".join(FRAMES)) + 1))
def test_every_event_that_was_written_whole_is_there(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "w1.journal"
    path.write_bytes(b"".join(FRAMES)[:cut])
    ends = [len(b"".join(FRAMES[:count])) for count in (1, 2, 3)]
    assert read_journal(path) == EVENTS[: sum(end <= cut for end in ends)]


def test_nothing_is_read_past_what_is_no_event(tmp_path: Path) -> None:
    path = tmp_path / "w1.journal"
    path.write_bytes(FRAMES[0] + frame(b"\xc1") + FRAMES[1])
    assert read_journal(path) == EVENTS[:1]
