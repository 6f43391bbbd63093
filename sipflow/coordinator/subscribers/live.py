"""The live view of a run on a terminal.

What it looks like is the business of ``live_screen``, which is loaded only when it is needed: rich
takes longer to import than a short call takes. When is for ``redraw`` to say.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from sipflow.coordinator.subscribers.redraw import Redraw
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
        self._redraw = Redraw(
            stream, self._draw, lambda has_news: _AFTER_EVENTS if has_news else _FOR_THE_CLOCK
        )
        self._picture = RunPicture(scenario)
        self._ports = {} if ports is None else ports
        self._screen: LiveScreen | None = None

    def handle(self, event: AnyEvent) -> None:
        """Take an event in; it is drawn with the next tick."""
        self._picture.apply(event)
        self._redraw.happened(event.ts)

    def tick(self, now: float) -> None:
        """Take the time: what has to be drawn is drawn."""
        self._redraw.tick(now)

    def close(self) -> None:
        """Leave the final state on the screen."""
        self._redraw.close()

    def _draw(self, now: float, *, is_last: bool) -> None:
        self._opened().draw(self._picture, now, is_last=is_last)

    def _opened(self) -> "LiveScreen":
        if self._screen is None:
            from sipflow.coordinator.subscribers.live_screen import LiveScreen, terminal

            self._screen = LiveScreen(terminal(self._stream), self._ports)
        return self._screen
