"""The state of a load from its events, and that it stays small."""

import pytest

from sipflow.projections.load import MOST_EVENTS, MOST_KINDS, LoadProjection
from sipflow.protocol.events import RunReason
from tests.projections.load_transcript import HOSTILE, LOAD, TIMED_OUT, LoadTranscript, bad_load
from tests.projections.transcript import NAME, START, aborted_talk


def told(load: LoadTranscript) -> LoadProjection:
    projection = LoadProjection()
    for event in load.events:
        projection.apply(event)
    return projection


def test_before_anything_is_told_nothing_is_known() -> None:
    projection = LoadProjection()

    assert (projection.state, projection.rate, projection.latest) == (None, None, None)
    assert projection.elapsed(START) == 0.0
    assert projection.most_frequent() == []


def test_the_whole_load_is_there_at_its_end() -> None:
    projection = told(bad_load())

    assert (projection.load, projection.name, projection.state) == (LOAD, NAME, "failed")
    assert projection.message == "3 of 230 runs failed"
    assert projection.latest is not None
    assert projection.latest.total.started == 230
    assert [numbers.second for numbers in projection.recent] == [1, 2, 3, 4, 5]


def test_failures_are_grouped_the_most_frequent_first() -> None:
    first, second = told(bad_load()).most_frequent()

    assert (first.reason, first.count, first.example) == (TIMED_OUT, 2, "r9")
    assert (second.reason, second.count, second.example) == (HOSTILE, 1, "r10")
    assert second.since == START + 3


def test_the_events_of_examples_are_kept_and_those_of_other_runs_are_not() -> None:
    load = bad_load()
    load.example("r11")

    projection = told(load)

    assert list(projection.examples) == ["r9", "r10"]
    assert projection.examples["r9"].number == 3
    assert len(projection.examples["r9"].events) == len(aborted_talk().events)
    assert projection.examples["r10"].events == []


def test_a_rate_is_known_from_whatever_was_told_last() -> None:
    load = LoadTranscript()
    load.state("running", 10.0)
    load.numbers(asked=20.0)
    assert told(load).rate == 20.0

    load.state("running", 30.0)
    assert told(load).rate == 30.0


@pytest.mark.parametrize(("now", "elapsed"), [(3.0, 3.0), (-1.0, 0.0)])
def test_the_time_runs_from_the_first_event(now: float, elapsed: float) -> None:
    load = LoadTranscript()
    load.numbers()

    assert told(load).elapsed(START + 1 + now) == elapsed


def test_the_time_stands_still_at_the_end() -> None:
    assert told(bad_load()).elapsed(START + 99) == 5.0


def test_ever_new_kinds_of_failure_are_only_counted() -> None:
    load = LoadTranscript()
    for number in range(MOST_KINDS + 7):
        load.failed(RunReason(message=f"port {number}"), of=f"r{number}")
    load.failed(RunReason(message="port 0"))

    projection = told(load)

    assert len(projection.failures) == len(projection.examples) == MOST_KINDS
    assert projection.uncounted == 7
    assert projection.most_frequent()[0].count == 2


def test_an_endless_example_is_cut_off() -> None:
    load = LoadTranscript()
    load.failed()
    for _ in range(MOST_EVENTS // len(aborted_talk().events) + 1):
        load.example()

    example = told(load).examples["r9"]

    assert len(example.events) == MOST_EVENTS
    assert example.left_out == len(load.events) - 1 - MOST_EVENTS > 0


def test_an_hour_keeps_no_more_seconds_than_a_terminal_shows() -> None:
    load = LoadTranscript()
    for _ in range(3600):
        load.numbers(measured={})

    assert len(told(load).recent) == 400
