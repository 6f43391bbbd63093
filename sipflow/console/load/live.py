"""The live view of a load on a terminal.

What it looks like is the business of ``load_screen``, which is loaded only when it is needed. It
is drawn when ``redraw`` says.
"""

from typing import TYPE_CHECKING, TextIO

from sipflow.console.refresh import RefreshThrottle
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.projections.load import LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent, LoadState

if TYPE_CHECKING:
    from sipflow.console.load.screen import LoadScreen

# Seconds between two drawings. The numbers come once a second and the clock shows tenths, but a
# drawing takes milliseconds from the load that it shows; what a key did is shown at once.
_PAUSE = 0.45
_AFTER_A_KEY = 0.08


class LoadLive:
    """Draws the view on a terminal; ``names`` knows the scenario, if there is one.

    ``profile``: what the load is to be, so that it is known how long it still goes on.
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
        """Take an event in; it is drawn with a tick to come."""
        self._projection.apply(event)
        self._redraw.happened(event.ts, is_news=isinstance(event, LoadState))

    def tick(self, now: float) -> None:
        """Take the time: what has to be drawn is drawn."""
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
