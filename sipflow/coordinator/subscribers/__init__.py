"""What looks at a run: a subscriber gets every event in ``g`` order, and nothing else of the run.

The engine does not know what a subscriber makes of them, and a saved log makes the same again.
"""

from typing import Protocol, runtime_checkable

from sipflow.protocol.events import AnyEvent


class Subscriber(Protocol):
    """Anything that follows a run. ``close`` is called exactly once, also after a failure."""

    def handle(self, event: AnyEvent) -> None:
        """Take the next event; it must neither wait nor raise anything but a ``SipflowError``."""

    def close(self) -> None:
        """Give back what is held; no event comes after it."""


@runtime_checkable
class Ticking(Protocol):
    """A subscriber that also wants the time, several times a second, events or not."""

    def tick(self, now: float) -> None:
        """Take the time: Unix seconds, as in an event's ``ts``."""
