"""The judgement of a load: what decides, in which order, and what the result says besides."""

import msgspec
import pytest

from sipflow.coordinator.load.stats.failures import Failures
from sipflow.coordinator.load.stats.stats import LoadStats, Totals
from sipflow.coordinator.load.verdict import Evidence, judge
from sipflow.protocol.events import RunReason
from sipflow.protocol.load_result import FailureGroup, LoadResult, Rate
from sipflow.protocol.run_metrics import CallFigures, RunFigures

BUSY = RunReason(instance="bob", node="bob-2", code=486, message="Busy Here")
DISK = RunReason(message="12 workers died, more than --max-worker-restarts 10")


def evidence(**changes: object) -> Evidence:
    known: dict[str, object] = {
        "load": "l1",
        "scenario": "call",
        "file": "call.yaml",
        "duration_s": 2.000_4,
        "starting_s": 1.5,
        "asked": 2.0,
        "workers": 4,
    }
    return Evidence(**{**known, **changes})  # type: ignore[arg-type]


def load(
    completed: int = 0, failed: int = 0, stopped: int = 0, unended: int = 0
) -> tuple[Totals, tuple[FailureGroup, ...]]:
    numbers, failures = LoadStats(0.0), Failures()
    for _ in range(completed + failed + stopped + unended):
        numbers.started(0.0, 0.0)
    figures = RunFigures(calls=(CallFigures(outgoing=True, code=200, srd=2000),))
    for _ in range(completed):
        numbers.ended("completed", 0.0, 0.5, (figures,))
    for number in range(failed):
        numbers.ended("failed", 0.0, 0.5, ())
        failures.add(BUSY, f"r{number}")
    for _ in range(stopped):
        numbers.ended("stopped", 0.0, 0.5, ())
    return numbers.totals(), failures.groups()


COMPLETED = load(completed=3)
ONE_FAILED = load(completed=2, failed=1)


@pytest.mark.parametrize(
    ("known", "changes", "verdict", "exit_code", "reason"),
    [
        (COMPLETED, {}, "completed", 0, None),
        (ONE_FAILED, {}, "failed", 1, BUSY),
        (ONE_FAILED, {"criteria": True}, "completed", 0, None),
        (
            ONE_FAILED,
            {"criteria": True, "broken": ["failed>1%: 33.3 %", "srd.p99>1ms: 2 ms"]},
            "failed",
            1,
            RunReason(message="failed>1%: 33.3 %; srd.p99>1ms: 2 ms"),
        ),
        (COMPLETED, {"stopped": True}, "stopped", 130, None),
        (ONE_FAILED, {"stopped": True}, "stopped", 130, None),
        (COMPLETED, {"stopped": True, "criteria": True, "broken": ["x"]}, "stopped", 130, None),
        (load(completed=1, stopped=2), {"stopped": True}, "stopped", 130, None),
        (load(), {"stopped": True}, "stopped", 130, None),
        (COMPLETED, {"obstacle": DISK}, "failed", 3, DISK),
        (ONE_FAILED, {"obstacle": DISK, "stopped": True}, "failed", 3, DISK),
        (load(), {}, "failed", 3, RunReason(message="no run could be started")),
        (
            load(completed=2, unended=1),
            {"criteria": True},
            "failed",
            3,
            RunReason(message="1 of 3 runs never ended"),
        ),
    ],
)
def test_what_decides(
    known: tuple[Totals, tuple[FailureGroup, ...]],
    changes: dict[str, object],
    verdict: str,
    exit_code: int,
    reason: RunReason | None,
) -> None:
    result = judge(*known, evidence(**changes))

    assert (result.verdict, result.exit_code, result.reason) == (verdict, exit_code, reason)


def test_everything_that_is_known_is_in_the_result() -> None:
    totals, failures = ONE_FAILED
    result = judge(totals, failures, evidence(restarts=2, criteria=True, broken=("a", "b")))

    assert result == LoadResult(
        verdict="failed",
        exit_code=1,
        duration_s=2.0,
        runs=totals.runs,
        rate=Rate(asked=2.0, achieved=2.0),
        workers=4,
        latency_ms=totals.latency_ms,
        failures=failures,
        ratios=totals.ratios,
        media=totals.media,
        reason=RunReason(message="a; b"),
        broken=("a", "b"),
        restarts=2,
        load="l1",
        scenario="call",
        file="call.yaml",
    )


def test_a_rate_that_nobody_asked_for_is_null() -> None:
    assert judge(*COMPLETED, evidence(asked=None)).rate == Rate(asked=None, achieved=2.0)


def test_a_load_that_took_no_time_has_no_rate() -> None:
    assert judge(*load(), evidence(starting_s=0.0)).rate.achieved == 0.0


def test_as_json_it_has_the_keys_of_the_contract() -> None:
    read = msgspec.to_builtins(judge(*ONE_FAILED, evidence()))

    assert list(read)[:8] == [
        "verdict", "exit_code", "duration_s", "runs", "rate", "workers", "latency_ms", "failures",
    ]  # fmt: skip
    assert read["runs"] == {"started": 3, "completed": 2, "failed": 1, "stopped": 0, "late": 0}
    assert list(read["latency_ms"]) == ["srd", "sdd", "rrd", "answer", "run"]
    assert list(read["latency_ms"]["srd"]) == [
        "count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max",
    ]  # fmt: skip
    assert read["latency_ms"]["rrd"] == {
        "count": 0, "min": None, "mean": None, "p50": None, "p90": None, "p95": None, "p99": None,
        "p99.9": None, "max": None,
    }  # fmt: skip
