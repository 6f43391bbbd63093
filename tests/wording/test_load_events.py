"""How the events of a load are said to people."""

import pytest

from sipflow.protocol.events import Latency, RunCounts, RunReason
from sipflow.wording import load_events as load_event_wording
from tests.projections.load_events import latency, load_numbers, load_state, run_failed


@pytest.mark.parametrize(("value", "said"), [(50.0, "50/s"), (0.5, "0.5/s"), (1500.0, "1500/s")])
def test_a_rate_has_no_more_digits_than_it_needs(value: float, said: str) -> None:
    assert load_event_wording.rate(value) == said


@pytest.mark.parametrize(
    ("rate", "message", "said"),
    [
        (50.0, "", "50/s asked"),
        (50.0, "from 20/s", "50/s asked, from 20/s"),
        (None, "stopped by a signal", "stopped by a signal"),
        (None, "", ""),
    ],
)
def test_a_state_says_its_rate_and_its_text(rate: float | None, message: str, said: str) -> None:
    assert load_event_wording.load_state(load_state("running", rate=rate, message=message)) == said


def test_a_failure_says_why_and_an_example_where_the_rest_is() -> None:
    assert load_event_wording.run_failed(run_failed()) == "bob bob-2: 486 Busy Here"
    assert load_event_wording.run_failed(run_failed(example=True)) == (
        "bob bob-2: 486 Busy Here  (its events: run l1-17)"
    )
    assert (
        load_event_wording.run_failed(run_failed(reason=RunReason(message="no worker")))
        == "no worker"
    )


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (RunCounts(), "0 completed"),
        (RunCounts(started=9, completed=5), "5 completed"),
        (
            RunCounts(started=9, completed=5, failed=1, stopped=2, late=3),
            "5 completed, 1 failed, 2 stopped, 3 late",
        ),
    ],
)
def test_what_is_odd_is_said_only_if_there_is_any(runs: RunCounts, said: str) -> None:
    assert load_event_wording.counts(runs) == said


def test_a_distribution_in_short() -> None:
    assert (
        load_event_wording.percentiles("srd", latency(1.5)) == "srd p50 1.50 p95 6.00 p99 7.50 ms"
    )
    assert load_event_wording.percentiles("srd", Latency()) == "srd -"


def test_a_second_is_one_line() -> None:
    second = load_numbers(
        3,
        RunCounts(started=50, completed=47, failed=1),
        latency_ms={"run": latency(100.0), "srd": latency(2.0)},
    )

    assert load_event_wording.numbers(second) == (
        "50/s asked, 47 completed, 1 failed, 4 in flight, "
        "srd p50 2.00 p95 8.00 p99 10.0 ms, run p50 100.0 p95 400.0 p99 500.0 ms"
    )


def test_where_no_rate_was_asked_for_none_is_said() -> None:
    second = load_numbers(3, RunCounts(started=5, completed=4), asked=None)

    assert load_event_wording.numbers(second) == "4 completed, 4 in flight"
