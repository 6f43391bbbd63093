"""Reorders the events of one run, received in any order and perhaps more than once. Pure.

Invariant: events come out with ``g`` 1, 2, 3, …, each once. An event after a gap is held until the
gap is filled. An event more than ``most_held`` ahead is dropped, and is missing until it is
received again.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_HELD = 10_000


class Merge(Generic[T]):
    """Puts one run's events in order.

    next: the number of the event to come out next
    last: the highest number that is known to exist
    """

    def __init__(self, most_held: int = MOST_HELD) -> None:
        self.next = 1
        self.last = 0
        self._most_held = most_held
        self._held: dict[int, T] = {}

    @property
    def missing(self) -> bool:
        """Whether the next event is known to exist, and so must be requested."""
        return self.last >= self.next

    @property
    def held(self) -> int:
        """How many events wait for a gap to be filled."""
        return len(self._held)

    def add(self, g: int, event: T) -> Sequence[T]:
        """Add an event; return those that can come out now."""
        self.last = max(self.last, g)
        if g != self.next:
            if self.next < g <= self.next + self._most_held:
                self._held.setdefault(g, event)
            return ()
        self.next += 1
        if not self._held:
            return (event,)
        out = [event]
        while self.next in self._held:
            out.append(self._held.pop(self.next))
            self.next += 1
        return out
