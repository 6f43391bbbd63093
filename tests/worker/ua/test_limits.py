"""How long a call must wait so that the endpoint's I/O handles suffice: a table of numbers."""

import pytest

from sipflow.worker.ua.limits import (
    HANDLE_DELAY,
    MAX_CALLS_HOLDING_HANDLES,
    MAX_CALLS_WITH_INCOMING,
    MAX_LEGS,
    HandleBudget,
)

MOST = MAX_CALLS_HOLDING_HANDLES
ROOM = MAX_CALLS_WITH_INCOMING - MAX_LEGS


def budget_of(alive: int, ended_at: list[float]) -> HandleBudget:
    """Return a budget after calls that live and calls that ended at these moments."""
    budget = HandleBudget()
    for _ in range(alive + len(ended_at)):
        budget.opened()
    for moment in ended_at:
        budget.closed(moment)
    return budget


@pytest.mark.parametrize(
    ("alive", "ended_at", "now", "wait"),
    [
        (0, [], 0.0, 0.0),
        (4, [], 0.0, 0.0),
        (0, [0.0] * (MOST - 1), 0.0, 0.0),
        (0, [0.0] * MOST, 0.0, HANDLE_DELAY),
        (0, [0.0] * MOST, 0.25, HANDLE_DELAY - 0.25),
        (0, [0.0] * MOST, HANDLE_DELAY, 0.0),
        (0, [0.0, *[0.25] * (MOST - 1)], 0.25, HANDLE_DELAY - 0.25),
        (2, [0.0, 0.125, *[0.25] * (MOST - 4)], 0.25, HANDLE_DELAY - 0.25),
        (2, [0.0, 0.125, *[0.25] * (MOST - 3)], 0.25, HANDLE_DELAY - 0.125),
        (MOST, [0.0], 0.0, HANDLE_DELAY),
        (MOST, [], 0.0, 0.0),
    ],
)
def test_one_more_call_waits_until_enough_handles_are_free(
    alive: int, ended_at: list[float], now: float, wait: float
) -> None:
    assert budget_of(alive, ended_at).wait(now) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("alive", "ended_at", "now", "hold"),
    [
        (0, [], 0.0, 0.0),
        (0, [0.0] * ROOM, 0.0, 0.0),
        (4, [0.0] * ROOM, 0.0, 0.0),
        (0, [0.0] * (ROOM + 1), 0.0, HANDLE_DELAY),
        (0, [0.0] * (ROOM + 1), 0.25, HANDLE_DELAY - 0.25),
        (0, [0.0] * (ROOM + 1), HANDLE_DELAY, 0.0),
        (0, [0.0, 0.125, *[0.25] * ROOM], 0.25, HANDLE_DELAY - 0.125),
    ],
)
def test_calls_that_come_in_are_held_until_as_many_may_be_taken_as_can_come(
    alive: int, ended_at: list[float], now: float, hold: float
) -> None:
    assert budget_of(alive, ended_at).hold(now) == pytest.approx(hold)


def test_the_calls_that_live_are_counted() -> None:
    assert budget_of(0, []).alive == 0
    assert budget_of(3, [0.0, 0.0]).alive == 3


def test_after_its_wait_a_call_never_has_to_wait_again() -> None:
    budget, now = HandleBudget(), 0.0
    for _ in range(10 * MOST):
        now += budget.wait(now)
        assert budget.wait(now) == 0.0
        budget.opened()
        budget.closed(now)

    assert now == pytest.approx(9 * HANDLE_DELAY)
