"""Pieces of a run's events, whatever they are and however they come, put into one order."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sipflow.client.reorder import Merge

ANY = settings(deadline=None, derandomize=True, database=None)


def add(merge: Merge[str], *numbers: int) -> list[str]:
    """Add events of these numbers and return what comes out."""
    return [out for g in numbers for out in merge.add(g, f"e{g}")]


def test_what_comes_in_order_comes_out_at_once() -> None:
    merge = Merge[str]()
    assert add(merge, 1, 2, 3) == ["e1", "e2", "e3"]
    assert (merge.next, merge.last, merge.missing, merge.held) == (4, 3, False, 0)


def test_what_is_ahead_waits_for_what_is_missing() -> None:
    merge = Merge[str]()
    assert add(merge, 3, 2) == []
    assert (merge.next, merge.last, merge.missing, merge.held) == (1, 3, True, 2)
    assert add(merge, 1) == ["e1", "e2", "e3"]
    assert (merge.missing, merge.held) == (False, 0)


def test_nothing_comes_out_twice() -> None:
    merge = Merge[str]()
    assert add(merge, 1, 1, 3, 3, 1, 2, 3, 2, 4) == ["e1", "e2", "e3", "e4"]


def test_numbers_from_one_on_are_events() -> None:
    merge = Merge[str]()
    assert add(merge, 0, -1, 1) == ["e1"]


def test_what_is_too_far_ahead_is_missing_later() -> None:
    merge = Merge[str](most_held=2)
    assert add(merge, 2, 3, 4, 5) == []
    assert merge.held == 2
    assert add(merge, 1) == ["e1", "e2", "e3"]
    assert (merge.next, merge.last, merge.missing) == (4, 5, True)


def test_an_event_that_is_said_to_exist_is_missing() -> None:
    merge = Merge[str]()
    merge.last = 1
    assert merge.missing
    assert add(merge, 1) == ["e1"]
    assert not merge.missing


@ANY
@given(st.integers(1, 30), st.integers(1, 10), st.randoms(use_true_random=False))
def test_in_whatever_order_they_come_all_come_out_once_and_in_order(
    count: int, most_held: int, random: Random
) -> None:
    merge = Merge[int](most_held)
    merge.last = count
    out: list[int] = []
    while merge.missing:
        numbers = random.choices(range(1, count + 1), k=count)
        for g in numbers:
            out.extend(merge.add(g, g))
            assert merge.held <= most_held
    assert out == list(range(1, count + 1))
