"""Who has been silent for too long, seen from a clock that may itself have stood still."""

import pytest

from sipflow.coordinator.workers.heartbeat import OWN_GAP, SILENCE_LIMIT, HeartbeatMonitor

LOOK = 0.25


def look_until(heartbeats: HeartbeatMonitor, begin: float, end: float) -> list[tuple[float, str]]:
    """Look four times a second; return who was found silent, and when."""
    found = []
    for step in range(int((end - begin) / LOOK) + 1):
        now = begin + step * LOOK
        found += [(now, worker) for worker in heartbeats.silent(now)]
    return found


def test_a_worker_is_silent_once_the_limit_has_passed_and_is_named_once() -> None:
    heartbeats = HeartbeatMonitor()
    heartbeats.record("w1", 0.0)
    assert look_until(heartbeats, 0.0, 10.0) == [(SILENCE_LIMIT, "w1")]


def test_a_worker_that_is_heard_of_is_never_silent() -> None:
    heartbeats = HeartbeatMonitor()
    for beat in range(20):
        heartbeats.record("w1", beat * 0.5)
        assert heartbeats.silent(beat * 0.5) == []


def test_nothing_is_expected_of_a_worker_that_never_spoke_or_is_forgotten() -> None:
    heartbeats = HeartbeatMonitor()
    heartbeats.record("w1", 0.0)
    heartbeats.forget("w1")
    heartbeats.forget("w2")
    assert look_until(heartbeats, 0.0, 10.0) == []


@pytest.mark.parametrize("gap", [OWN_GAP + 0.125, 60.0])
def test_after_a_long_turn_of_its_own_everybody_gets_a_new_chance(gap: float) -> None:
    heartbeats = HeartbeatMonitor()
    heartbeats.record("w1", 0.0)
    assert look_until(heartbeats, 0.0, 2.0) == []
    again = 2.0 + gap
    assert heartbeats.silent(again) == []
    assert look_until(heartbeats, again, again + SILENCE_LIMIT) == [(again + SILENCE_LIMIT, "w1")]
