"""The table at the end of several runs. Pure; plain text for terminals and pipes alike."""

from collections.abc import Sequence

from sipflow.coordinator.subscribers.suite_picture import Entry
from sipflow.coordinator.subscribers.wording import column_width, one_line
from sipflow.protocol.verdict import Verdict

# Where there are more files, those that did what they should are only counted.
_ALL_SHOWN = 20
_HEAD = ("file", "scenario", "verdict", "seconds", "reason")
# Said where there is nothing to say, so that no column is empty.
NOTHING = "-"

_Row = tuple[str, str, str, str, str]


def table(entries: Sequence[Entry]) -> list[str]:
    """Return the lines: a head and a row a file; none where there is nothing to be shown."""
    shown = entries if len(entries) <= _ALL_SHOWN else _of_interest(entries)
    if not shown:
        return []
    rows = [_HEAD, *map(_row, shown)]
    widths = [column_width(column) for column in zip(*rows, strict=True)]
    return [_aligned(row, widths) for row in rows]


def _aligned(row: _Row, widths: Sequence[int]) -> str:
    file, scenario, verdict, seconds, reason = row
    columns = (
        f"{file:{widths[0]}}",
        f"{scenario:{widths[1]}}",
        f"{verdict:{widths[2]}}",
        f"{seconds:>{widths[3]}}",
        reason,
    )
    return "  ".join(columns).rstrip()


def _of_interest(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.standing not in ("completed", "not reached")]


def _row(entry: Entry) -> _Row:
    outcome = entry.outcome
    scenario, seconds = NOTHING, NOTHING
    if isinstance(outcome, Verdict):
        scenario, seconds = one_line(outcome.scenario), f"{max(0.0, outcome.duration_s):.2f}"
    return one_line(outcome.file), scenario, entry.standing, seconds, one_line(entry.reason)
