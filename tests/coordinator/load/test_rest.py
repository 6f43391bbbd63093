"""A slot's rest: none while few calls have ended, half a second and a bit once many have."""

from sipflow.coordinator.load.rest import CALLS_AT_ONCE, REST, Rest


def test_a_slot_needs_no_rest_before_its_endpoints_have_had_many_calls() -> None:
    rest = Rest(legs=1)
    for number in range(CALLS_AT_ONCE - 1):
        rest.ended(100.0 + number)
        assert rest.until() == 0.0
    rest.ended(200.0)
    assert rest.until() == 100.0 + REST
    rest.ended(201.0)
    assert rest.until() == 101.0 + REST


def test_the_more_calls_a_run_has_the_sooner_it_needs_one() -> None:
    rest = Rest(legs=CALLS_AT_ONCE // 2)
    rest.ended(1.0)
    assert rest.until() == 0.0
    rest.ended(2.0)
    assert rest.until() == 1.0 + REST


def test_a_run_with_more_calls_than_can_be_at_once_has_a_rest_after_each() -> None:
    rest = Rest(legs=CALLS_AT_ONCE + 1)
    assert rest.until() == 0.0
    rest.ended(1.0)
    assert rest.until() == 1.0 + REST


def test_a_run_without_calls_is_taken_for_one_with_one() -> None:
    rest = Rest(legs=0)
    rest.ended(1.0)
    assert rest.until() == 0.0
