"""A load as a table: one row a second, for spreadsheets and plots (RFC 4180).

Every row has every column. ``time`` is the end of the second, in UTC (ISO 8601). Durations are in
milliseconds and of that second alone; without a sample the count is 0 and the other columns are
empty, because no duration is not a duration of 0.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sipflow.protocol.events import AnyEvent, Latency, LoadNumbers
from sipflow.protocol.load_result import METRICS
from sipflow.reports.line_file import LineFile

_COUNTS = ("started", "completed", "failed", "stopped", "late")
_FIGURES = ("p50", "p95", "p99", "max")

COLUMNS = (
    "second",
    "time",
    "asked",
    *_COUNTS,
    "in_flight",
    "workers",
    *(
        column
        for name in METRICS
        for column in (f"{name}_count", *(f"{name}_{figure}_ms" for figure in _FIGURES))
    ),
)


class LoadCsv:
    """Writes the table to a file; raises as ``LineFile`` does."""

    def __init__(self, path: Path) -> None:
        self._file = LineFile(path, "the CSV file")
        self._file.write(_line(COLUMNS))

    def handle(self, event: AnyEvent) -> None:
        """Append the row of a second; other events have none."""
        if isinstance(event, LoadNumbers):
            self._file.write(_line(_row(event)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _row(event: LoadNumbers) -> Iterator[int | float | str | None]:
    yield event.second
    yield _moment(event.ts)
    yield event.asked
    for name in _COUNTS:
        yield getattr(event.runs, name)
    yield event.in_flight
    yield event.workers
    for name in METRICS:
        latency = event.latency_ms.get(name, Latency())
        yield latency.count
        for figure in _FIGURES:
            yield getattr(latency, figure)


def _moment(ts: float) -> str:
    return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _line(cells: Iterator[int | float | str | None] | tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
