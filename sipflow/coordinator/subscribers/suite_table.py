"""The table at the end of several runs. Pure; plain text for terminals and pipes alike.

Where a row has no room on one line of the terminal, what is short stands first and what is long,
the file and the reason, below each other beside it.
"""

from collections.abc import Iterator, Sequence

from sipflow.coordinator.subscribers.folding import folded
from sipflow.coordinator.subscribers.suite_picture import Entry
from sipflow.coordinator.subscribers.wording import column_width, one_line
from sipflow.protocol.verdict import Verdict

# Where there are more files, those that did what they should are only counted.
_ALL_SHOWN = 20
_HEAD = ("file", "scenario", "verdict", "seconds", "reason")
# Said where there is nothing to say, so that no column is empty.
NOTHING = "-"
_GAP = "  "
# What is left of a line below which a file stands under its verdict, and not beside it.
_LEAST_BESIDE = 24

_Row = tuple[str, str, str, str, str]


def table(entries: Sequence[Entry], width: int | None = None) -> list[str]:
    """Return the lines: a head and a row a file; none where there is nothing to be shown.

    ``width`` is how many characters a line has room for, None for any number.
    """
    shown = entries if len(entries) <= _ALL_SHOWN else _of_interest(entries)
    if not shown:
        return []
    rows = [_HEAD, *map(_row, shown)]
    widths = [column_width(column) for column in zip(*rows, strict=True)]
    lines = [_aligned(row, widths) for row in rows]
    if width is None or max(map(len, lines)) <= width:
        return lines
    return list(_narrow(rows, width))


def _narrow(rows: Sequence[_Row], width: int) -> Iterator[str]:
    verdicts = column_width(row[2] for row in rows)
    seconds = column_width(row[3] for row in rows)
    beside = verdicts + seconds + 2 * len(_GAP)
    is_stacked = width - beside < _LEAST_BESIDE
    for file, _scenario, verdict, took, reason in rows:
        first = f"{verdict:{verdicts}}{_GAP}{took:>{seconds}}{_GAP}"
        if is_stacked:
            yield f"{verdict} {took}".removesuffix(f" {NOTHING}")
            yield f"{_GAP}{file}"
        else:
            yield from folded(file, first, width)
        if reason:
            yield from folded(reason, 2 * _GAP if is_stacked else " " * beside, width)


def _aligned(row: _Row, widths: Sequence[int]) -> str:
    file, scenario, verdict, seconds, reason = row
    columns = (
        f"{file:{widths[0]}}",
        f"{scenario:{widths[1]}}",
        f"{verdict:{widths[2]}}",
        f"{seconds:>{widths[3]}}",
        reason,
    )
    return _GAP.join(columns).rstrip()


def _of_interest(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.standing not in ("completed", "not reached")]


def _row(entry: Entry) -> _Row:
    outcome = entry.outcome
    scenario, seconds = NOTHING, NOTHING
    if isinstance(outcome, Verdict):
        scenario, seconds = one_line(outcome.scenario), f"{max(0.0, outcome.duration_s):.2f}"
    return one_line(outcome.file), scenario, entry.standing, seconds, one_line(entry.reason)
