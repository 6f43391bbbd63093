"""The table of running runs that ``status`` prints, grouped by command. Pure."""

from collections.abc import Sequence

from sipflow.console.folding import fitted, folded
from sipflow.protocol.requests import Status
from sipflow.text import column_width, duration, one_line

_HEAD = ("command", "run", "state", "for", "scenario", "file")
_GAP = "  "
# With fewer characters left on a line, name and file are put on a line of their own below.
_LEAST_BESIDE = 30

_Row = tuple[str, str, str, str, str, str]


def run_list(statuses: Sequence[Status], width: int | None = None) -> list[str]:
    """Return a heading and one line per run, grouped by command, the oldest command first.

    ``width``: the most characters per line, None for no limit.
    """
    commands = list(dict.fromkeys(status.command for status in statuses))
    ordered = sorted(statuses, key=lambda status: commands.index(status.command))
    rows = [_HEAD, *map(_row, ordered)]
    widths = [column_width(column) for column in zip(*rows, strict=True)]
    lines = [_aligned(row, widths) for row in rows]
    if width is None or max(map(len, lines)) <= width:
        return lines
    short = [_aligned(row[:4], widths) for row in rows]
    beside = max(map(len, short)) + len(_GAP)
    if width - beside < _LEAST_BESIDE:
        return fitted((_GAP.join(row) for row in rows), width)
    return [
        line
        for row, first in zip(rows, short, strict=True)
        for line in folded(_GAP.join(row[4:]), f"{first:{beside}}", width)
    ]


def _row(status: Status) -> _Row:
    return (
        status.command,
        status.run,
        status.state,
        duration(status.elapsed_s),
        one_line(status.scenario),
        one_line(status.file),
    )


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)).rstrip()
