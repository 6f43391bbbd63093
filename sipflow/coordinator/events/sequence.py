"""The sequence tracker of a run's events: numbers them and detects gaps. Pure.

Law: ``g`` is given in the order of arrival, from 1, without gaps. An instance's events arrive
with ``seq`` 1, 2, 3, …; a duplicate is ignored, a skipped number leaves a gap, and the events in
a gap are lost.
"""

from typing import TypeVar

import msgspec
from msgspec import Struct

from sipflow.protocol.events import Event

E = TypeVar("E", bound=Event)


class Gap(Struct, frozen=True):
    """Events of an instance that were never received: the first and the last number."""

    instance: str
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many are missing."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        numbers = f"{self.first}" if self.size == 1 else f"{self.first} to {self.last}"
        return f"{self.instance} {numbers}"


class SequenceTracker:
    """Numbers events and tracks gaps; ``g`` is the last number that was given."""

    def __init__(self) -> None:
        self.g = 0
        self._seen: dict[str, int] = {}
        self._holes: dict[str, list[tuple[int, int]]] = {}
        self.received = 0

    def number(self, event: E) -> E:
        """Return the event with the coordinator's next number."""
        self.g += 1
        return msgspec.structs.replace(event, g=self.g)

    def leaves_hole(self, event: Event) -> bool:
        """Return whether adding this event now would skip earlier ones."""
        return event.seq > self.last_seq(event.instance) + 1

    def accept(self, event: Event) -> bool:
        """Record a worker's event; return False for a duplicate."""
        seen = self.last_seq(event.instance)
        if event.seq <= seen:
            return False
        if event.seq > seen + 1:
            self._holes.setdefault(event.instance, []).append((seen + 1, event.seq - 1))
        self._seen[event.instance] = event.seq
        self.received += 1
        return True

    def last_seq(self, instance: str) -> int:
        """Return the number of an instance's last recorded event."""
        return self._seen.get(instance, 0)

    def holes(self, last_seqs: dict[str, int]) -> list[Gap]:
        """Return the gaps, given each instance's number of events."""
        found = [
            Gap(instance, first, last)
            for instance, holes in self._holes.items()
            for first, last in holes
        ]
        ends = [
            Gap(instance, self.last_seq(instance) + 1, last)
            for instance, last in last_seqs.items()
            if last > self.last_seq(instance)
        ]
        return found + ends
