"""When a live view is drawn on a terminal, and that drawing never harms what it shows.

It has no thread; the coordinator's loop ticks it. What is drawn is the business of the view.
"""

from collections.abc import Callable
from typing import Protocol, TextIO

from sipflow.console.stream import ConsoleStream


class Draw(Protocol):
    """Draws a view as it is at a moment, in Unix seconds; raises ``OSError`` without a terminal."""

    def __call__(self, now: float, *, is_last: bool) -> None:
        """Draw it, for the last time or not."""


class RefreshThrottle:
    """Has a view drawn; ``pause`` returns the seconds between two drawings, news there or not."""

    def __init__(self, stream: TextIO, draw: Draw, pause: Callable[[bool], float]) -> None:
        self._terminal = ConsoleStream(stream)
        self._draw = draw
        self._pause = pause
        self._has_news = False
        self._now = 0.0
        self._drawn = 0.0
        self._broken = False

    def happened(self, ts: float, *, is_news: bool = True) -> None:
        """Take in that something happened, in Unix seconds; it is drawn with a tick to come."""
        self._has_news = self._has_news or is_news
        self._now = max(self._now, ts)

    def tick(self, now: float) -> None:
        """Draw, if it is time to and the terminal takes it (it does not after Ctrl-S)."""
        self._now = now
        # abs: somebody may set the clock back.
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


# What TERM says of terminals that cannot move a cursor.
_NOT_FOR_THESE = ("", "dumb", "unknown")


def can_show(stream: TextIO, term: str) -> bool:
    """Tell whether a stream is a terminal that can show the live view; ``term`` is its TERM."""
    return stream.isatty() and term not in _NOT_FOR_THESE
