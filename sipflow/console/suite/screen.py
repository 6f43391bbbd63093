"""The layout of the live view of several runs: a bar, counts, the time, and current runs.

Imported only by a live view that draws. It keeps neither time nor state of the runs.
"""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from sipflow.console.suite.lines import Ending
from sipflow.projections.suite import Standing, SuiteProjection
from sipflow.text import one_line, roughly, stopwatch
from sipflow.wording.suite import tally

_BAR = 30
# On a narrow terminal the bar leaves room for the numbers.
_BAR_SHARE = 4
_STYLES: dict[Standing, str] = {
    "completed": "green",
    "failed": "bold red",
    "stopped": "bold yellow",
    "not started": "bold red",
    "not reached": "dim",
}
# More names than fit a line of any terminal.
_MOST_NAMES = 50


class SuiteScreen:
    """The lines at the bottom of the terminal that are drawn again and again."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._view: RenderableType = ""
        # The coordinator's own output must not be captured: standard output may go to a program.
        self._live = Live(
            self,
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def draw(self, projection: SuiteProjection, now: float, endings: Sequence[Ending]) -> None:
        """Replace the last drawing, and leave the endings above it for good."""
        self._live.start()
        self._view = view(projection, now, self._console)
        if endings:
            # The terminal breaks long lines itself, so that they are copied whole.
            self._console.print(Text("\n").join(map(_text, endings)), soft_wrap=True)
        else:
            self._live.refresh()

    def __rich__(self) -> RenderableType:
        """Return the lines that rich draws below all other output."""
        return self._view

    def close(self) -> None:
        """Remove the bar, and show the cursor again."""
        self._live.stop()


def view(projection: SuiteProjection, now: float, console: Console) -> RenderableType:
    """Return the lines for a terminal of the console's width; each of them is one line there."""
    return Group(_head(projection, now, console), _running(projection))


def _head(projection: SuiteProjection, now: float, console: Console) -> Text:
    done, total = projection.done, len(projection.entries)
    bad = tally(projection.counts, without=("completed", "not reached"))
    rest = projection.rest(now)
    return Text.assemble(
        f"{done:{len(str(total))}}/{total}  ",
        *_bar(done, total, console, "red" if bad else "green"),
        (f"  {bad}" if bad else "", "bold red"),
        f"  {stopwatch(now - projection.began)}",
        (f"  about {roughly(rest)} left" if rest and done < total else "", "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )


def _bar(done: int, total: int, console: Console, style: str) -> tuple[tuple[str, str], ...]:
    full, empty = ("#", "-") if console.options.ascii_only else ("━", "─")
    width = min(_BAR, console.width // _BAR_SHARE)
    filled = width * done // total
    return (full * filled, style), (empty * (width - filled), "dim")


def _running(projection: SuiteProjection) -> Text:
    names = list(projection.running.values())
    shown = one_line(", ".join(names[:_MOST_NAMES]))
    return Text.assemble(
        (f"{len(names)} running  ", "bold cyan"), shown, no_wrap=True, overflow="ellipsis"
    )


def _text(ending: Ending) -> Text:
    return Text("\n").join([Text(ending.line, _STYLES[ending.standing]), *map(Text, ending.below)])
