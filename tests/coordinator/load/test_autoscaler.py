"""How many slots more: by rate and length, a few at a time, and none on a busy machine."""

import pytest

from sipflow.coordinator.load.autoscaler import BUSY, PAUSE, Autoscaler, Need
from sipflow.coordinator.load.slots.slot import LoadRun

IDLE = 0.1


def autoscaler(most: int = 1000, shortest: float = 1.0) -> Autoscaler:
    return Autoscaler(most, shortest, legs=1)


def run(number: int, began: float) -> LoadRun:
    return LoadRun(number, f"r-{number}", began, began)


@pytest.mark.parametrize(
    ("need", "more"),
    [
        # 10 runs a second of a second each take 13 slots.
        (Need(waiting=9, slots=4, launching=0, busy=IDLE), 1),
        (Need(waiting=9, slots=8, launching=0, busy=IDLE), 2),
        (Need(waiting=9, slots=12, launching=0, busy=IDLE), 1),
        (Need(waiting=9, slots=13, launching=0, busy=IDLE), 0),
        (Need(waiting=9, slots=20, launching=0, busy=IDLE), 0),
        (Need(waiting=1, slots=8, launching=0, busy=IDLE), 1),
        (Need(waiting=0, slots=8, launching=0, busy=IDLE), 0),
        (Need(waiting=-3, slots=8, launching=0, busy=IDLE), 0),
        (Need(waiting=2, slots=8, launching=1, busy=IDLE), 1),
        (Need(waiting=2, slots=8, launching=2, busy=IDLE), 0),
        (Need(waiting=9, slots=8, launching=0, busy=BUSY), 0),
        (Need(waiting=9, slots=0, launching=0, busy=IDLE), 1),
    ],
)
def test_there_are_more_for_runs_that_wait_up_to_what_the_rate_takes(need: Need, more: int) -> None:
    assert autoscaler().more(0.0, 10.0, need) == more


def test_there_are_no_more_than_there_may_be() -> None:
    need = Need(waiting=9, slots=8, launching=0, busy=IDLE)
    assert autoscaler(most=9).more(0.0, 10.0, need) == 1
    assert autoscaler(most=8).more(0.0, 10.0, need) == 0


def test_once_there_was_no_place_there_are_no_more() -> None:
    one = autoscaler()
    one.forbid()
    need = Need(waiting=9, slots=8, launching=0, busy=IDLE)
    assert (one.more(0.0, 10.0, need), one.more_at_once(20.0, need)) == (0, 0)


def test_so_many_runs_at_once_have_a_slot_each_on_a_busy_machine_too() -> None:
    one = autoscaler(most=12)
    assert one.more_at_once(10.0, Need(waiting=4, slots=6, launching=0, busy=1.0)) == 1
    assert one.more_at_once(10.0, Need(waiting=4, slots=8, launching=0, busy=1.0)) == 2
    assert one.more_at_once(10.0, Need(waiting=4, slots=8, launching=4, busy=1.0)) == 0
    assert one.more_at_once(10.0, Need(waiting=4, slots=10, launching=0, busy=1.0)) == 0
    assert one.more_at_once(50.0, Need(waiting=40, slots=12, launching=0, busy=1.0)) == 0


def test_runs_that_take_longer_than_was_thought_take_more_slots() -> None:
    one, need = autoscaler(shortest=0.1), Need(waiting=9, slots=8, launching=0, busy=IDLE)
    assert one.more(0.0, 10.0, need) == 0
    for number in range(100):
        one.began(run(number, 0.0))
        one.ended(run(number, 0.0), 2.0)
    assert one.more(2.0, 10.0, need) == 2


def test_a_run_that_goes_on_is_as_long_as_it_has_been_by_now() -> None:
    one, need = autoscaler(shortest=0.1), Need(waiting=9, slots=8, launching=0, busy=IDLE)
    one.began(run(1, 100.0))
    one.began(run(2, 101.0))
    assert one.more(100.1, 10.0, need) == 0
    assert one.more(105.0, 10.0, need) == 2
    one.ended(run(1, 100.0), 100.2)
    assert one.more(101.1, 10.0, need) == 0


def test_it_is_looked_once_a_while() -> None:
    one = autoscaler()
    assert one.is_due(100.0)
    assert not one.is_due(100.0 + PAUSE / 2)
    assert one.is_due(100.0 + PAUSE)
    assert not one.is_due(100.0 + PAUSE)
