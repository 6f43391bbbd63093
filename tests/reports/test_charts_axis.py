"""Axes: where values stand and which are written."""

import pytest

from sipflow.reports.charts import Axis, at_time, counting, measuring, time


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (3.0, (0.0, 1.0, 2.0, 3.0)),
        (49.0, (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)),
        (50.0, (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)),
        (1502.0, (0.0, 500.0, 1000.0, 1500.0, 2000.0)),
    ],
)
def test_counts_begin_at_nought(highest: float, ticks: tuple[float, ...]) -> None:
    assert counting(highest) == Axis(0.0, ticks[-1], ticks)


@pytest.mark.parametrize(
    ("typical", "highest", "ticks"),
    [
        (2.0, 39.0, (0.0, 10.0, 20.0, 30.0, 40.0)),
        (0.0, 39.0, (0.0, 10.0, 20.0, 30.0, 40.0)),
        (2.0, 40.0, (1.0, 10.0, 100.0)),
        (0.5, 32_000.0, (0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0)),
    ],
)
def test_durations_that_are_far_apart_are_all_seen(
    typical: float, highest: float, ticks: tuple[float, ...]
) -> None:
    axis = measuring(typical, highest)

    assert axis.ticks == ticks
    assert axis.is_logarithmic is (ticks[0] > 0)


@pytest.mark.parametrize(
    ("axis", "places"),
    [
        (counting(50.0), {0.0: 0.0, 25.0: 0.5, 50.0: 1.0, 60.0: 1.0, -1.0: 0.0}),
        (measuring(1.0, 100.0), {0.0: 0.0, 1.0: 0.0, 10.0: 0.5, 100.0: 1.0, 101.0: 1.0}),
    ],
)
def test_values_have_a_place(axis: Axis, places: dict[float, float]) -> None:
    assert {value: axis.place(value) for value in places} == pytest.approx(places)


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (0.0, 1.0, (0.0, 1.0)),
        (0.0, 5.0, (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
        (7.0, 22.0, (8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0)),
        (0.0, 600.0, (0.0, 120.0, 240.0, 360.0, 480.0, 600.0)),
        (0.0, 30 * 86_400.0, tuple(345_600.0 * number for number in range(8))),
    ],
)
def test_time_is_counted_as_people_do(first: float, last: float, ticks: tuple[float, ...]) -> None:
    axis = time(first, last)

    assert axis.ticks == pytest.approx(ticks)
    assert (axis.lowest, axis.highest) == (first, last)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "0 s"), (59.0, "59 s"), (90.0, "1:30"), (7261.0, "2:01:01")]
)
def test_a_second_has_a_name(seconds: float, said: str) -> None:
    assert at_time(seconds) == said
