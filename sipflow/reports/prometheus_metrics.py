"""The Prometheus metrics of a load, computed from its events.

Nothing here blocks or has a socket. Names follow Prometheus' conventions: base units, one unit per
name, ``_total`` for counters. Labels have few values each: never a run, a call or a text of a peer,
because every new value is a new time series.

Import it only if a load is to be scraped: the library takes longer to import than all else.
"""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
    StateSetMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from sipflow.protocol.events import (
    AnyEvent,
    Latency,
    LoadNumbers,
    LoadState,
    LoadStateName,
    RunCounts,
    RunFailed,
)
from sipflow.protocol.load_result import METRICS

_PREFIX = "sipflow_load"
_MEANINGS = {
    "srd": "Session request delay, RFC 6076: from an INVITE to its first 18x or final response.",
    "sdd": "Session disconnect delay, RFC 6076: from a BYE to its answer.",
    "rrd": "Registration request delay, RFC 6076: from a REGISTER to its 2xx.",
    "answer": "From an INVITE to its 2xx.",
    "run": "A whole run that completed, from when it was due.",
}
_MS = 1000


class LoadExposition(Collector):
    """The load's last state and numbers. ``handle`` and ``collect`` may be on two threads.

    The data that ``collect`` reads is replaced and never changed, or copied in one step.
    """

    def __init__(self) -> None:
        self._state: LoadState | None = None
        self._numbers: tuple[LoadNumbers, dict[str, float]] | None = None
        self._rate: float | None = None
        self._failures: Counter[tuple[str, str, str]] = Counter()

    def handle(self, event: AnyEvent) -> None:
        """Handle an event of the load; others are ignored."""
        match event:
            case LoadState():
                self._state, self._rate = event, event.rate
            case LoadNumbers():
                self._numbers, self._rate = (event, self._sums(event)), event.asked
            case RunFailed(reason=reason):
                code = "" if reason.code is None else str(reason.code)
                self._failures[reason.instance or "", reason.node or "", code] += 1
            case _:
                pass

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; none before the first event of the load."""
        if self._state is not None:
            yield from _about(self._state)
        if self._rate is not None:
            yield _gauge("asked_runs_per_second", "Runs a second that are asked for.", self._rate)
        yield self._failed()
        if self._numbers is not None:
            numbers, sums = self._numbers
            yield from _counts(numbers.total)
            yield _gauge("runs_in_flight", "Runs that are under way.", numbers.in_flight)
            yield _gauge("workers", "Worker processes.", numbers.workers)
            for name in METRICS:
                yield _summary(name, numbers.total_ms.get(name, Latency()), sums.get(name, 0.0))

    def _sums(self, event: LoadNumbers) -> dict[str, float]:
        """Return the sums in seconds: added up, because count times a rounded mean may fall.

        A sum that falls is a restart for Prometheus.
        """
        sums = dict(self._numbers[1]) if self._numbers is not None else {}
        for name, latency in event.latency_ms.items():
            sums[name] = sums.get(name, 0.0) + latency.count * (latency.mean or 0.0) / _MS
        return sums

    def _failed(self) -> Metric:
        family = CounterMetricFamily(
            f"{_PREFIX}_failures",
            "Failed runs, by instance, node and SIP status code.",
            labels=("instance", "node", "code"),
        )
        for labels, count in self._failures.copy().items():
            family.add_metric(labels, count)
        return family


def _about(state: LoadState) -> Iterator[Metric]:
    yield InfoMetricFamily(
        _PREFIX, "The load's id and scenario.", {"load": state.run, "scenario": state.scenario}
    )
    states = {name: name == state.new for name in get_args(LoadStateName)}
    yield StateSetMetricFamily(f"{_PREFIX}_state", "The load's state.", states)


def _counts(total: RunCounts) -> Iterator[Metric]:
    yield _counter("runs_started", "Started runs.", total.started)
    yield _counter("runs_late", "Runs that could not be started on time.", total.late)
    ended = CounterMetricFamily(
        f"{_PREFIX}_runs_ended", "Ended runs, by outcome.", labels=("outcome",)
    )
    ended.add_metric(("completed",), total.completed)
    ended.add_metric(("failed",), total.failed)
    ended.add_metric(("stopped",), total.stopped)
    yield ended


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}_{name}", meaning, value)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, value)


def _summary(name: str, latency: Latency, seconds: float) -> Metric:
    """Return a summary, not a histogram: the percentiles over all workers are known already."""
    full = f"{_PREFIX}_{name}_seconds"
    family = SummaryMetricFamily(full, _MEANINGS[name])
    quantiles = (
        ("0.5", latency.p50),
        ("0.9", latency.p90),
        ("0.95", latency.p95),
        ("0.99", latency.p99),
        ("0.999", latency.p99_9),
    )
    for quantile, value in quantiles:
        if value is not None:
            family.add_sample(full, {"quantile": quantile}, value / _MS)
    family.add_metric((), latency.count, seconds)
    return family
