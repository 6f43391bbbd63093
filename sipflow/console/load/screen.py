"""The layout of the live view of a load: its projection as rich renderables.

Imported only by a live view that draws. It keeps neither time nor state of the load, and must not
handle events.
"""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from sipflow.console.folding import fitted
from sipflow.console.load.bars import bars, ceiling
from sipflow.console.load.remaining import time_left
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.projections.load import FINAL, LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Latency, LoadNumbers
from sipflow.text import counted, one_line, stopwatch
from sipflow.wording.load import PERCENTILES, SHORT_MEANINGS, failure, percentiles, rate

KEYS = "+ faster by 10 %   - slower   p pause or go on   q stop"
# The usual metrics; others are shown only if they were measured.
_SHOWN = ("srd", "answer", "sdd", "rrd", "run")
_UNUSUAL = ("rrd",)
_STATE_STYLES = {
    "starting": "dim",
    "running": "bold cyan",
    "paused": "bold magenta",
    "ending": "bold cyan",
    "completed": "bold green",
    "failed": "bold red",
    "stopped": "bold yellow",
}
# The least sizes of a terminal for the durations of the last second beside the totals, and for
# charts of more than one row.
_WIDE = 72
# The most lines of the legend of durations.
_LONGEST_LEGEND = 2
_HIGH = 24
_MOST_ROWS = 4
# The widest number beside a chart, and the greatest readable width of a chart.
_MARGIN = 9
_WIDEST_CHART = 120
_LONGEST_FAILURES = 8
_HEAD = 3
# Lines that are neither chart, legend nor failures: those of the head, the table with its two
# heads, the gaps, and the keys; the failures' chart and what is below the charts.
_FRAME = _HEAD + 1 + len(_SHOWN) + 2 + 1 + 2 + 1 + 1 + 1


class LoadScreen:
    """The area of the terminal that the view is drawn to repeatedly."""

    def __init__(
        self,
        console: Console,
        names: RunProjection,
        *,
        has_keys: bool,
        profile: Profile | None = None,
    ) -> None:
        self._console = console
        self._names = names
        self._profile = profile or Profile()
        self._has_keys = has_keys
        # The coordinator's own output must not be captured: standard output may go to a program.
        self._live = Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def draw(self, projection: LoadProjection, now: float, *, is_last: bool) -> None:
        """Replace what was drawn before; the last drawing stays and the cursor comes back."""
        self._live.start()
        keys = KEYS if self._has_keys and not is_last else ""
        drawing = (
            last_view(projection, now, self._console)
            if is_last
            else view(projection, now, self._console, self._names, (keys, self._profile))
        )
        self._live.update(drawing, refresh=not is_last)
        if is_last:
            self._live.stop()


def view(
    projection: LoadProjection,
    now: float,
    console: Console,
    names: RunProjection,
    asked: tuple[str, Profile],
) -> RenderableType:
    """Return the view of a load for a terminal of the console's size, never higher than it.

    ``asked``: the text about keys, and the profile of the load.
    """
    keys, profile = asked
    rows = _MOST_ROWS if console.height >= _HIGH else 1
    head = _head(projection, now, time_left(profile, projection, now))
    legend = _legend(projection.latest, console)
    others = _FRAME - _HEAD + len(head) + len(legend) + rows
    room = min(_LONGEST_FAILURES, console.height - others)
    parts = [
        *head,
        Text(),
        _durations(projection.latest, wide=console.width >= _WIDE),
        *legend,
        Text(),
        *_charts(projection, console, rows),
        *_failures(projection, names, room),
    ]
    if keys:
        parts.append(_one_row(keys, "dim"))
    # The last line of a terminal stays free, so that nothing scrolls.
    return Group(*_fitting(parts, console))


def last_view(projection: LoadProjection, now: float, console: Console) -> RenderableType:
    """Return the final view, which stays on the screen; the summary below it has the numbers."""
    return Group(
        *_head(projection, now)[:1], *_charts(projection, console, rows=_MOST_ROWS), Text()
    )


