"""Events of a load for the tests, one call each."""

from sipflow.protocol.events import (
    Latency,
    LoadNumbers,
    LoadState,
    LoadStateName,
    RunCounts,
    RunFailed,
    RunReason,
)
from sipflow.scenario.model.graph import COORDINATOR
from tests.projections.transcript import START

LOAD = "l1"
BUSY = RunReason(instance="bob", node="bob-2", code=486, message="Busy Here")


def latency(p50: float, *, count: int = 100) -> Latency:
    """Return a distribution around a median in milliseconds, its mean twice that."""
    return Latency(
        count=count,
        min=p50 / 2,
        mean=2 * p50,
        p50=p50,
        p90=3 * p50,
        p95=4 * p50,
        p99=5 * p50,
        p99_9=6 * p50,
        max=7 * p50,
    )


def load_state(
    new: LoadStateName, *, at: float = 0.0, rate: float | None = 50.0, message: str = ""
) -> LoadState:
    """Return the event of a load's state."""
    return LoadState(
        run=LOAD, instance=COORDINATOR, seq=1, ts=START + at, cause="test", scenario="busy callee",
        previous=None, new=new, rate=rate, message=message,
    )  # fmt: skip


def run_failed(
    number: int = 17, reason: RunReason = BUSY, *, at: float = 0.5, example: bool = False
) -> RunFailed:
    """Return the event of a run that failed."""
    return RunFailed(
        run=LOAD, instance=COORDINATOR, seq=2, ts=START + at, cause="test", number=number,
        of=f"{LOAD}-{number}", reason=reason, example=example,
    )  # fmt: skip


def load_numbers(
    second: int,
    runs: RunCounts,
    total: RunCounts | None = None,
    *,
    asked: float | None = 50.0,
    latency_ms: dict[str, Latency] | None = None,
    total_ms: dict[str, Latency] | None = None,
) -> LoadNumbers:
    """Return the event of a second."""
    return LoadNumbers(
        run=LOAD, instance=COORDINATOR, seq=3, ts=START + second, cause="test", second=second,
        runs=runs, total=total or runs, asked=asked, in_flight=4, workers=8,
        latency_ms=latency_ms or {}, total_ms=total_ms or {},
    )  # fmt: skip
