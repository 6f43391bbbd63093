"""The verdict of a load, from the evidence at its end. Pure.

Law: an infrastructure failure of the load decides first, and is exit 3; then a stop by the user,
130. Then the criteria, if there are any: a violated one fails the load (1), and failed runs alone
do not. Without criteria a single failed run fails it. A load with a run that never ended, or
without any run, is not successful.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from sipflow.coordinator.load.stats.stats import Totals
from sipflow.protocol.events import RunCounts, RunReason
from sipflow.protocol.load_result import FailureGroup, LoadResult, Rate
from sipflow.protocol.verdict import COMPLETED, FAILED, INFRASTRUCTURE, STOPPED, VerdictName


class Evidence(Struct, frozen=True, kw_only=True):
    """The evidence for the verdict, beside the numbers and the failures.

    ``starting_s``: seconds in which runs were started.
    ``duration_s``: seconds until the end of the last run.
    ``asked``: the mean of the requested rates, None without a rate.
    ``workers``: the greatest number of workers at once.
    ``criteria``: whether there are any criteria.
    ``broken``: the violated criteria, as texts with their figures.
    ``obstacle``: the infrastructure failure of the load, if any.
    """

    load: str
    scenario: str
    file: str
    duration_s: float
    starting_s: float
    asked: float | None
    workers: int
    restarts: int = 0
    criteria: bool = False
    broken: Sequence[str] = ()
    stopped: bool = False
    obstacle: RunReason | None = None


def judge(totals: Totals, failures: tuple[FailureGroup, ...], evidence: Evidence) -> LoadResult:
    """Return the result of a load that has ended."""
    verdict, exit_code, reason = _decide(totals.runs, failures, evidence)
    return LoadResult(
        verdict=verdict,
        exit_code=exit_code,
        duration_s=round(evidence.duration_s, 3),
        runs=totals.runs,
        rate=Rate(asked=evidence.asked, achieved=_achieved(totals.runs, evidence.starting_s)),
        workers=evidence.workers,
        latency_ms=totals.latency_ms,
        failures=failures,
        ratios=totals.ratios,
        media=totals.media,
        reason=reason,
        broken=tuple(evidence.broken),
        restarts=evidence.restarts,
        load=evidence.load,
        scenario=evidence.scenario,
        file=evidence.file,
    )


def obstructed(result: LoadResult, why: str) -> LoadResult:
    """Return a result changed to failed, because output could not be written."""
    return msgspec.structs.replace(
        result, verdict="failed", exit_code=INFRASTRUCTURE, reason=RunReason(message=why)
    )


def _achieved(runs: RunCounts, seconds: float) -> float:
    return round(runs.started / seconds, 3) if seconds > 0 else 0.0


def _decide(
    runs: RunCounts, failures: tuple[FailureGroup, ...], evidence: Evidence
) -> tuple[VerdictName, int, RunReason | None]:
    if evidence.obstacle is not None:
        return "failed", INFRASTRUCTURE, evidence.obstacle
    if evidence.stopped:
        return "stopped", STOPPED, None
    incomplete = _incomplete(runs)
    if incomplete is not None:
        return "failed", INFRASTRUCTURE, incomplete
    if evidence.broken:
        return "failed", FAILED, RunReason(message="; ".join(evidence.broken))
    if runs.failed and not evidence.criteria:
        return "failed", FAILED, _most_frequent(failures)
    return "completed", COMPLETED, None


def _incomplete(runs: RunCounts) -> RunReason | None:
    if not runs.started:
        return RunReason(message="no run could be started")
    open_runs = runs.started - runs.completed - runs.failed - runs.stopped
    if open_runs:
        return RunReason(message=f"{open_runs} of {runs.started} runs never ended")
    return None


def _most_frequent(failures: tuple[FailureGroup, ...]) -> RunReason:
    first = failures[0]
    return RunReason(
        instance=first.instance,
        node=first.node,
        code=first.code,
        message=first.message,
        local=first.local,
    )
