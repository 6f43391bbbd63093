"""The layout of the live view of a run: its projection as rich renderables.

Imported only by a live view that draws. It keeps neither time nor state of the run, and must not
handle events.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from sipflow.console.run.cells import legs, marks, now_doing, time_in_node
from sipflow.projections.instance import IDLE, INTEREST, InstanceProjection
from sipflow.projections.run import LogLine, RunProjection
from sipflow.text import counted, one_line, stopwatch
from sipflow.wording.run import and_more

_WIDEST_NAME = 20
# The greatest readable width of a table.
_WIDEST_TABLE = 110
_LONGEST_LOG = 8
# The most lines of the final view, so that it does not push the summary off the screen.
_LAST_ROWS = 12
_BAR = 20
# Lines that are neither instances nor log: the head, a gap, the table's head, another gap.
_FRAME = 4
_STATE_STYLES = {
    "starting": "dim",
    "running": "bold cyan",
    "cleaning up": "bold cyan",
    "paused": "bold magenta",
    "completed": "bold green",
    "failed": "bold red",
    "stopped": "bold yellow",
}
_LEVEL_STYLES = {"debug": "dim", "info": "", "warning": "yellow", "error": "red"}


class LiveScreen:
    """The area of the terminal that the view is drawn to repeatedly."""

    def __init__(self, console: Console, ports: Mapping[str, int]) -> None:
        self._console = console
        self._ports = ports
        # The coordinator's own output must not be captured: standard output may go to a program.
        self._live = Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def draw(self, projection: RunProjection, now: float, *, is_last: bool) -> None:
        """Replace what was drawn before; the last drawing stays and the cursor comes back."""
        self._live.start()
        self._live.update(
            view(projection, now, self._console, self._ports, is_last=is_last), refresh=not is_last
        )
        if is_last:
            self._live.stop()


def view(
    projection: RunProjection,
    now: float,
    console: Console,
    ports: Mapping[str, int],
    *,
    is_last: bool = False,
) -> RenderableType:
    """Return the view of a run for a terminal of the console's size.

    It is never as high as the terminal, so that nothing scrolls; the last one has no log.
    """
    room = console.height - _FRAME - 1
    log = [] if is_last else _log(projection, room)
    rows = min(room, _LAST_ROWS) if is_last else room - len(log)
    shown, hidden = choose(list(projection.instances.values()), rows)
    columns = _columns(now, console, ports, is_last=is_last)
    parts = [_head(projection, now, console), Text(), _table(shown, columns, console.width)]
    if hidden:
        parts.append(_one_row(and_more([instance.phase for instance in hidden]), "dim"))
    parts.append(Text())
    parts += _log_lines(log, projection)
    return Group(*parts)


def choose(
    instances: Sequence[InstanceProjection], rows: int
) -> tuple[list[InstanceProjection], list[InstanceProjection]]:
    """Return the instances to show in the given number of lines, and those to leave out.

    All in file order if they fit; else the most interesting ones, and a line for the rest, which
    includes finished instances unless all are finished.
    """
    if len(instances) <= rows:
        return list(instances), []
    ranked = sorted(instances, key=lambda instance: INTEREST.index(instance.phase))
    fitting = min(max(1, rows - 1), _busy(instances) or len(instances))
    return ranked[:fitting], ranked[fitting:]


def _busy(instances: Iterable[InstanceProjection]) -> int:
    return sum(instance.phase not in IDLE for instance in instances)


def _head(projection: RunProjection, now: float, console: Console) -> RenderableType:
    state = _state(projection)
    done, total = projection.progress()
    filled = _BAR * done // total if total else 0
    full, empty = ("#", "-") if console.options.ascii_only else ("━", "─")
    return Text.assemble(
        (one_line(projection.name), "bold"),
        "  ",
        (state, _STATE_STYLES[state]),
        f"  {stopwatch(projection.elapsed(now))}",
        f"  {done:{len(str(total))}} of {counted(total, 'node')}  ",
        (full * filled, _STATE_STYLES[state]),
        (empty * (_BAR - filled), "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )


def _state(projection: RunProjection) -> str:
    if projection.state is None:
        return "starting"
    if projection.ended is None and projection.cleanup is not None:
        return "cleaning up"
    return projection.state


class _Column(Struct, frozen=True):
    """A column: its cell for an instance, and the least width of a terminal that shows it.

    ``least``: the least width, so that a longer state does not move the other columns.
    ``most``: the greatest width, so that the others keep room.
    """

    title: str
    cell: Callable[[InstanceProjection], Text]
    from_width: int = 0
    takes_the_rest: bool = False
    least: int = 0
    most: int = 0
    justify: Literal["left", "right"] = "left"


def _columns(
    now: float, console: Console, ports: Mapping[str, int], *, is_last: bool
) -> list[_Column]:
    ascii_only = console.options.ascii_only
    columns = [
        _Column("instance", lambda one: Text(_shortened(one.label), "bold")),
        _Column("address", lambda one: Text(_address(one, ports), "dim"), from_width=76),
        _Column("nodes", lambda one: marks(one, ascii_only=ascii_only), from_width=64),
        _Column("now", now_doing, takes_the_rest=True),
        _Column(
            "for", lambda one: time_in_node(one, now), from_width=40, justify="right", least=14
        ),
        _Column("legs", legs, from_width=50, least=10, most=max(14, console.width // 4)),
    ]
    if is_last:
        columns = [column for column in columns if column.title != "for"]
    return [column for column in columns if column.from_width <= console.width]


def _table(shown: Sequence[InstanceProjection], columns: Sequence[_Column], width: int) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        width=min(width, _WIDEST_TABLE),
        header_style="dim",
    )
    for column in columns:
        table.add_column(
            column.title,
            no_wrap=True,
            ratio=1 if column.takes_the_rest else None,
            justify=column.justify,
            min_width=column.least or None,
            max_width=column.most or None,
        )
    for instance in shown:
        table.add_row(*(column.cell(instance) for column in columns))
    return table


def _shortened(name: str) -> str:
    return one_line(name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1]}…")


def _address(instance: InstanceProjection, ports: Mapping[str, int]) -> str:
    number = instance.graph.number if instance.graph is not None else ""
    port = f":{ports[instance.id]}" if instance.id in ports else ""
    return one_line(f"{number} {port}".strip())


def _log(projection: RunProjection, room: int) -> list[LogLine]:
    """Return the log lines: a third of the room, or more if the instances leave some."""
    rows = len(projection.instances)
    if rows > room - 1:
        rows = (_busy(projection.instances.values()) or rows) + 1
    lines = min(_LONGEST_LOG, max(1, room // 3, room - rows))
    return list(projection.log)[-lines:]


def _log_lines(lines: Sequence[LogLine], projection: RunProjection) -> Iterator[Text]:
    width = max((len(_shortened(line.who)) for line in lines), default=0)
    for line in lines:
        text = _one_row(f"{line.ts - (projection.began or 0.0):7.3f}  ", "")
        text.stylize("dim")
        text.append(f"{_shortened(line.who):{width}}  ", "bold")
        yield text.append(one_line(line.text), _LEVEL_STYLES[line.level])


def _one_row(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
