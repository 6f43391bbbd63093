"""Texts about several runs: where each failed, the counts, the exit code.

Pure; it writes nothing itself.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sipflow.projections.run import RunProjection
from sipflow.projections.suite import STANDINGS, Entry, Standing, SuiteProjection, exit_code
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    COMPLETED,
    FAILED,
    INFRASTRUCTURE,
    NOT_STARTED,
    STOPPED,
    NotStarted,
)
from sipflow.scenario.model.graph import COORDINATOR
from sipflow.text import counted, duration, one_line
from sipflow.wording.run import why

_EXITS = {
    FAILED: "failed",
    NOT_STARTED: "not started",
    INFRASTRUCTURE: "infrastructure failure",
    STOPPED: "stopped",
}


def blame(reason: RunReason | None, projection: RunProjection) -> str:
    """Return why a run ended: ``alice alice-1 MakeCall 486 Busy Here``, as far as it is known."""
    if reason is None:
        return ""
    owner = reason.instance
    who = projection.who(owner) if owner is not None and owner != COORDINATOR else ""
    what = projection.subject(owner or COORDINATOR, reason.node)
    parts = (who, what, why(reason))
    return " ".join(part for part in parts if part)


def cause(entry: NotStarted) -> str:
    """Return why a file is not run, in one line."""
    said = why(entry.reason)
    return said or next(iter(entry.problems), "")


def tally(counts: Counter[Standing], without: Collection[Standing] = ()) -> str:
    """Return the counts that are not zero: ``98 completed, 1 failed``."""
    shown = (standing for standing in STANDINGS if counts[standing] and standing not in without)
    return ", ".join(f"{counts[standing]} {standing}" for standing in shown)


def totals(projection: SuiteProjection, seconds: float) -> list[str]:
    """Return the last lines: all counts, and the file that decides the exit code unless it is 0."""
    files = counted(len(projection.entries), "scenario")
    lines = [f"{files}: {tally(projection.counts)}  {duration(seconds)}"]
    code = exit_code(entry.outcome for entry in projection.entries)
    return lines if code == COMPLETED else [*lines, _exit_reason(code, projection.entries)]


def _exit_reason(code: int, entries: Sequence[Entry]) -> str:
    # A file with problems counts as failed where others ran.
    codes = (FAILED, NOT_STARTED) if code == FAILED else (code,)
    first, *others = (entry.outcome.file for entry in entries if entry.outcome.exit_code in codes)
    more = f" and {len(others)} more" if others else ""
    return one_line(f"exit code {code}, {_EXITS[code]}: {first}{more}")
