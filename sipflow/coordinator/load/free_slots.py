"""The slots that are free, those first that may play at once. Pure."""

import heapq
from collections import deque
from collections.abc import Hashable
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class FreeSlots(Generic[T]):
    """Free slots of any kind, each with the moment from which it may play.

    Those that may play wait in turn, so that all of them get their share of the runs.
    """

    def __init__(self) -> None:
        self._all: set[T] = set()
        self._rested: deque[T] = deque()
        self._resting: list[tuple[float, int, T]] = []
        self._order = count()

    def __contains__(self, slot: T) -> bool:
        """Tell whether a slot is free."""
        return slot in self._all

    def add(self, slot: T, until: float) -> None:
        """Take in that a slot is free, and rests until a moment."""
        self._all.add(slot)
        heapq.heappush(self._resting, (until, next(self._order), slot))

    def remove(self, slot: T) -> None:
        """Take in that a slot is not there any more, if it was."""
        if slot not in self._all:
            return
        self._all.remove(slot)
        self._rested = deque(one for one in self._rested if one is not slot)
        self._resting = [one for one in self._resting if one[2] is not slot]
        heapq.heapify(self._resting)

    def room(self, now: float) -> int:
        """Return how many may play now."""
        while self._resting and self._resting[0][0] <= now:
            self._rested.append(heapq.heappop(self._resting)[2])
        return len(self._rested)

    def take(self) -> T:
        """Return the one whose turn it is; there must be room."""
        slot = self._rested.popleft()
        self._all.remove(slot)
        return slot

    def next_rested(self, now: float) -> float | None:
        """Return when the next one may play, now at the earliest; None: none is free."""
        if self._rested:
            return now
        return max(now, self._resting[0][0]) if self._resting else None
