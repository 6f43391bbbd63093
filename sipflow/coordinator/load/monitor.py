"""The monitor of a load: counts its runs, publishes figures each second, judges at the end. Pure.

Law: every run that was started is counted once more when it has ended, so that at any moment
started = completed + failed + stopped + in flight. The first failure of each kind is an example:
all of its events are published.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace

from sipflow.coordinator.load.pacer import Pacer
from sipflow.coordinator.load.slots.slot import ActiveRun, FinishedRun, LoadRun
from sipflow.coordinator.load.stats.failures import Failures
from sipflow.coordinator.load.stats.stats import LoadStats, NumbersFields
from sipflow.coordinator.load.stats.thresholds import Threshold, what_broke
from sipflow.coordinator.load.strain import Strain
from sipflow.coordinator.load.verdict import Evidence, judge, obstructed
from sipflow.errors import SipflowError
from sipflow.protocol.events import LoadStateName, RunCounts, RunReason
from sipflow.protocol.load_result import LoadResult

SECOND = 1.0


class LoadReporter(Protocol):
    """Publishes the events of a load; ``failure``: why events cannot be stored, if so."""

    @property
    def failure(self) -> SipflowError | None:
        """The error that prevents events from being stored, None if there is none."""

    @property
    def last_g(self) -> int:
        """The number of the load's last event so far."""

    @property
    def state_name(self) -> LoadStateName | None:
        """The load's state as last published; None before the first."""

    def state(
        self, cause: str, new: LoadStateName | None, rate: float | None, message: str = ""
    ) -> None:
        """Publish the load's state; ``new`` is None if only the rate or message has changed."""

    def numbers(self, fields: NumbersFields) -> None:
        """Publish the numbers of one second."""

    def failed(self, playing: ActiveRun, *, example: bool) -> None:
        """Publish the failure of a run."""

    def run(self, over: FinishedRun) -> None:
        """Publish all events of one ended run."""

    def finish(self) -> None:
        """Finish: the last event has been published."""


class Ended(Protocol):
    """What the engine knows of a load's end."""

    most_workers: int
    restarts: int
    reason: str | None
    stopped: bool
    strain: Strain


