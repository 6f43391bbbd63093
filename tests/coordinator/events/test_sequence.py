"""The count of events: order, repetitions and holes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.events.sequence import Gap, SequenceTracker
from tests.coordinator.events_of_workers import said


def missing(tracker: SequenceTracker, last_seqs: dict[str, int]) -> int:
    """Return how many events are missing."""
    return sum(hole.size for hole in tracker.holes(last_seqs))


def test_g_counts_from_1_over_all_instances_and_changes_nothing_else() -> None:
    tracker = SequenceTracker()
    events = [said("alice", 1), said("bob", 1), said("alice", 2)]
    numbered = [tracker.number(event) for event in events]
    assert [event.g for event in numbered] == [1, 2, 3]
    assert [(event.instance, event.seq, event.message) for event in numbered] == [
        (event.instance, event.seq, event.message) for event in events
    ]


@pytest.mark.parametrize(
    ("arrived", "last", "received", "lost"),
    [
        ([], 0, 0, 0),
        ([], 3, 0, 3),
        ([1, 2, 3], 3, 3, 0),
        ([1, 2, 3], 5, 3, 2),
        ([1, 3], 3, 2, 1),
        ([4], 4, 1, 3),
        ([1, 2, 2, 1], 2, 2, 0),  # seen before
        ([1, 3, 2], 3, 2, 1),  # what comes late is lost, or the order would be
        ([1, 4, 6], 9, 3, 6),
        ([1, 2, 3], 1, 3, 0),  # told in a dead worker's name
    ],
)
def test_what_is_in_a_hole_or_missing_at_the_end_is_lost(
    arrived: list[int], last: int, received: int, lost: int
) -> None:
    tracker = SequenceTracker()
    for seq in arrived:
        tracker.accept(said("alice", seq))
    assert tracker.received == received
    assert missing(tracker, {"alice": last}) == lost
    assert tracker.last_seq("alice") == max(arrived, default=0)


def test_a_hole_counts_although_the_worker_never_said_its_last_number() -> None:
    tracker = SequenceTracker()
    tracker.accept(said("alice", 3))
    assert missing(tracker, {}) == 2


def test_each_instance_is_counted_by_itself() -> None:
    tracker = SequenceTracker()
    assert tracker.accept(said("alice", 1))
    assert tracker.accept(said("bob", 1))
    assert not tracker.accept(said("alice", 1))
    assert missing(tracker, {"alice": 2, "bob": 3, "carol": 4}) == 1 + 2 + 4


@given(st.lists(st.integers(1, 30)))
def test_every_number_up_to_the_last_is_either_received_or_lost(arrived: list[int]) -> None:
    tracker = SequenceTracker()
    taken = [seq for seq in arrived if tracker.accept(said("alice", seq))]
    assert taken == sorted(set(taken))
    assert tracker.received == len(taken)
    last = max(arrived, default=0)
    assert tracker.received + missing(tracker, {"alice": last}) == last


def test_what_is_missing_is_named() -> None:
    tracker = SequenceTracker()
    for seq in (1, 4, 6):
        assert tracker.leaves_hole(said("alice", seq)) == (seq > 1)
        tracker.accept(said("alice", seq))
    holes = tracker.holes({"alice": 9, "bob": 1})
    assert holes == [
        Gap("alice", 2, 3),
        Gap("alice", 5, 5),
        Gap("alice", 7, 9),
        Gap("bob", 1, 1),
    ]
    assert [str(hole) for hole in holes] == ["alice 2 to 3", "alice 5", "alice 7 to 9", "bob 1"]
