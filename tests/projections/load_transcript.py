"""Transcripts of loads for the tests: what a load tells, one call each, and its result."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from sipflow.protocol.events import (
    AnyEvent,
    Latency,
    LoadNumbers,
    LoadState,
    LoadStateName,
    RunCounts,
    RunFailed,
    RunReason,
)
from sipflow.protocol.load_result import (
    FailureGroup,
    Generator,
    JudgedCriterion,
    LoadResult,
    Media,
    Rate,
    Ratios,
)
from sipflow.scenario.model.graph import COORDINATOR
from tests.projections.transcript import FILE, NAME, START, aborted_talk

LOAD = "load7"
TIMED_OUT = RunReason(instance="bob", node="bob-2", code=408, message="Request Timeout")
HOSTILE = RunReason(
    instance="alice", node="alice-1", code=486, message="<script>alert(1)</script>\x1b[2J"
)


def latency(count: int = 50, srd: float = 2.0) -> Latency:
    """Return a distribution around a median."""
    return Latency(
        count=count,
        min=srd / 2,
        mean=srd * 1.1,
        p50=srd,
        p90=srd * 1.5,
        p95=srd * 2,
        p99=srd * 3,
        p99_9=srd * 4,
        max=srd * 5,
    )


def durations(count: int = 50, srd: float = 2.0) -> dict[str, Latency]:
    """Return what a usual call measures."""
    sizes = {"srd": srd, "sdd": srd / 4, "answer": srd * 5, "run": srd * 12}
    return {name: latency(count, size) for name, size in sizes.items()}


@dataclass
class LoadTranscript:
    """The events of a load; every call tells one more."""

    events: list[AnyEvent] = field(default_factory=list)
    total: RunCounts = field(default_factory=RunCounts)
    second: int = 0
    _state: LoadStateName | None = None

    def state(self, new: LoadStateName, rate: float | None = 50.0, message: str = "") -> None:
        """The load entered a state, or got another rate."""
        event = LoadState(
            run=LOAD, instance=COORDINATOR, seq=0, ts=START + self.second, cause="test",
            scenario=NAME, previous=self._state, new=new, rate=rate, message=message,
        )  # fmt: skip
        self._state = new
        self._add(event)

    def numbers(
        self,
        started: int = 50,
        failed: int = 0,
        late: int = 0,
        asked: float | None = 50.0,
        measured: Mapping[str, Latency] | None = None,
    ) -> None:
        """One more second went by."""
        runs = RunCounts(started=started, completed=started - failed, failed=failed, late=late)
        so_far = self.total
        self.total = RunCounts(
            started=so_far.started + runs.started,
            completed=so_far.completed + runs.completed,
            failed=so_far.failed + runs.failed,
            late=so_far.late + runs.late,
        )
        self.second += 1
        figures = dict(durations() if measured is None else measured)
        event = LoadNumbers(
            run=LOAD, instance=COORDINATOR, seq=0, ts=START + self.second, cause="test",
            second=self.second, runs=runs, total=self.total, asked=asked, in_flight=12, workers=8,
            latency_ms=figures, total_ms=figures,
        )  # fmt: skip
        self._add(event)

    def failed(self, reason: RunReason = TIMED_OUT, of: str = "r9", number: int = 3) -> None:
        """A run failed; the first of its kind is an example, and its events come next."""
        is_first = all(
            event.reason != reason for event in self.events if isinstance(event, RunFailed)
        )
        event = RunFailed(
            run=LOAD, instance=COORDINATOR, seq=0, ts=START + self.second, cause="test",
            number=number, of=of, reason=reason, example=is_first,
        )  # fmt: skip
        self._add(event)

    def example(self, of: str = "r9") -> None:
        """The events of a run that was an example."""
        self.events += [replace(event, run=of) for event in aborted_talk().events]

    def _add(self, event: AnyEvent) -> None:
        number = len(self.events) + 1
        self.events.append(replace(event, seq=number, g=number))


def bad_load() -> LoadTranscript:
    """Five seconds; two runs fail in one way, one in another, and some are late."""
    load = LoadTranscript()
    load.state("running")
    load.numbers()
    load.numbers()
    load.failed()
    load.example()
    load.numbers(failed=1, late=2)
    load.failed(HOSTILE, of="r10", number=7)
    load.failed(of="r11")
    load.numbers(started=80, failed=2, asked=80.0)
    load.state("ending", 80.0)
    load.numbers(started=0, asked=None)
    load.state("failed", None, "3 of 230 runs failed")
    return load


def good_result() -> LoadResult:
    """Return what comes of a minute in which all went well."""
    return LoadResult(
        verdict="completed",
        exit_code=0,
        duration_s=60.2,
        runs=RunCounts(started=3000, completed=3000),
        rate=Rate(asked=50.0, achieved=49.9),
        workers=8,
        latency_ms=durations(3000) | {"rrd": Latency()},
        ratios=Ratios(attempts=3000, ser=100.0, seer=100.0, isa=0.0, scr=100.0),
        load=LOAD,
        scenario=NAME,
        file=FILE,
    )


def bad_result() -> LoadResult:
    """Return what comes of ``bad_load``."""
    return LoadResult(
        verdict="failed",
        exit_code=1,
        duration_s=5.2,
        runs=RunCounts(started=230, completed=227, failed=3, late=2),
        rate=Rate(asked=56.0, achieved=55.91),
        workers=8,
        latency_ms=durations(230),
        failures=(
            FailureGroup(
                count=2, instance="bob", node="bob-2", code=408, message="Request Timeout",
                example="r9",
            ),
            FailureGroup(
                count=1, instance="alice", node="alice-1", code=486, message=HOSTILE.message,
                example="r10",
            ),
        ),
        ratios=Ratios(attempts=230, ser=98.7, seer=98.69999, isa=0.0004, scr=None),
        media=Media(
            checked=4, packets=400, lost=1, mos_min=4.1, mos_mean=4.4, jitter_ms_max=3.25
        ),
        reason=RunReason(message="3 of 230 runs failed"),
        broken=("srd.p99>5ms: it was 6 ms",),
        criteria=(
            JudgedCriterion(
                text="failed>2%", held=True, value=1.304, unit="%", said="1.304 % (3 of 230)"
            ),
            JudgedCriterion(text="srd.p99>5ms", held=False, value=6.0, unit="ms", said="6 ms"),
        ),
        generator=Generator(
            cpu_percent_mean=67.5, cpu_percent_max=99.0, cpu_busy_percent=40.0,
            slots_full_percent=0.0, cores=2, slots=4,
        ),
        warnings=("the CPU of this machine was busy",),
        restarts=1,
        load=LOAD,
        scenario=NAME,
        file=FILE,
    )  # fmt: skip
