"""The refresh throttle of live views: decides when to draw, and keeps failures from the runs.

It has no thread; the coordinator's event loop calls ``tick``. The view does the drawing.
"""

from collections.abc import Callable
from typing import Protocol, TextIO

from sipflow.console.stream import ConsoleStream


class Draw(Protocol):
    """Draws a view as of a moment, in Unix seconds; raises ``OSError`` without a terminal."""

    def __call__(self, now: float, *, is_last: bool) -> None:
        """Draw the view; ``is_last``: it is not drawn again."""


class RefreshThrottle:
    """Draws a view at intervals; ``pause`` returns the seconds between two drawings."""

    def __init__(self, stream: TextIO, draw: Draw, pause: Callable[[bool], float]) -> None:
        self._terminal = ConsoleStream(stream)
        self._draw = draw
        self._pause = pause
        self._has_news = False
        self._now = 0.0
        self._drawn = 0.0
        self._broken = False

    def happened(self, ts: float, *, is_news: bool = True) -> None:
        """Record a change at ``ts``, in Unix seconds; it is drawn at a later tick."""
        self._has_news = self._has_news or is_news
        self._now = max(self._now, ts)

    def tick(self, now: float) -> None:
        """Draw, if it is due and the terminal accepts output (not after Ctrl-S)."""
        self._now = now
        # abs: the clock may have been set back.
        is_time = abs(now - self._drawn) >= self._pause(self._has_news)
        if is_time and self._terminal.is_ready:
            self._redraw(is_last=False)

    def close(self) -> None:
        """Leave the final state on the screen."""
        self._redraw(is_last=True)

    def _redraw(self, *, is_last: bool) -> None:
        if self._broken:
            return
        self._has_news = False
        self._drawn = self._now
        try:
            self._draw(self._now, is_last=is_last)
        except OSError:  # the terminal is gone; what it showed goes on
            self._broken = True


# The values of TERM for terminals that cannot move the cursor.
_NOT_FOR_THESE = ("", "dumb", "unknown")


def can_show(stream: TextIO, term: str) -> bool:
    """Return whether a stream is a terminal that can show the live view; ``term``: its TERM."""
    return stream.isatty() and term not in _NOT_FOR_THESE
