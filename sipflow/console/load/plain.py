"""Plain lines of a load for pipes and CI: a row of numbers at intervals, and new events.

A row covers the time since the row before it; its durations are those of its last second.
"""

from typing import TextIO

from sipflow.console.stream import ConsoleStream
from sipflow.projections.load import FINAL, LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent, LoadNumbers, LoadState, RunFailed
from sipflow.wording.load import failure, percentiles, rate
from sipflow.wording.run import wall_clock

# The interval of rows from each second on: at the beginning a user wants to see that the load
# works, later a row per second would make the log too long.
_EVERY = ((10, 1), (300, 5), (3600, 30))
_AT_LAST = 60
_HEAD = (
    "second", "asked/s", "started/s", "in flight", "completed", "failed", "late",
    "srd p50", "p95", "p99", "run p50", "p95", "p99",
)  # fmt: skip
# Wide enough for 99,999,999 runs and for minutes in milliseconds.
_WIDTHS = tuple(max(len(title), 6) for title in _HEAD)


class LoadPlain:
    """Writes the lines to a stream; ``names`` knows the scenario, if there is one.

    ``verbose``: with the time of day.
    """

    def __init__(self, stream: TextIO, names: RunProjection, *, verbose: bool = False) -> None:
        self._verbose = verbose
        self._lines = ConsoleStream(stream)
        self._names = names
        self._projection = LoadProjection()
        self._shown: LoadNumbers | None = None
        self._is_headed = False

    def handle(self, event: AnyEvent) -> None:
        """Write the line of an event, if it has one."""
        before = (len(self._projection.failures), self._projection.uncounted)
        self._projection.apply(event)
        match event:
            case LoadNumbers():
                if is_due(event.second):
                    self._row(event)
            case RunFailed():
                self._failed(event, *before)
            case LoadState():
                if event.new in FINAL:
                    self._last_row()
                self._line(_state(event), event.ts)
            case _:
                pass  # of a run; the page has it

    def tick(self, now: float) -> None:
        """Write lines buffered for a slow reader."""
        self._lines.drain()

    def close(self) -> None:
        """Write the last seconds, and all buffered lines."""
        self._last_row()
        self._lines.close()

    def _last_row(self) -> None:
        latest = self._projection.latest
        if latest is not None and latest is not self._shown:
            self._row(latest)

    def _row(self, numbers: LoadNumbers) -> None:
        if not self._is_headed:
            self._is_headed = True
            self._write(_aligned(_HEAD), numbers.ts)
        last = self._shown
        seconds = numbers.second - (last.second if last is not None else 0)
        started = numbers.total.started - (last.total.started if last is not None else 0)
        self._shown = numbers
        cells = (
            str(numbers.second),
            rate(numbers.asked),
            rate(started / max(1, seconds)),
            str(numbers.in_flight),
            str(numbers.total.completed),
            str(numbers.total.failed),
            str(numbers.total.late),
            *percentiles(numbers.latency_ms.get("srd")),
            *percentiles(numbers.latency_ms.get("run")),
        )
        self._write(_aligned(cells), numbers.ts)

    def _failed(self, event: RunFailed, kinds: int, uncounted: int) -> None:
        if len(self._projection.failures) > kinds:
            said = failure(event.reason, self._names)
            self._line(f"failed  {said}  for example run {event.of}", event.ts)
        elif self._projection.uncounted and not uncounted:
            self._line("failed  in ever new ways; those from here on are only counted", event.ts)

    def _line(self, text: str, ts: float) -> None:
        second = self._projection.latest.second if self._projection.latest is not None else 0
        self._write(f"{second:>{_WIDTHS[0]}}  {text}", ts)

    def _write(self, text: str, ts: float) -> None:
        self._lines.line(f"{wall_clock(ts)}  {text}" if self._verbose else text)


def is_due(second: int) -> bool:
    """Return whether there is a row for that second of a load."""
    for until, every in _EVERY:
        if second <= until:
            return second % every == 0
    return second % _AT_LAST == 0


def _state(event: LoadState) -> str:
    is_asked = event.rate is not None and event.new not in FINAL
    asked = f"{rate(event.rate)} runs/s asked" if is_asked else ""
    return "  ".join(part for part in (event.new, asked, event.message) if part)


def _aligned(cells: tuple[str, ...]) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
