"""Durations: exact by the second, within a thousandth over all, whatever their order and range."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.stats.latency import HIGHEST_US, LatencyHistogram
from sipflow.protocol.events import Latency

PERCENTILES = (50.0, 90.0, 95.0, 99.0, 99.9)


def settled(*seconds: list[int]) -> tuple[LatencyHistogram, list[Latency]]:
    distribution = LatencyHistogram()
    told = []
    for second in seconds:
        distribution.fresh.extend(second)
        told.append(distribution.settle())
    return distribution, told


def percentiles(latency: Latency) -> list[float | None]:
    return [latency.p50, latency.p90, latency.p95, latency.p99, latency.p99_9]


def nearest_ranks(values: list[int]) -> list[float]:
    """Return the least value, in milliseconds, that so many percent do not exceed."""
    ordered = sorted(values)
    return [ordered[math.ceil(round(p * len(values), 6) / 100) - 1] / 1000 for p in PERCENTILES]


def test_nothing_measured_is_a_count_of_none() -> None:
    distribution, told = settled([])

    assert told == [Latency()]
    assert distribution.total() == Latency()
    assert Latency() == Latency(count=0, min=None, mean=None, p50=None, max=None)


def test_one_value_is_all_of_its_figures() -> None:
    distribution, told = settled([1500])

    assert told == [
        Latency(count=1, min=1.5, mean=1.5, p50=1.5, p90=1.5, p95=1.5, p99=1.5, p99_9=1.5, max=1.5)
    ]
    assert distribution.total() == told[0]


def test_a_second_is_told_exactly() -> None:
    _, told = settled([*range(1000, 0, -1)])

    assert told == [
        Latency(
            count=1000,
            min=0.001,
            mean=0.5,  # 0.5005, to the microsecond
            p50=0.5,
            p90=0.9,
            p95=0.95,
            p99=0.99,
            p99_9=0.999,
            max=1.0,
        )
    ]


def test_a_percentile_is_a_value_that_so_many_do_not_exceed() -> None:
    """The 90th percentile of 18 values is the 17th: 16 would be 88.9 %."""
    distribution, told = settled([*range(1, 19)])

    assert (told[0].p90, distribution.total().p90) == (0.017, 0.017)


def test_each_second_is_told_by_itself_and_the_total_has_them_all() -> None:
    distribution, told = settled([1000], [], [3000, 2000])

    assert [second.count for second in told] == [1, 0, 2]
    assert [second.p50 for second in told] == [1.0, None, 2.0]
    total = distribution.total()
    assert (total.count, total.min, total.mean, total.max) == (3, 1.0, 2.0, 3.0)
    assert total.p50 == pytest.approx(2.0, rel=0.001)


def test_what_is_not_settled_yet_is_not_in_the_total() -> None:
    distribution, _ = settled([1000])
    distribution.fresh.append(2000)

    assert distribution.total().count == 1
    distribution.settle()
    assert distribution.total().count == 2


def test_no_percentile_is_beyond_what_was_measured() -> None:
    distribution, _ = settled([1_000_001, 2_000_001])

    total = distribution.total()
    assert (total.min, total.max) == (1000.001, 2000.001)
    assert total.p50 is not None
    assert total.p50 >= 1000.001
    assert total.p99_9 == 2000.001


def test_no_time_at_all_and_more_than_the_range_are_values_too() -> None:
    distribution, told = settled([0, 3 * HIGHEST_US])

    total = distribution.total()
    assert (total.count, total.min, total.p50) == (2, 0.0, 0.0)
    assert total.max == told[0].max == 3 * 3_600_000.0
    assert total.p99 == pytest.approx(3_600_000.0, rel=0.001)  # an hour: the end of the range


@pytest.mark.parametrize("seed", range(3))
def test_the_total_is_within_a_thousandth_of_the_exact_percentiles(seed: int) -> None:
    source = random.Random(seed)
    seconds = [[int(source.lognormvariate(8, 1)) for _ in range(700)] for _ in range(5)]
    distribution, told = settled(*seconds)

    assert [percentiles(second) for second in told] == [nearest_ranks(it) for it in seconds]
    exact = nearest_ranks([value for second in seconds for value in second])
    assert percentiles(distribution.total()) == [pytest.approx(it, rel=0.001) for it in exact]


@given(st.lists(st.integers(0, HIGHEST_US), min_size=1, max_size=60))
def test_any_values_have_percentiles_in_order_within_their_range(values: list[int]) -> None:
    distribution, told = settled(values)

    assert percentiles(told[0]) == nearest_ranks(values)
    for latency in (told[0], distribution.total()):
        figures = [latency.min, *percentiles(latency), latency.max]
        assert all(figure is not None for figure in figures)
        assert figures == sorted(figure or 0.0 for figure in figures)
    assert [
        total == pytest.approx(exact, rel=0.001)
        for total, exact in zip(
            percentiles(distribution.total()), nearest_ranks(values), strict=True
        )
    ] == [True] * 5
