"""The statistics of a load: counts, durations, ratios and media, per second and in total. Pure.

It records each run and reports once a second; a run costs a few appends. All moments are monotonic
seconds. It judges nothing and knows no instance, node or reason.

The metric ``run`` has only completed runs: the length of an aborted run says nothing about a whole
one. Other measurements of a failed run count like any other. A stopped run counts as stopped and
in no other figure: its calls were ended by the user, not by the scenario or the remote party.
"""

from collections.abc import Iterable
from typing import Literal, TypedDict

from msgspec import Struct

from sipflow.coordinator.load.stats.latency import LatencyHistogram
from sipflow.coordinator.load.stats.media import MediaTotals
from sipflow.coordinator.load.stats.ratios import SessionRatios
from sipflow.protocol.events import Latency, RunCounts
from sipflow.protocol.load_result import METRICS, Media, Ratios
from sipflow.protocol.run_metrics import CallFigures, RunFigures

# A run is late from here on, in seconds. A healthy loop is held up for single milliseconds (the
# kernel's time slice, a collection of garbage), so this is no noise; and it is still a small part
# of SIP's shortest timer, T1 (500 ms, RFC 3261 §17.1.1.1), so the other side saw no other load.
LATE = 0.020

_MICROSECONDS = 1_000_000

RunOutcome = Literal["completed", "failed", "stopped"]


class NumbersFields(TypedDict):
    """The fields of a ``LoadNumbers`` that this module fills."""

    second: int
    runs: RunCounts
    total: RunCounts
    asked: float | None
    in_flight: int
    workers: int
    latency_ms: dict[str, Latency]
    total_ms: dict[str, Latency]


class Totals(Struct, frozen=True, kw_only=True):
    """The totals of a load, as in its result."""

    runs: RunCounts
    latency_ms: dict[str, Latency]
    ratios: Ratios
    media: Media


class LoadStats:
    """Counts one load from its beginning, ``began``."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._counts = {"started": 0, "late": 0, "completed": 0, "failed": 0, "stopped": 0}
        self._reported = RunCounts()
        self._second = 0
        self._measured = {name: LatencyHistogram() for name in METRICS}
        self._attempts = SessionRatios()
        self._media = MediaTotals()

    @property
    def counts(self) -> RunCounts:
        """The number of runs so far, by outcome."""
        return RunCounts(**self._counts)

    def started(self, due: float, now: float) -> bool:
        """Count a run that begins now; return whether it is late."""
        self._counts["started"] += 1
        late = now - due > LATE
        if late:
            self._counts["late"] += 1
        return late

    def ended(
        self, outcome: RunOutcome, due: float, now: float, figures: Iterable[RunFigures]
    ) -> None:
        """Count a run that has ended now, with the measurements of its instances.

        It is timed from the moment at which it was due, so that one that had to wait for its start
        does not look quicker than it was (coordinated omission).
        """
        self._counts[outcome] += 1
        if outcome == "stopped":
            return
        if outcome == "completed":
            self._measured["run"].fresh.append(max(0, round((now - due) * _MICROSECONDS)))
        for measured in figures:
            for call in measured.calls:
                self._take(call)
            if measured.rrd:
                self._measured["rrd"].fresh.extend(measured.rrd)
            for check in measured.media:
                self._media.add(check)

    def second(
        self, now: float, in_flight: int, workers: int, asked: float | None
    ) -> NumbersFields:
        """Return the figures of the second that ends now, without durations that have no sample."""
        total = self.counts
        last, self._reported = self._reported, total
        # The rest at the end of a load counts as a second of its own.
        self._second = max(self._second + 1, round(now - self._began))
        fresh = {name: measured.settle() for name, measured in self._measured.items()}
        return NumbersFields(
            second=self._second,
            runs=RunCounts(
                started=total.started - last.started,
                completed=total.completed - last.completed,
                failed=total.failed - last.failed,
                stopped=total.stopped - last.stopped,
                late=total.late - last.late,
            ),
            total=total,
            asked=asked,
            in_flight=in_flight,
            workers=workers,
            latency_ms={name: latency for name, latency in fresh.items() if latency.count},
            total_ms={name: latency for name, latency in self._total_ms() if latency.count},
        )

    def totals(self) -> Totals:
        """Return the totals of the load; every name of ``METRICS`` is there, measured or not."""
        for measured in self._measured.values():
            measured.settle()
        return Totals(
            runs=self.counts,
            latency_ms=dict(self._total_ms()),
            ratios=self._attempts.ratios(),
            media=self._media.media(),
        )

    def _take(self, call: CallFigures) -> None:
        if call.outgoing:
            self._attempts.add(call)
            if call.srd is not None:
                self._measured["srd"].fresh.append(call.srd)
            if call.answer is not None:
                self._measured["answer"].fresh.append(call.answer)
        if call.sdd is not None:
            self._measured["sdd"].fresh.append(call.sdd)

    def _total_ms(self) -> Iterable[tuple[str, Latency]]:
        return ((name, measured.total()) for name, measured in self._measured.items())
