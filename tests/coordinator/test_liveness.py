"""Who has been silent for too long, seen from a clock that may itself have stood still."""

import pytest

from sipflow.coordinator.liveness import OWN_GAP, SILENCE_LIMIT, Liveness

LOOK = 0.25


def look_until(liveness: Liveness, begin: float, end: float) -> list[tuple[float, str]]:
    """Look four times a second; return who was found silent, and when."""
    found = []
    for step in range(int((end - begin) / LOOK) + 1):
        now = begin + step * LOOK
        found += [(now, worker) for worker in liveness.silent(now)]
    return found


def test_a_worker_is_silent_once_the_limit_has_passed_and_is_named_once() -> None:
    liveness = Liveness()
    liveness.heard("w1", 0.0)
    assert look_until(liveness, 0.0, 10.0) == [(SILENCE_LIMIT, "w1")]


def test_a_worker_that_is_heard_of_is_never_silent() -> None:
    liveness = Liveness()
    for beat in range(20):
        liveness.heard("w1", beat * 0.5)
        assert liveness.silent(beat * 0.5) == []


def test_nothing_is_expected_of_a_worker_that_never_spoke_or_is_forgotten() -> None:
    liveness = Liveness()
    liveness.heard("w1", 0.0)
    liveness.forget("w1")
    liveness.forget("w2")
    assert look_until(liveness, 0.0, 10.0) == []


@pytest.mark.parametrize("gap", [OWN_GAP + 0.125, 60.0])
def test_after_a_long_turn_of_its_own_everybody_gets_a_new_chance(gap: float) -> None:
    liveness = Liveness()
    liveness.heard("w1", 0.0)
    assert look_until(liveness, 0.0, 2.0) == []
    again = 2.0 + gap
    assert liveness.silent(again) == []
    assert look_until(liveness, again, again + SILENCE_LIMIT) == [(again + SILENCE_LIMIT, "w1")]
