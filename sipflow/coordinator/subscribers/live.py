"""The live view of a run on a terminal: when it is drawn, and that drawing never harms a run.

What it looks like is the business of ``live_screen``, which is loaded only when it is needed: rich
takes longer to import than a short call takes. It has no thread; the coordinator's loop ticks it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from sipflow.coordinator.subscribers.console_stream import ConsoleStream
from sipflow.coordinator.subscribers.run_picture import RunPicture
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.scenario import Scenario

if TYPE_CHECKING:
    from sipflow.coordinator.subscribers.live_screen import LiveScreen

# Seconds between two drawings: at most twelve a second after events; for the clock alone every
# second tick of those that come each 0.1 s, whatever the rounding.
_AFTER_EVENTS = 1 / 12
_FOR_THE_CLOCK = 0.15
# What TERM says of terminals that cannot move a cursor.
_NOT_FOR_THESE = ("", "dumb", "unknown")


def can_show(stream: TextIO, term: str) -> bool:
    """Tell whether a stream is a terminal that can show the live view; ``term`` is its TERM."""
    return stream.isatty() and term not in _NOT_FOR_THESE


class Live:
    """Draws the view on a terminal; it works without the scenario, with ids instead of words.

    ``ports`` maps instances to their SIP ports; it may be filled after this was constructed.
    """

    def __init__(
        self,
        stream: TextIO,
        scenario: Scenario | None = None,
        ports: Mapping[str, int] | None = None,
    ) -> None:
        self._stream = stream
        self._terminal = ConsoleStream(stream)
        self._picture = RunPicture(scenario)
        self._ports = {} if ports is None else ports
        self._screen: LiveScreen | None = None
        self._changed = False
        self._now = 0.0
        self._drawn = 0.0
        self._broken = False

    def handle(self, event: AnyEvent) -> None:
        """Take an event in; it is drawn with the next tick."""
        self._picture.apply(event)
        self._changed = True
        self._now = max(self._now, event.ts)

    def tick(self, now: float) -> None:
        """Draw, if it is time to and the terminal takes it (it does not after Ctrl-S)."""
        self._now = now
        pause = _AFTER_EVENTS if self._changed else _FOR_THE_CLOCK
        # abs: somebody may set the clock back.
        if abs(now - self._drawn) >= pause and self._terminal.is_ready:
            self._draw(is_last=False)

    def close(self) -> None:
        """Leave the final state on the screen."""
        self._draw(is_last=True)

    def _draw(self, *, is_last: bool) -> None:
        if self._broken:
            return
        self._changed = False
        self._drawn = self._now
        try:
            self._opened().draw(self._picture, self._now, is_last=is_last)
        except OSError:  # the terminal is gone; the run goes on
            self._broken = True

    def _opened(self) -> "LiveScreen":
        if self._screen is None:
            from sipflow.coordinator.subscribers.live_screen import LiveScreen, terminal

            self._screen = LiveScreen(terminal(self._stream), self._ports)
        return self._screen
