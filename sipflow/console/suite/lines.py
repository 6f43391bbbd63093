"""The line of a file that has come to its end, and what is said below it; one text for all views.

Pure. It keeps the widths of the columns, which grow with what is seen and never shrink.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from sipflow.console.folding import folded
from sipflow.projections.suite import Entry, Standing
from sipflow.protocol.verdict import Verdict
from sipflow.text import column_width, duration, one_line

# The table at the end of several runs. Pure; plain text for terminals and pipes alike.
#
# Where a row has no room on one line of the terminal, what is short stands first and what is long,
# the file and the reason, below each other beside it.

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


class Ending(Struct, frozen=True):
    """What is said of one file: its line and the lines below that, without line ends."""

    standing: Standing
    line: str
    below: tuple[str, ...] = ()


class SuiteLines:
    """Makes the lines, aligned with each other, for so many files."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._digits = len(str(total))
        self._verdict_width = len("completed")
        self._name_width = 0
        self._time_width = len("0.00 s")

    def expect(self, name: str) -> None:
        """Make room for the name of a scenario that has been started."""
        self._name_width = column_width((one_line(name),), self._name_width)

    def ending(self, done: int, entry: Entry, below: Iterable[str], at: str = "") -> Ending:
        """Return what to say of the file that is the ``done``-th that has come to its end.

        ``at``: the time of day, where it is to be said.
        """
        outcome, name, took = entry.outcome, NOTHING, NOTHING
        if isinstance(outcome, Verdict):
            name, took = one_line(outcome.scenario), duration(outcome.duration_s)
        self.expect(name)
        self._verdict_width = column_width((entry.standing,), self._verdict_width)
        self._time_width = column_width((took,), self._time_width)
        count = f"{at} {done:{self._digits}}/{self._total}  "
        columns = (
            f"{entry.standing:{self._verdict_width}}",
            f"{name:{self._name_width}}",
            f"{took:>{self._time_width}}",
            outcome.file,
        )
        indented = tuple(" " * len(count) + one_line(line) for line in below)
        return Ending(entry.standing, one_line(count + "  ".join(columns)), indented)
