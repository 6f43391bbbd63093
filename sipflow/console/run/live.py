"""The live view of a run on a terminal.

``screen`` draws it, and is imported only when it is needed: importing rich takes longer than a
short call. ``refresh`` decides when it is drawn.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from sipflow.console.refresh import RefreshThrottle
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent
from sipflow.scenario.model.graph import Scenario

if TYPE_CHECKING:
    from sipflow.console.run.screen import LiveScreen

# Seconds between two drawings: at most twelve a second after events; for the clock alone every
# second tick of those that come each 0.1 s, whatever the rounding.
_AFTER_EVENTS = 1 / 12
_FOR_THE_CLOCK = 0.15


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
        self._redraw = RefreshThrottle(
            stream, self._draw, lambda has_news: _AFTER_EVENTS if has_news else _FOR_THE_CLOCK
        )
        self._projection = RunProjection(scenario)
        self._ports = {} if ports is None else ports
        self._screen: LiveScreen | None = None

    def handle(self, event: AnyEvent) -> None:
        """Handle an event; it is drawn at the next tick."""
        self._projection.apply(event)
        self._redraw.happened(event.ts)

    def tick(self, now: float) -> None:
        """Draw what is due."""
        self._redraw.tick(now)

    def close(self) -> None:
        """Leave the final state on the screen."""
        self._redraw.close()

    def _draw(self, now: float, *, is_last: bool) -> None:
        self._opened().draw(self._projection, now, is_last=is_last)

    def _opened(self) -> "LiveScreen":
        if self._screen is None:
            from sipflow.console.rich_console import terminal
            from sipflow.console.run.screen import LiveScreen

            self._screen = LiveScreen(terminal(self._stream), self._ports)
        return self._screen
