"""The numbers of a load: what a second says, what all of it says, and what counts for what."""

import pytest

from sipflow.coordinator.load.stats.stats import LATE, LoadStats, RunOutcome
from sipflow.protocol.events import Latency, LoadNumbers, RunCounts
from sipflow.protocol.load_result import METRICS, Media, Ratios
from sipflow.protocol.run_metrics import CallFigures, MediaCheck, RunFigures

BEGAN = 100.0
CALLER = RunFigures(
    calls=(CallFigures(outgoing=True, code=200, srd=2000, answer=5000, sdd=1000, completed=True),)
)
CALLEE = RunFigures(calls=(CallFigures(completed=True),))


def latency(milliseconds: float, count: int = 1) -> Latency:
    """Return the figures of so many values that are all the same."""
    same = milliseconds
    return Latency(
        count=count, min=same, mean=same, p50=same, p90=same, p95=same, p99=same, p99_9=same,
        max=same,
    )  # fmt: skip


def one_run(outcome: RunOutcome, *figures: RunFigures) -> LoadStats:
    numbers = LoadStats(BEGAN)
    numbers.started(BEGAN, BEGAN)
    numbers.ended(outcome, BEGAN, BEGAN + 0.25, figures)
    return numbers


def test_a_second_of_a_load() -> None:
    second = one_run("completed", CALLER, CALLEE).second(BEGAN + 1.0, 3, 8, 50.0)

    counts = RunCounts(started=1, completed=1)
    measured = {
        "srd": latency(2.0), "sdd": latency(1.0), "answer": latency(5.0), "run": latency(250.0),
    }  # fmt: skip
    assert second == {
        "second": 1,
        "runs": counts,
        "total": counts,
        "asked": 50.0,
        "in_flight": 3,
        "workers": 8,
        "latency_ms": measured,
        "total_ms": measured,
    }
    assert list(second["latency_ms"]) == ["srd", "sdd", "answer", "run"]


def test_what_has_become_of_runs_is_known_at_any_time() -> None:
    numbers = one_run("completed", CALLER)
    numbers.started(BEGAN, BEGAN + 1.0)
    assert numbers.counts == RunCounts(started=2, completed=1, late=1)


def test_a_second_is_what_an_event_says() -> None:
    second = one_run("completed", CALLER).second(BEGAN + 1.0, 0, 2, None)

    event = LoadNumbers(run="r1", instance="-", seq=1, ts=0.0, cause="second", **second)
    assert (event.runs.completed, event.latency_ms["srd"].p99) == (1, 2.0)


def test_the_next_second_says_only_what_is_new_and_the_total_says_all() -> None:
    numbers = one_run("completed", CALLER)
    numbers.second(BEGAN + 1.0, 0, 2, 1.0)
    numbers.started(BEGAN + 1.0, BEGAN + 1.5)
    numbers.ended("failed", BEGAN + 1.0, BEGAN + 1.75, [CALLEE])
    second = numbers.second(BEGAN + 2.001, 0, 2, 1.0)

    assert second["second"] == 2
    assert second["runs"] == RunCounts(started=1, failed=1, late=1)
    assert second["total"] == RunCounts(started=2, completed=1, failed=1, late=1)
    assert second["latency_ms"] == {}
    assert second["total_ms"]["srd"] == latency(2.0)


def test_what_is_left_over_at_the_end_is_a_second_of_its_own() -> None:
    numbers = LoadStats(BEGAN)
    ends = [1.0, 2.001, 2.3, 7.0]
    assert [numbers.second(BEGAN + end, 0, 0, None)["second"] for end in ends] == [1, 2, 3, 7]


def test_what_ends_within_the_first_half_second_is_of_the_first_second() -> None:
    assert LoadStats(BEGAN).second(BEGAN + 0.1, 0, 0, None)["second"] == 1


@pytest.mark.parametrize(
    ("behind", "late"),
    [(0.0, False), (-0.001, False), (LATE * 0.99, False), (LATE * 1.01, True), (5.0, True)],
)
def test_a_run_is_late_if_it_begins_noticeably_after_it_was_due(behind: float, late: bool) -> None:
    numbers = LoadStats(BEGAN)

    assert numbers.started(BEGAN, BEGAN + behind) is late
    assert numbers.totals().runs == RunCounts(started=1, late=int(late))


def test_a_run_is_timed_from_when_it_was_due() -> None:
    numbers = LoadStats(BEGAN)
    numbers.started(BEGAN, BEGAN + 2.0)
    numbers.ended("completed", BEGAN, BEGAN + 2.5, ())

    assert numbers.totals().latency_ms["run"] == latency(2500.0)


def test_a_clock_that_is_read_a_little_before_gives_no_negative_time() -> None:
    numbers = LoadStats(BEGAN)
    numbers.ended("completed", BEGAN, BEGAN - 0.000_1, ())

    assert numbers.totals().latency_ms["run"] == latency(0.0)


def test_a_failed_run_is_no_whole_run_but_what_was_measured_in_it_counts() -> None:
    totals = one_run("failed", CALLER).totals()

    assert totals.runs == RunCounts(started=1, failed=1)
    assert totals.latency_ms["run"] == Latency()
    assert totals.latency_ms["srd"] == latency(2.0)
    assert totals.ratios.attempts == 1


def test_a_stopped_run_says_nothing_about_anybody() -> None:
    totals = one_run("stopped", CALLER).totals()

    assert totals.runs == RunCounts(started=1, stopped=1)
    assert totals.latency_ms == dict.fromkeys(METRICS, Latency())
    assert totals.ratios == Ratios()


def test_at_the_end_every_name_is_there_also_without_a_second_in_between() -> None:
    totals = one_run("completed", CALLER).totals()

    assert list(totals.latency_ms) == ["srd", "sdd", "rrd", "answer", "run"]
    assert totals.latency_ms["answer"] == latency(5.0)
    assert totals.latency_ms["rrd"] == Latency()


def test_a_call_that_came_in_is_no_attempt_and_has_only_its_own_end_to_tell() -> None:
    came_in = CallFigures(code=200, srd=1, answer=2, sdd=3000, completed=True)
    totals = one_run("completed", RunFigures(calls=(came_in,))).totals()

    assert totals.ratios.attempts == 0
    assert totals.latency_ms["srd"] == totals.latency_ms["answer"] == Latency()
    assert totals.latency_ms["sdd"] == latency(3.0)


def test_a_call_that_was_refused_has_a_request_delay_and_no_answer() -> None:
    busy = CallFigures(outgoing=True, code=486, srd=2000)
    totals = one_run("completed", RunFigures(calls=(busy,))).totals()

    assert totals.latency_ms["srd"] == latency(2.0)
    assert totals.latency_ms["answer"] == totals.latency_ms["sdd"] == Latency()
    assert totals.ratios == Ratios(attempts=1, ser=0.0, seer=100.0, isa=0.0, scr=0.0)


def test_a_call_without_a_response_has_no_request_delay() -> None:
    silent = CallFigures(outgoing=True)

    assert one_run("failed", RunFigures(calls=(silent,))).totals().latency_ms["srd"] == Latency()


def test_registrations_and_media_are_counted() -> None:
    figures = RunFigures(rrd=(4000, 4000), media=(MediaCheck(packets=50, mos=4.4, jitter=1.0),))
    totals = one_run("completed", figures).totals()

    assert totals.latency_ms["rrd"] == latency(4.0, count=2)
    assert totals.media == Media(
        checked=1, packets=50, lost=0, mos_min=4.4, mos_mean=4.4, jitter_ms_max=1.0
    )
