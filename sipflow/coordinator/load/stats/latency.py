"""Latencies: each second's values exactly, and all of them as an HDR histogram. Pure.

Workers send the plain microseconds of a run with its end, and they are put into a histogram here,
where there is one of each kind. That is exact for a second, can be added up in any order, and costs
one ``record_value`` a value (0.6 µs). Histograms of the workers' own would have to be encoded
(150 µs), decoded and added (117 µs) and emptied (723 µs) for every worker and second, so a hundred
times as much as long as a worker does a few runs a second.

Of the library only those calls are used that are cheap: its mean takes 34 ms and each of its
percentiles 0.7 ms, so the sum is kept beside it and all percentiles are found in one pass.
"""

from collections.abc import Sequence

from hdrh.histogram import HdrHistogram

from sipflow.protocol.events import Latency

# The one range and precision of all of them: 1 µs to 1 h at three significant digits, so that no
# percentile is off by more than 0.1 %. A longer time counts as 1 h, but is the ``max`` that it is.
LOWEST_US = 1
HIGHEST_US = 3_600_000_000
DIGITS = 3

_PERCENTILES = (50.0, 90.0, 95.0, 99.0, 99.9)
_MS = 1000


class LatencyHistogram:
    """One kind of duration, in whole microseconds.

    New values are appended to ``fresh``, a plain list, because a run must cost no more; they are
    processed once a second.
    """

    def __init__(self) -> None:
        self.fresh: list[int] = []
        self._histogram = HdrHistogram(LOWEST_US, HIGHEST_US, DIGITS)
        self._count = 0
        self._sum = 0
        self._min = HIGHEST_US
        self._max = 0
        self._total: Latency | None = None

    def settle(self) -> Latency:
        """Return the exact distribution of the fresh values, and add them to the total."""
        values, self.fresh = self.fresh, []
        if not values:
            return Latency()
        values.sort()
        total = sum(values)
        self._take(values, total)
        exact = [values[rank - 1] for rank in _ranks(len(values))]
        return _latency(len(values), total, values[0], exact, values[-1])

    def total(self) -> Latency:
        """Return the distribution of the total."""
        if self._total is None:
            self._total = self._find_total()
        return self._total

    def _take(self, values: Sequence[int], total: int) -> None:
        record = self._histogram.record_value
        for value in values:
            record(min(value, HIGHEST_US))
        self._count += len(values)
        self._sum += total
        self._min = min(self._min, values[0])
        self._max = max(self._max, values[-1])
        self._total = None

    def _find_total(self) -> Latency:
        if not self._count:
            return Latency()
        # The library rounds a rank to the nearest; asked for this share, it takes exactly the rank.
        shares = [100 * rank / self._count for rank in _ranks(self._count)]
        found = self._histogram.get_percentile_to_value_dict(shares)
        values = [min(max(found[share], self._min), self._max) for share in shares]
        return _latency(self._count, self._sum, self._min, values, self._max)


def _ranks(count: int) -> list[int]:
    """Return the rank of each percentile among ``count`` values, from 1 (nearest-rank method)."""
    return [-(-count * round(percentile * 10) // 1000) for percentile in _PERCENTILES]


def _latency(count: int, total: int, low: int, percentiles: Sequence[int], high: int) -> Latency:
    p50, p90, p95, p99, p99_9 = (value / _MS for value in percentiles)
    return Latency(
        count=count,
        min=low / _MS,
        mean=round(total / count / _MS, 3),
        p50=p50,
        p90=p90,
        p95=p95,
        p99=p99,
        p99_9=p99_9,
        max=high / _MS,
    )
