"""How the things of a load are said."""

import pytest

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Latency, RunCounts, RunReason
from sipflow.protocol.load_result import METRICS, Media, Ratios
from sipflow.wording.load import (
    LATENCY_HEAD,
    MEANINGS,
    counts,
    failure,
    latency_row,
    media,
    milliseconds,
    percent,
    percentiles,
    rate,
    rates,
    ratios,
)
from tests.projections.load_transcript import TIMED_OUT, latency
from tests.projections.transcript import PAIR


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (0.0, "0.00"),
        (0.417, "0.42"),
        (9.99, "9.99"),
        (31.44, "31.4"),
        (999.94, "999.9"),
        (1204.4, "1204"),
        (123456.7, "123457"),
    ],
)
def test_a_number_is_as_exact_as_people_need_it(value: float | None, said: str) -> None:
    assert milliseconds(value) == rate(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (0.0, "0.00 %"),
        (0.0004, "0.01 %"),
        (98.7, "98.70 %"),
        (99.9999, "99.99 %"),
        (100.0, "100.00 %"),
    ],
)
def test_all_and_none_are_not_said_of_nearly_all_and_nearly_none(
    value: float | None, said: str
) -> None:
    assert percent(value) == said


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (RunCounts(), "0 started, 0 completed, 0 failed, 0 late"),
        (
            RunCounts(started=9, completed=5, failed=1, stopped=3, late=2),
            "9 started, 5 completed, 1 failed, 3 stopped, 2 late",
        ),
    ],
)
def test_runs_are_counted(runs: RunCounts, said: str) -> None:
    assert counts(runs) == said


def test_the_rate_that_was_asked_for_is_said_where_one_was() -> None:
    assert rates(50.0, 49.9) == "50.0 runs/s asked, 49.9 achieved"
    assert rates(None, 0.5) == "0.50 runs/s"


def test_a_row_of_durations_fits_its_head() -> None:
    row = latency_row("srd", latency(7))

    assert row == ("srd", "7", "1.00", "2.20", "2.00", "3.00", "4.00", "6.00", "8.00", "10.0")
    assert len(row) == len(LATENCY_HEAD)
    assert LATENCY_HEAD[-2:] == ("p99.9", "max")
    assert latency_row("srd", Latency())[1:] == ("0", *"-" * 8)


def test_percentiles_are_three() -> None:
    assert percentiles(latency()) == ("2.00", "4.00", "6.00")
    assert percentiles(None) == percentiles(Latency()) == ("-", "-", "-")


def test_each_duration_has_a_meaning() -> None:
    assert set(MEANINGS) == set(METRICS)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (Ratios(), ""),
        (
            Ratios(attempts=1, ser=100.0, seer=100.0, isa=0.0),
            "SER 100.00 %  SEER 100.00 %  ISA 0.00 %  SCR -  of 1 INVITE",
        ),
    ],
)
def test_ratios_are_said_where_there_were_invites(figures: Ratios, said: str) -> None:
    assert ratios(figures) == said


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (Media(), ""),
        (Media(checked=1, packets=1), "1 leg checked, 1 packet, 0 lost"),
        (
            Media(checked=2, packets=9, lost=1, mos_min=4.1, mos_mean=4.4, jitter_ms_max=3.25),
            "2 legs checked, 9 packets, 1 lost, MOS 4.40 (lowest 4.10), jitter up to 3.25 ms",
        ),
    ],
)
def test_media_are_said_where_they_were_looked_at(figures: Media, said: str) -> None:
    assert media(figures) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (TIMED_OUT, "bob bob-2 Answer 408 Request Timeout"),
        (RunReason(message="a worker died"), "a worker died"),
        (RunReason(), "unknown reason"),
    ],
)
def test_a_failure_names_whose_it_was(reason: RunReason, said: str) -> None:
    assert failure(reason, RunProjection(PAIR)) == said
