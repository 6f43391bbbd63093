"""The live view of a load on a terminal: when it is drawn, and that drawing never harms a load.

What it looks like is the business of ``load_screen``, which is loaded only when it is needed. It
has no thread; the coordinator's loop ticks it.
"""

from typing import TYPE_CHECKING, TextIO

from sipflow.coordinator.subscribers.console_stream import ConsoleStream
from sipflow.coordinator.subscribers.load_picture import LoadPicture
from sipflow.coordinator.subscribers.run_picture import RunPicture
from sipflow.protocol.events import AnyEvent, LoadState

if TYPE_CHECKING:
    from sipflow.coordinator.subscribers.load_screen import LoadScreen

# Seconds between two drawings. The numbers come once a second and the clock shows tenths, but a
# drawing takes milliseconds from the load that it shows; what a key did is shown at once.
_PAUSE = 0.45
_AFTER_A_KEY = 0.08


class LoadLive:
    """Draws the view on a terminal; ``names`` knows the scenario, if anybody does."""

    def __init__(self, stream: TextIO, names: RunPicture, *, has_keys: bool) -> None:
        self._stream = stream
        self._terminal = ConsoleStream(stream)
        self._names = names
        self._has_keys = has_keys
        self._picture = LoadPicture()
        self._screen: LoadScreen | None = None
        self._changed = False
        self._now = 0.0
        self._drawn = 0.0
        self._broken = False

    def handle(self, event: AnyEvent) -> None:
        """Take an event in; it is drawn with a tick to come."""
        self._picture.apply(event)
        if isinstance(event, LoadState):
            self._changed = True
        self._now = max(self._now, event.ts)

    def tick(self, now: float) -> None:
        """Draw, if it is time to and the terminal takes it (it does not after Ctrl-S)."""
        self._now = now
        pause = _AFTER_A_KEY if self._changed else _PAUSE
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
        except OSError:  # the terminal is gone; the load goes on
            self._broken = True

    def _opened(self) -> "LoadScreen":
        if self._screen is None:
            from sipflow.coordinator.subscribers.live_screen import terminal
            from sipflow.coordinator.subscribers.load_screen import LoadScreen

            self._screen = LoadScreen(terminal(self._stream), self._names, has_keys=self._has_keys)
        return self._screen