def _head(projection: LoadProjection, now: float, left: str = "") -> list[RenderableType]:
    state = projection.state or "starting"
    has_ended = state in FINAL
    first = Text.assemble(
        (one_line(projection.name), "bold"),
        "  " if projection.name else "",
        (state, _STATE_STYLES[state]),
        f"  {stopwatch(projection.elapsed(now))}",
        (f"  {left}" if left else "", "dim"),
        (f"  {one_line(projection.message)}" if projection.message and has_ended else "", "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )
    lines: list[RenderableType] = [first, _speed(projection), _outcomes(projection.latest)]
    if projection.message and not has_ended:
        lines.append(_one_row(projection.message, "yellow"))
    return lines


def _speed(projection: LoadProjection) -> Text:
    latest = projection.latest
    achieved = float(latest.runs.started) if latest is not None else 0.0
    parts: list[str | tuple[str, str]] = [(f"{rate(achieved)}", "bold"), " runs/s"]
    if projection.rate is not None:
        parts.append(f" of {rate(projection.rate)} asked")
    if latest is not None:
        parts.append(f"   {latest.in_flight} in flight   {counted(latest.workers, 'worker')}")
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")


def _outcomes(latest: LoadNumbers | None) -> Text:
    if latest is None:
        return Text("no numbers yet", "dim")
    total = latest.total
    return Text.assemble(
        f"{total.started} started   ",
        (f"{total.completed} completed", "green"),
        "   ",
        (f"{total.failed} failed", "bold red" if total.failed else "dim"),
        "   ",
        (f"{total.late} late", "yellow" if total.late else "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )


def _durations(latest: LoadNumbers | None, *, wide: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("ms", no_wrap=True, min_width=6)
    spans = ("in this second", "in all") if wide else ("in all",)
    for number, span in enumerate(spans):
        for place, name in enumerate(PERCENTILES):
            head = f"{span}\n{name}" if place == 0 else f"\n{name}"
            last = place == len(PERCENTILES) - 1 and number < len(spans) - 1
            table.add_column(head, justify="right", no_wrap=True, min_width=9 if last else 7)
    second: dict[str, Latency] = latest.latency_ms if latest is not None else {}
    total: dict[str, Latency] = latest.total_ms if latest is not None else {}
    for name in _SHOWN:
        if name in _UNUSUAL and not total.get(name, Latency()).count:
            continue
        cells = [*percentiles(second.get(name))] if wide else []
        table.add_row(name, *cells, *percentiles(total.get(name)))
    return table


def _legend(latest: LoadNumbers | None, console: Console) -> list[Text]:
    """Return the legend of durations, if the terminal has room for it."""
    total: dict[str, Latency] = latest.total_ms if latest is not None else {}
    shown = [name for name in _SHOWN if name not in _UNUSUAL or total.get(name, Latency()).count]
    lines = fitted(["  ".join(f"{name} {SHORT_MEANINGS[name]}" for name in shown)], console.width)
    if console.height < _HIGH or len(lines) > _LONGEST_LEGEND:
        return []
    return [_one_row(line, "dim") for line in lines]


def _charts(projection: LoadProjection, console: Console, rows: int) -> Iterator[Text]:
    columns = max(1, min(_WIDEST_CHART, console.width - _MARGIN - 2))
    recent = list(projection.recent)[-columns:]
    started = [float(numbers.runs.started) for numbers in recent]
    failed = [float(numbers.runs.failed) for numbers in recent]
    asked = [numbers.asked for numbers in recent if numbers.asked is not None]
    yield from _chart(
        "started/s", started, ceiling(max([*started, *asked], default=0)), rows, console
    )
    if any(failed):
        yield from _chart("failed/s", failed, ceiling(max(failed)), 1, console)
    yield _one_row(f"{'':{_MARGIN}} the last {counted(len(recent), 'second')}", "dim")


def _chart(
    title: str, values: Sequence[float], highest: float, rows: int, console: Console
) -> Iterator[Text]:
    style = "red" if title.startswith("failed") else "cyan"
    drawn = bars(values, highest, rows, ascii_only=console.options.ascii_only)
    for number, row in enumerate(drawn):
        label = f"{highest:g}" if number == 0 and rows > 1 else ""
        label = title if number == rows - 1 else label
        yield Text.assemble(
            (f"{label:>{_MARGIN}} ", "dim"), (row, style), no_wrap=True, overflow="crop"
        )


def _failures(projection: LoadProjection, names: RunProjection, room: int) -> Iterator[Text]:
    kinds = projection.most_frequent()
    if not kinds or room < 1:
        return
    shown = kinds if len(kinds) <= room else kinds[: room - 1]
    width = len(str(kinds[0].count))
    for kind in shown:
        text = f"{kind.count:{width}} x {failure(kind.reason, names)}  run {kind.example}"
        yield _one_row(text, "red")
    others = kinds[len(shown) :]
    if others or projection.uncounted:
        runs = sum(kind.count for kind in others) + projection.uncounted
        yield _one_row(f"and {counted(runs, 'run')} that failed in other ways", "dim")


def _fitting(parts: Sequence[RenderableType], console: Console) -> list[RenderableType]:
    """Return the parts that fit on a very low terminal; the last ones are left out first."""
    fitting: list[RenderableType] = []
    left = console.height - 1
    for part in parts:
        left -= len(console.render_lines(part, pad=False))
        if left < 0:
            break
        fitting.append(part)
    return fitting


def _one_row(text: str, style: str) -> Text:
    return Text(one_line(text), style, no_wrap=True, overflow="ellipsis")
