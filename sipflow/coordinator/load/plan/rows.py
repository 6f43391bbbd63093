"""The rows of ``--data``: one run's variables each, handed out once, in order. Pure.

The first row names the variables. Cells are CSV's (RFC 4180): commas, and double quotes around what
holds commas or quotes. Blank lines are skipped. Cells are written into SIP messages, so
one with a line break or another control character is refused here, before anything is started.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from sipflow.errors import Mistakes, UsageError
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.variables.run_variables import wanted
from sipflow.scenario.variables.scope import LONGEST_VALUE
from sipflow.scenario.variables.template import name_trouble
from sipflow.text import shown

LARGEST = 64 * 1024 * 1024
# The most mistakes that are reported: with the wrong separator, every row is one.
MOST_SAID = 20
# Characters that the worker refuses in a variable, too.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_RIGHT = "name the variables in its first line, for example account,target, and give a row a run"


class Rows(Struct, frozen=True):
    """A whole file: the names of its variables, and their values row by row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def parse(data: bytes, file: str) -> Rows:
    """Parse a file; raises ``UsageError`` that names file and line of each mistake."""
    if len(data) > LARGEST:
        raise UsageError(
            f"--data {file}: larger than {LARGEST // 1024 // 1024} MiB; split it", code="bad-data"
        )
    lines = _lines(_decoded(data, file), file)
    line, header = next(lines, (1, []))
    if not header:
        raise UsageError(f"--data {file}: it is empty; {_RIGHT}", code="bad-data")
    columns = _columns(header, f"--data {file}:{line}")
    rows = _rows(lines, columns, file)
    if not rows:
        raise UsageError(
            f"--data {file}: no row below its header; give a row for each run", code="bad-data"
        )
    return Rows(columns, rows)


def _rows(
    lines: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], file: str
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    mistakes = Mistakes()
    with mistakes:
        for line, cells in lines:
            with mistakes:
                rows.append(_cells(cells, columns, f"--data {file}:{line}"))
            if len(mistakes) >= MOST_SAID:
                break
    mistakes.raise_all()
    return tuple(rows)


def check_apart(columns: Collection[str], file: str, variables: Mapping[str, str]) -> None:
    """Raise ``UsageError`` if ``--set`` gives a variable that is a column, too."""
    for name in columns:
        if name in variables:
            raise UsageError(
                f"--set {name}: {shown(name)} is a column of --data {file}; keep one of them",
                code="duplicate-variable",
            )


class RowFeeder:
    """Assigns rows to runs; the variables that each instance uses are determined once."""

    def __init__(self, scenario: Scenario, rows: Rows) -> None:
        self._rows = rows.rows
        names = {name: index for index, name in enumerate(rows.columns)}
        self._used = tuple(
            tuple((name, names[name]) for name in sorted(wanted(one.nodes)) if name in names)
            for one in scenario.instances
        )

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def variables(self, run: int) -> tuple[dict[str, str], ...]:
        """Return the variables of a run, numbered from 1, for each instance in file order."""
        row = self._rows[run - 1]
        return tuple({name: row[index] for name, index in used} for used in self._used)


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"--data {file}:{line}: not UTF-8: byte 0x{data[error.start]:02x}; save it as UTF-8",
            code="bad-data",
        ) from error


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UsageError(
                f"--data {file}:{line}: {error}; put a cell that holds commas or quotes in double "
                'quotes, and write a quote within it twice: ""',
                code="bad-data",
            ) from error
        if cells is None:
            return
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _columns(header: list[str], where: str) -> tuple[str, ...]:
    seen: set[str] = set()
    for number, name in enumerate(header, start=1):
        trouble = name_trouble(name)
        if trouble is not None:
            hint = "separate the cells by commas, and " if ";" in name or "\t" in name else ""
            raise UsageError(
                f"{where}: column {number}: {trouble.message}; {hint}{trouble.right}",
                code="bad-data",
            )
        if name in seen:
            raise UsageError(
                f"{where}: the column {shown(name)} is there twice; keep one of them",
                code="bad-data",
            )
        seen.add(name)
    return tuple(header)


def _cells(cells: list[str], columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    if len(cells) != len(columns):
        few = "few" if len(cells) < len(columns) else "many"
        raise UsageError(
            f"{where}: too {few} cells: {len(cells)}, but the header has {len(columns)} columns; "
            "give each column one",
            code="bad-data",
        )
    for name, value in zip(columns, cells, strict=True):
        if _CONTROL.search(value):
            raise UsageError(
                f"{where}: the cell of {shown(name)} holds a line break or another control "
                "character, which cannot go into a SIP message; take it out",
                code="bad-data",
            )
        if len(value) > LONGEST_VALUE:
            raise UsageError(
                f"{where}: the cell of {shown(name)} is longer than {LONGEST_VALUE} characters; "
                "shorten it",
                code="bad-data",
            )
    return tuple(cells)
