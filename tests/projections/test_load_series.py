"""A load over time, thinned out where it is long."""

import pytest

from sipflow.projections.load_series import MOST_POINTS, LoadSeries, Percentiles, Point
from sipflow.protocol.events import Latency, LoadNumbers
from tests.projections.load_transcript import LoadTranscript, latency


def series(load: LoadTranscript) -> LoadSeries:
    made = LoadSeries()
    for event in load.events:
        assert isinstance(event, LoadNumbers)
        made.add(event)
    return made


def test_a_short_load_has_a_point_a_second() -> None:
    load = LoadTranscript()
    load.numbers(started=49, failed=2, late=1)
    load.numbers(asked=None, measured={"srd": Latency(), "sdd": latency()})

    assert series(load).points() == [
        Point(
            first=1,
            seconds=1,
            asked=50.0,
            started=49,
            failed=2,
            late=1,
            in_flight=12,
            latency={"srd": Percentiles(2.0, 4.0, 6.0), "run": Percentiles(24.0, 48.0, 72.0)},
        ),
        Point(
            first=2, seconds=1, asked=None, started=50, failed=0, late=0, in_flight=12, latency={}
        ),
    ]
    assert series(load).seconds == 1


def test_without_a_load_there_are_no_points() -> None:
    assert LoadSeries().points() == []


@pytest.mark.parametrize(
    ("seconds", "width", "points"),
    [
        (MOST_POINTS, 1, MOST_POINTS),
        (MOST_POINTS + 1, 2, MOST_POINTS // 2 + 1),
        (600, 2, 300),
        (2 * MOST_POINTS, 2, MOST_POINTS),
        (3600, 16, 225),
    ],
)
def test_a_long_load_is_thinned_out_and_no_run_is_lost(
    seconds: int, width: int, points: int
) -> None:
    load = LoadTranscript()
    for _ in range(seconds):
        load.numbers(started=3, failed=1, late=1, measured={})

    made = series(load)

    assert (made.seconds, len(made.points())) == (width, points)
    assert sum(point.started for point in made.points()) == 3 * seconds
    assert sum(point.failed for point in made.points()) == seconds
    assert sum(point.late for point in made.points()) == seconds
    assert sum(point.seconds for point in made.points()) == seconds
    assert {point.achieved for point in made.points()} == {3.0}
    assert {point.failing for point in made.points()} == {1.0}


def test_of_neighbours_the_peak_stays() -> None:
    load = LoadTranscript()
    for second in range(MOST_POINTS + 2):
        srd = {5: latency(srd=100.0), 7: Latency()}.get(second, latency())
        load.numbers(asked=None if second in (2, 3, 6) else 50.0, measured={"srd": srd})

    made = series(load).points()

    assert made[2].latency == {"srd": Percentiles(100.0, 200.0, 300.0)}
    assert made[3].latency == {"srd": Percentiles(2.0, 4.0, 6.0)}
    assert (made[1].asked, made[3].asked) == (None, 50.0)
    assert made[-1].seconds == 2
