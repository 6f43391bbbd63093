"""The events of one run put into one order, from pieces that overlap and come in any order. Pure.

Law: events come out with ``g`` 1, 2, 3, …, each once. One that is ahead of a hole is held until
the hole is filled, unless it is further ahead than ``most_held``: that one is dropped, and is
missing until it is brought again.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_HELD = 10_000


class Merge(Generic[T]):
    """Puts one run's events in order. ``next`` is the number of the event to come out next.

    ``last`` is the highest number that is known to exist.
    """

    def __init__(self, most_held: int = MOST_HELD) -> None:
        self.next = 1
        self.last = 0
        self._most_held = most_held
        self._held: dict[int, T] = {}

    @property
    def missing(self) -> bool:
        """Whether the next event is known to exist, and so has to be asked for."""
        return self.last >= self.next

    @property
    def held(self) -> int:
        """How many events wait for a hole to be filled."""
        return len(self._held)

    def add(self, g: int, event: T) -> Sequence[T]:
        """Take in an event; return those that can come out now."""
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
