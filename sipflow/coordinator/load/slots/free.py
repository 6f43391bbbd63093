"""The slots that are free, in the order in which they play next. Pure."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class FreeSlots(Generic[T]):
    """Free slots of any kind: each plays in its turn, so that all get their share of the runs."""

    def __init__(self) -> None:
        self._all: set[T] = set()
        self._waiting: deque[T] = deque()

    def __contains__(self, slot: T) -> bool:
        """Return whether a slot is free."""
        return slot in self._all

    def __len__(self) -> int:
        """Return how many are free."""
        return len(self._waiting)

    def add(self, slot: T) -> None:
        """Add a free slot."""
        self._all.add(slot)
        self._waiting.append(slot)

    def remove(self, slot: T) -> None:
        """Remove a slot, if it is there."""
        if slot in self._all:
            self._all.remove(slot)
            self._waiting.remove(slot)

    def take(self) -> T:
        """Return the next free slot; there must be one."""
        slot = self._waiting.popleft()
        self._all.remove(slot)
        return slot
