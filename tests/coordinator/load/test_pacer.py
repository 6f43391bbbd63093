"""Pacers: which runs are due, each once, with the moment at which it should have begun."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.pacer import MOST_AT_ONCE, OpenPacer, Pacer, pacer
from sipflow.coordinator.load.plan.profile import Profile, Stage

BEGIN = 1000.0


def steady(rate: float, seconds: float = math.inf, **more: int) -> OpenPacer:
    """Return a pacer that begins at ``BEGIN`` with one rate."""
    duration = None if math.isinf(seconds) else seconds
    profile = Profile(stages=(Stage(rate, rate, seconds),), duration=duration, **more)
    found = pacer(profile, BEGIN)
    assert isinstance(found, OpenPacer)
    return found


def due(one: Pacer, at: float, in_flight: int = 0, most: int = MOST_AT_ONCE) -> list[float]:
    """Return what is due so long after the beginning, as seconds after it."""
    found = one.due(BEGIN + at, in_flight, most)
    return [round(moment - BEGIN, 6) for moment in found]


def next_due(one: Pacer, at: float) -> float | None:
    """Return when the next one is due, as seconds after the beginning."""
    found = one.next_due(BEGIN + at)
    return None if found is None else round(found - BEGIN, 6)


def test_each_run_is_due_once_at_its_moment_however_late_it_is_asked_for() -> None:
    one = steady(10, 1)
    assert due(one, 0) == [0]
    assert due(one, 0.05) == []
    assert next_due(one, 0.05) == 0.1
    assert due(one, 0.35) == [0.1, 0.2, 0.3]
    assert not one.exhausted
    assert due(one, 99) == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert (one.exhausted, next_due(one, 99)) == (True, None)


def test_the_moment_that_is_given_is_the_one_at_which_it_is_due() -> None:
    one = steady(7.3, 60)
    for _ in range(100):
        moment = one.next_due(0.0)
        assert moment is not None
        assert one.due(moment, 0) == [moment]


def test_what_is_due_at_once_comes_in_bites() -> None:
    one = steady(10_000, 1)
    sizes: list[int] = []
    while not one.exhausted:
        assert one.overdue(BEGIN + 5) == 10_000 - sum(sizes)
        sizes.append(len(due(one, 5)))
        assert one.exhausted or next_due(one, 5) is not None
    assert sizes == [MOST_AT_ONCE] * 20
    assert one.overdue(BEGIN + 5) == 0


def test_calls_end_it() -> None:
    one = steady(10, calls=3)
    assert due(one, 9) == [0, 0.1, 0.2]
    assert one.exhausted
    assert (one.rate(BEGIN + 9), one.mean(BEGIN + 9)) == (0, 10)
    assert steady(10, calls=3).overdue(BEGIN + 9) == 3


def test_no_more_are_let_go_than_may_be_at_once_and_the_others_wait() -> None:
    one = steady(10, 1, concurrency=2)
    assert due(one, 0.35) == [0, 0.1]
    assert (next_due(one, 0.35), one.overdue(BEGIN + 0.35)) == (None, 0)
    assert due(one, 0.35, 2) == []
    assert due(one, 0.45, 1) == [0.2]
    assert (next_due(one, 0.45), one.overdue(BEGIN + 0.45)) == (None, 0)
    assert due(one, 0.45, 0) == [0.3, 0.4]
    assert next_due(one, 0.45) == 0.5
    assert due(one, 0.6, 5) == []


def test_runs_for_which_there_was_no_room_stay_due() -> None:
    one = steady(10, 1, concurrency=2)
    assert due(one, 0.35, 0, 1) == [0]
    assert (next_due(one, 0.35), one.overdue(BEGIN + 0.35)) == (0.1, 3)
    assert due(one, 0.35, 1, 0) == []
    assert (next_due(one, 0.35), one.overdue(BEGIN + 0.35)) == (0.1, 3)
    assert due(one, 0.35, 1, 1) == [0.1]
    # As many go on as may: more room would not help those that wait.
    assert (next_due(one, 0.35), one.overdue(BEGIN + 0.35)) == (None, 0)
    assert due(one, 0.35, 2, 0) == []
    assert (next_due(one, 0.35), one.overdue(BEGIN + 0.35)) == (None, 0)


def test_what_a_change_of_rate_changes_is_known_in_a_pause_too() -> None:
    one = steady(10, 2)
    one.pause(BEGIN + 0.5)
    assert (one.rate(BEGIN + 5), one.goal(BEGIN + 5)) == (0, 10)
    one.change_rate(20, BEGIN + 6)
    assert one.goal(BEGIN + 7) == 20


def test_a_pause_is_not_made_up_for() -> None:
    one = steady(10, 1)
    assert due(one, 0.15) == [0, 0.1]
    one.pause(BEGIN + 0.35)
    one.pause(BEGIN + 0.4)
    assert (due(one, 5), next_due(one, 5), one.rate(BEGIN + 5)) == ([], None, 0)
    one.resume(BEGIN + 10.35)
    one.resume(BEGIN + 11)
    assert one.rate(BEGIN + 10.4) == 10
    # Two were due before the pause: they are late by what they waited outside it.
    assert due(one, 10.35) == [10.2, 10.3]
    assert due(one, 20) == [10.4, 10.5, 10.6, 10.7, 10.8, 10.9]
    assert one.mean(BEGIN + 20) == 10


def test_the_rate_is_changed_from_now_on_until_the_end() -> None:
    one = steady(10, 2)
    assert due(one, 0.95) == [round(n / 10, 1) for n in range(10)]
    one.change_rate(2, BEGIN + 0.95)
    assert one.rate(BEGIN + 1) == 2
    assert due(one, 2) == [1.2, 1.7]
    assert one.exhausted
    assert one.mean(BEGIN + 2) == pytest.approx((9.5 + 2.1) / 2)
    one.change_rate(100, BEGIN + 3)
    assert (due(one, 4), one.rate(BEGIN + 4)) == ([], 0)


def test_what_was_due_before_a_change_stays_due_at_its_moment() -> None:
    one = steady(10, 2)
    one.change_rate(0, BEGIN + 0.15)
    assert due(one, 1) == [0, 0.1]


def test_a_rate_of_0_begins_none_and_lasts_until_it_is_changed_or_the_end_has_come() -> None:
    one = steady(10, 2)
    assert len(due(one, 0.05)) == 1
    one.change_rate(0, BEGIN + 0.05)
    assert (due(one, 1), next_due(one, 1), one.exhausted) == ([], None, False)
    one.change_rate(1, BEGIN + 1)
    assert due(one, 1.6) == [1.5]
    one.change_rate(0, BEGIN + 1.7)
    assert due(one, 1.8) == []
    assert not one.exhausted
    assert due(one, 2) == []
    assert one.exhausted


def test_a_changed_rate_does_not_outlast_the_calls() -> None:
    one = steady(10, calls=2)
    assert len(due(one, 0.01)) == 1
    one.change_rate(0, BEGIN + 0.01)
    assert not one.exhausted
    one.change_rate(100, BEGIN + 0.02)
    assert len(due(one, 1)) == 1
    assert one.exhausted


def test_the_mean_before_anything_has_passed_is_the_first_rate() -> None:
    assert steady(10, 2).mean(BEGIN) == 10


@given(
    st.lists(
        st.tuples(st.sampled_from(["due", "pause", "resume", "change"]), st.floats(0, 3)),
        max_size=30,
    ),
    st.floats(0.1, 500),
)
def test_moments_never_go_back_and_none_is_in_the_future(
    steps: list[tuple[str, float]], rate: float
) -> None:
    one, now, last = steady(rate, 20), BEGIN, -math.inf
    for what, amount in steps:
        now += amount
        match what:
            case "due":
                found = one.due(now, 0)
                assert found == sorted(found)
                assert all(last - 1e-6 <= moment <= now for moment in found)
                last = found[-1] if found else last
            case "pause":
                one.pause(now)
            case "resume":
                one.resume(now)
            case _:
                one.change_rate(amount * 10, now)
    assert one.overdue(now) >= 0
    assert one.next_due(now) is None or not one.exhausted


def test_as_many_at_once_as_there_are_to_be() -> None:
    one = pacer(Profile(concurrency=3, calls=5), BEGIN)
    assert next_due(one, 0) == 0
    assert due(one, 0) == [0, 0, 0]
    assert next_due(one, 0.1) is None
    assert due(one, 0.1, 3) == []
    assert due(one, 0.2, 2) == [0.2]
    assert not one.exhausted
    assert due(one, 0.3, 0) == [0.3]
    assert (one.exhausted, due(one, 0.3), next_due(one, 0.3)) == (True, [], None)
    assert (one.rate(0), one.mean(0), one.goal(0), one.overdue(0)) == (None, None, 3, 0)


def test_time_ends_it_when_it_is_asked_after_that() -> None:
    one = pacer(Profile(concurrency=1, duration=2), BEGIN)
    assert due(one, 1.9) == [1.9]
    assert not one.exhausted
    assert (due(one, 2), one.exhausted) == ([], True)


def test_many_at_once_come_in_bites_and_wait_where_there_is_no_room() -> None:
    one = pacer(Profile(concurrency=MOST_AT_ONCE + 1, duration=2), BEGIN)
    assert len(due(one, 0)) == MOST_AT_ONCE
    assert next_due(one, 0) == 0
    assert len(due(one, 0, MOST_AT_ONCE)) == 1
    assert next_due(one, 0) is None
    assert len(due(one, 0.1, 0, 7)) == 7
    assert (next_due(one, 0.1), one.overdue(BEGIN)) == (0.1, MOST_AT_ONCE + 1 - 7)
    one.pause(BEGIN + 0.2)
    assert one.overdue(BEGIN + 0.2) == 0


def test_a_ramp_lets_one_more_go_at_even_distances() -> None:
    one = pacer(Profile(concurrency=3, ramp=0.3, duration=2), BEGIN)
    assert (due(one, 0), next_due(one, 0)) == ([0], 0.1)
    assert (due(one, 0.1, 1), next_due(one, 0.1)) == ([0.1], 0.2)
    assert (due(one, 0.2, 2), next_due(one, 0.2)) == ([0.2], None)
    assert due(one, 0.5, 2) == [0.5]


def test_a_closed_load_is_paused_and_changed_too() -> None:
    one = pacer(Profile(concurrency=2, duration=2), BEGIN)
    assert due(one, 0) == [0, 0]
    one.pause(BEGIN + 0.1)
    assert (due(one, 1, 0), next_due(one, 1)) == ([], None)
    one.resume(BEGIN + 10.1)
    assert next_due(one, 10.1) == 10.1
    one.change_rate(3, BEGIN + 10.2)
    assert one.goal(BEGIN + 10.2) == 3
    assert due(one, 10.2, 2) == [10.2]
    one.change_rate(3.3, BEGIN + 10.2)
    assert (one.goal(BEGIN + 10.2), due(one, 10.2, 3)) == (3.3, [])
    one.change_rate(3.3 * 1.1, BEGIN + 10.2)
    assert due(one, 10.2, 3) == [10.2]
    one.change_rate(0, BEGIN + 10.3)
    assert due(one, 10.3, 2) == []
    assert next_due(one, 10.3) is None
    assert not one.exhausted