class LoadMonitor:
    """The statistics and events of one load; ``load`` is its id.

    ``detail``: the events of every run are published, not only those of examples.
    """

    def __init__(
        self,
        load: str,
        instance_events: LoadReporter,
        criteria: Sequence[Threshold],
        *,
        detail: bool,
    ) -> None:
        self.load = load
        self._instance_events = instance_events
        self._criteria = criteria
        self._detail = detail
        self._failures = Failures()
        self._numbers = LoadStats(0.0)
        self._pacer: Pacer | None = None
        self._began = self._last_began = self._last_due = self._last_end = 0.0
        self._broken_off: float | None = None
        self._paused_at: float | None = None
        self._paused = 0.0
        self._published = RunCounts()
        self.next_second = float("inf")

    @property
    def failure(self) -> SipflowError | None:
        """The error that prevents events from being stored, None if there is none."""
        return self._instance_events.failure

    @property
    def state(self) -> LoadStateName | None:
        """The load's state as last published; None before the first."""
        return self._instance_events.state_name

    @property
    def last_g(self) -> int:
        """The number of the load's last event so far."""
        return self._instance_events.last_g

    @property
    def counts(self) -> RunCounts:
        """The number of runs so far, by outcome."""
        return self._numbers.counts

    def run_id(self, number: int) -> str:
        """Return the id of a run."""
        return f"{self.load}-{number}"

    def began(self, now: float, pacer: Pacer) -> None:
        """Begin: from now on runs may fall due."""
        self._numbers = LoadStats(now)
        self._pacer = pacer
        self._began = self._last_began = self._last_due = self._last_end = now
        self.next_second = now + SECOND
        self._instance_events.state("workers ready", "running", pacer.rate(now))

    def started(self, run: LoadRun) -> None:
        """Count a run that begins."""
        self._last_began, self._last_due = run.began, run.due
        self._numbers.started(run.due, run.began)

    def ended(self, over: FinishedRun, now: float) -> None:
        """Count a run that has ended, and publish it if it failed."""
        playing = over.playing
        self._last_end = now
        self._numbers.ended(playing.verdict, playing.run.due, now, playing.figures)
        example = False
        if playing.verdict == "failed":
            assert playing.reason is not None, "who fails a run says why"
            example = self._failures.add(playing.reason, playing.run.id)
            self._instance_events.failed(playing, example=example)
        if example or self._detail:
            self._instance_events.run(over)

    def ending(self, cause: str, now: float) -> None:
        """Publish that no further run begins, and those in progress are aborted."""
        self._end_pause(now)
        if self._broken_off is None and not self._is_exhausted:
            self._broken_off = now
        self._instance_events.state(cause, "ending", None)

    def steered(self, cause: str, state: LoadStateName | None, now: float) -> None:
        """Publish another state, or another rate."""
        assert self._pacer is not None, "only what has begun is steered"
        if state == "paused":
            self._paused_at = now if self._paused_at is None else self._paused_at
        elif state == "running":
            self._end_pause(now)
        self._instance_events.state(cause, state, self._pacer.rate(now))

    def warn(self, message: str, cause: str = "no room") -> None:
        """Publish a warning that the load differs from what was requested."""
        self._instance_events.state(cause, None, None, message)

    def tick(self, now: float, in_flight: int, workers: int) -> None:
        """Publish the numbers of the last second, if one is over."""
        if now >= self.next_second:
            while self.next_second <= now:
                self.next_second += SECOND
            self._publish_numbers(self.next_second - SECOND, now, in_flight, workers)

    def conclude(self, ended: Ended, evidence: Evidence, now: float) -> LoadResult:
        """Publish the last numbers and the last state, and return the result.

        ``evidence`` is completed with the monitor's figures.
        """
        if self._pacer is not None and self.counts != self._published:
            self._publish_numbers(self.next_second, now, 0, 0)
        evidence = replace(
            evidence,
            duration_s=self._last_end - self._began,
            starting_s=self._starting(now),
            asked=self._pacer.mean(now) if self._pacer is not None else None,
            workers=ended.most_workers,
            restarts=ended.restarts,
            stopped=ended.stopped,
            criteria=bool(self._criteria),
            obstacle=RunReason(message=ended.reason) if ended.reason is not None else None,
        )
        totals, groups = self._numbers.totals(), self._failures.groups()
        draft = judge(totals, groups, evidence)
        judged = tuple(one.judged(draft) for one in self._criteria)
        broken = [text for one in judged if (text := what_broke(one)) is not None]
        result = replace(
            judge(totals, groups, replace(evidence, broken=broken)),
            criteria=judged,
            generator=ended.strain.figures(),
            warnings=ended.strain.warnings(totals.runs),
        )
        message = result.reason.message if result.reason is not None else ""
        self._instance_events.state("verdict", result.verdict, None, message)
        self._instance_events.finish()
        failure = self._instance_events.failure
        return result if failure is None else obstructed(result, str(failure))

    def _starting(self, now: float) -> float:
        """Return the seconds in which runs were started, without pauses.

        A load of 50 runs a second for 2 seconds starts its last one after 1.98 s.
        """
        self._end_pause(now)
        mean = self._pacer.mean(now) if self._pacer is not None else None
        if not mean:
            end = self._last_end
        elif self._broken_off is not None:
            end = self._broken_off
        else:
            nominal = self._began + self._paused + self.counts.started / mean
            end = max(self._last_began, nominal)
        return max(end - self._began - self._paused, 0.0)

    @property
    def _is_exhausted(self) -> bool:
        return self._pacer is not None and self._pacer.exhausted

    def _end_pause(self, now: float) -> None:
        if self._paused_at is not None:
            self._paused += now - self._paused_at
            self._paused_at = None

    def _asked(self, now: float) -> float | None:
        """Return the requested rate of a second; without one at its end, that of its last run.

        It is the rate as that run fell due: it may begin late, when no rate is requested any more.
        """
        assert self._pacer is not None, "no second before the first run"
        rate = self._pacer.rate(now)
        return self._pacer.goal(self._last_due) if rate == 0 < self._fresh else rate

    @property
    def _fresh(self) -> int:
        """How many runs were started since the numbers were last published."""
        return self.counts.started - self._published.started

    def _publish_numbers(self, end: float, now: float, in_flight: int, workers: int) -> None:
        """Publish the numbers of the second with that ``end``: once, however late it is."""
        fields = self._numbers.second(end, in_flight, workers, self._asked(now))
        self._published = fields["total"]
        self._instance_events.numbers(fields)
