"""The live view of several runs: decides when to draw, and keeps failures from the runs.

``screen`` draws it, and is imported only when it is needed. It has no thread; the coordinator's
event loop calls ``tick``.
"""

from collections import deque
from typing import TYPE_CHECKING, TextIO

from sipflow.console.stream import ConsoleStream
from sipflow.console.suite.lines import Ending
from sipflow.projections.suite import SuiteProjection

if TYPE_CHECKING:
    from sipflow.console.suite.screen import SuiteScreen

# Seconds between two drawings: at most ten a second, whatever the rounding of the ticks.
_PAUSE = 0.08
# Lines that are written in one piece; a reader may stop between any two pieces.
_PIECE = 25


class SuiteLive:
    """Draws a progress bar on a terminal, and writes lines about files that failed above it.

    ``projection`` is only read here.
    """

    def __init__(self, stream: TextIO, projection: SuiteProjection) -> None:
        self._stream = stream
        self._terminal = ConsoleStream(stream)
        self._projection = projection
        self._endings: deque[Ending] = deque()
        self._screen: SuiteScreen | None = None
        self._drawn = 0.0
        self._broken = False

    def show(self, ending: Ending) -> None:
        """Queue the text about a file, to be written at the next tick if it has several lines."""
        if ending.standing != "completed" and not self._broken:
            self._endings.append(ending)

    def tick(self, now: float) -> None:
        """Draw, if it is due and the terminal accepts output (not after Ctrl-S)."""
        # abs: the clock may have been set back.
        if abs(now - self._drawn) < _PAUSE or self._broken or not self._terminal.is_ready:
            return
        self._drawn = now
        try:
            self._opened().draw(self._projection, now, self._piece())
            while self._endings and self._terminal.is_ready:
                self._opened().draw(self._projection, now, self._piece())
        except OSError:  # the terminal is gone; the runs go on
            self._give_up()

    def close(self) -> None:
        """Write the remaining lines, remove the bar and show the cursor again."""
        if self._broken or (self._screen is None and not self._endings):
            return
        try:
            while self._endings:
                self._opened().draw(self._projection, self._drawn, self._piece())
            self._opened().close()
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        self._broken = True
        self._endings.clear()

    def _piece(self) -> list[Ending]:
        piece: list[Ending] = []
        lines = 0
        while self._endings and (not piece or lines + len(self._endings[0].below) < _PIECE):
            piece.append(self._endings.popleft())
            lines += 1 + len(piece[-1].below)
        return piece

    def _opened(self) -> "SuiteScreen":
        if self._screen is None:
            from sipflow.console.rich_console import terminal
            from sipflow.console.suite.screen import SuiteScreen

            self._screen = SuiteScreen(terminal(self._stream))
        return self._screen
