"""The line of a finished file and the lines below it; the same text in all views.

Pure. It keeps the widths of the columns, which grow with their contents and never shrink.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from sipflow.console.folding import folded
from sipflow.projections.suite import Entry, Standing
from sipflow.protocol.verdict import Verdict
from sipflow.text import column_width, duration, one_line

# The table at the end of several runs. Pure; plain text for terminals and pipes alike.
#
# If a row does not fit on one line of the terminal, the short columns stand first, and the file and
# the reason below each other beside them.

# If there are more files, completed ones are only counted.
_ALL_SHOWN = 20
_HEAD = ("file", "scenario", "verdict", "seconds", "reason")
# Shown in a column without a value.
NOTHING = "-"
_GAP = "  "
# The least rest of a line for the file to stand beside its verdict; otherwise it stands below.
_LEAST_BESIDE = 24

_Row = tuple[str, str, str, str, str]


def table(entries: Sequence[Entry], width: int | None = None) -> list[str]:
    """Return the lines: a head and a row per file; none if there is nothing to show.

    ``width``: the width of a line in characters, None if unlimited.
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
    """The text about one finished file: its line and the lines below, without line ends."""

    standing: Standing
    line: str
    below: tuple[str, ...] = ()


class SuiteLines:
    """Makes the lines of a number of files, aligned with each other."""

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
        """Return the text about the ``done``-th finished file.

        ``at``: the time of day, if it is to be shown.
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
