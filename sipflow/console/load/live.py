"""The live view of a load on a terminal.

``screen`` draws it, and is imported only when it is needed; ``refresh`` decides when it is drawn.
"""

from typing import TYPE_CHECKING, TextIO

from sipflow.console.refresh import RefreshThrottle
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.projections.load import LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent, LoadState

if TYPE_CHECKING:
    from sipflow.console.load.screen import LoadScreen

# Seconds between two drawings. The numbers come once a second and the clock shows tenths, but each
# drawing costs milliseconds of CPU; the effect of a key is shown at once.
_PAUSE = 0.45
_AFTER_A_KEY = 0.08


class LoadLive:
    """Draws the view on a terminal; ``names`` knows the scenario, if there is one.

    ``profile``: the profile of the load, from which the remaining time is estimated.
    """

    def __init__(
        self,
        stream: TextIO,
        names: RunProjection,
        *,
        has_keys: bool,
        profile: Profile | None = None,
    ) -> None:
        self._profile = profile
        self._stream = stream
        self._redraw = RefreshThrottle(
            stream, self._draw, lambda has_news: _AFTER_A_KEY if has_news else _PAUSE
        )
        self._names = names
        self._has_keys = has_keys
        self._projection = LoadProjection()
        self._screen: LoadScreen | None = None

    def handle(self, event: AnyEvent) -> None:
        """Handle an event; it is drawn at a later tick."""
        self._projection.apply(event)
        self._redraw.happened(event.ts, is_news=isinstance(event, LoadState))

    def tick(self, now: float) -> None:
        """Draw what is due."""
        self._redraw.tick(now)

    def close(self) -> None:
        """Leave the final state on the screen."""
        self._redraw.close()

    def _draw(self, now: float, *, is_last: bool) -> None:
        self._opened().draw(self._projection, now, is_last=is_last)

    def _opened(self) -> "LoadScreen":
        if self._screen is None:
            from sipflow.console.load.screen import LoadScreen
            from sipflow.console.rich_console import terminal

            self._screen = LoadScreen(
                terminal(self._stream),
                self._names,
                has_keys=self._has_keys,
                profile=self._profile,
            )
        return self._screen
