"""Profiles: how many runs fall due, when, and at which rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.plan.profile import Profile, RateSchedule, Stage

RATES = st.one_of(st.just(0.0), st.floats(0.001, 5_000))
STAGES = st.lists(st.builds(Stage, RATES, RATES, st.floats(0.001, 86_400)), min_size=1, max_size=5)


def moments(*stages: Stage) -> list[float]:
    """Return when all runs of a course are due."""
    course = RateSchedule(stages)
    found = [course.moment(number) for number in range(int(course.runs))]
    assert course.moment(len(found)) is None
    return [one for one in found if one is not None]


def test_a_constant_rate_has_its_runs_at_even_distances_from_the_beginning() -> None:
    assert moments(Stage(4, 4, 1)) == [0.0, 0.25, 0.5, 0.75]
    assert len(moments(Stage(50, 50, 60))) == 3000


def test_a_ramp_from_0_begins_at_once_and_grows_denser() -> None:
    found = moments(Stage(0, 8, 1))
    assert found == [pytest.approx(math.sqrt(number / 4)) for number in range(4)]


def test_a_ramp_down_to_0_has_all_its_runs() -> None:
    found = moments(Stage(8, 0, 1))
    assert found == [pytest.approx(1 - math.sqrt(1 - number / 4)) for number in range(4)]


def test_no_run_is_due_where_the_rate_is_0() -> None:
    assert moments(Stage(0, 0, 10), Stage(1, 1, 2), Stage(0, 0, 5), Stage(1, 1, 1)) == [10, 11, 17]
    assert moments(Stage(0, 0, 10)) == []


def test_parts_of_a_run_are_carried_into_the_next_stage() -> None:
    assert moments(Stage(1, 1, 0.5), Stage(10, 10, 0.15)) == [0.0, pytest.approx(0.55)]


def test_the_integral_and_the_rate_are_told_at_any_moment() -> None:
    course = RateSchedule((Stage(0, 10, 2), Stage(10, 10, 1)))
    assert [course.until(at) for at in (-1, 0, 1, 2, 2.5, 3, 9)] == [0, 0, 2.5, 10, 15, 20, 20]
    assert [course.rate(at) for at in (-1, 0, 1, 2, 2.5, 3)] == [0, 0, 5, 10, 10, 0]


def test_a_course_without_end_has_runs_for_ever() -> None:
    course = RateSchedule((Stage(2, 2, math.inf),))
    assert (course.runs, course.moment(10**9)) == (math.inf, 5 * 10**8)
    assert RateSchedule((Stage(0, 0, math.inf),)).moment(0) is None


def test_a_course_is_cut_anywhere() -> None:
    course = RateSchedule((Stage(0, 10, 10), Stage(10, 10, 10)))
    cut = course.cut(5, 20)
    assert (cut.seconds, cut.until(5), cut.rate(4.9), cut.rate(5)) == (20, 12.5, 4.9, 20)
    assert course.cut(10, 0).runs == course.cut(10, 0).cut(15, 0).runs == 50
    assert course.cut(0, 1).runs == 20


def test_a_day_of_2000_a_second_is_exact_to_a_microsecond() -> None:
    course = RateSchedule((Stage(0, 2000, 3600), Stage(2000, 2000, 82_800)))
    assert course.runs == 3_600_000 + 165_600_000
    last = course.moment(int(course.runs) - 1)
    assert last == pytest.approx(86_400 - 1 / 2000, abs=1e-6)


@given(STAGES, st.data())
def test_moments_never_go_back_and_agree_with_the_integral(
    stages: list[Stage], data: st.DataObject
) -> None:
    course = RateSchedule(stages)
    total = int(course.runs)
    assert course.moment(total) is None
    if total == 0:
        return
    first = data.draw(st.integers(0, total - 1))
    found = [course.moment(number) for number in range(first, min(first + 50, total))]
    known = [one for one in found if one is not None]
    assert known == sorted(known)
    assert len(known) == len(found)
    assert known[0] >= 0
    assert known[-1] <= course.seconds
    assert course.until(known[0]) == pytest.approx(first, abs=1e-4, rel=1e-9)


def test_a_profile_says_what_it_asks_for() -> None:
    steady = Profile(stages=(Stage(50, 50, 60),), duration=60)
    assert (steady.is_open, steady.runs, steady.peak, steady.mean) == (True, 3000, 50, 50)
    ramp = Profile(stages=(Stage(0, 50, 20), Stage(50, 50, 40)), duration=60)
    assert (ramp.runs, ramp.peak) == (2500, 50)
    assert ramp.mean == pytest.approx(2500 / 60)
    counted = Profile(stages=(Stage(0, 10, 10), Stage(10, 10, math.inf)), calls=100)
    assert counted.runs == 100
    assert counted.mean == pytest.approx(100 / 15)
    short = Profile(stages=(Stage(10, 10, 1),), duration=1, calls=100)
    assert (short.runs, short.mean) == (10, 10)


def test_a_profile_without_a_rate_has_none() -> None:
    profile = Profile(concurrency=5, duration=60)
    assert (profile.is_open, profile.runs, profile.peak, profile.mean) == (False, None, None, None)
    assert Profile(concurrency=5, calls=7).runs == 7
