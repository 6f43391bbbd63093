"""The count of a run's events: the order over all instances, and whether any is missing. Pure.

Law: ``g`` is given in the order of arrival, from 1, without holes. An instance's events arrive
with ``seq`` 1, 2, 3, …; one that has been seen is not taken again, one that skips ahead leaves a
hole, and what is in a hole is lost.
"""

from typing import TypeVar

import msgspec

from sipflow.protocol.events import Event

E = TypeVar("E", bound=Event)


class Ledger:
    """Numbers events and knows what is missing."""

    def __init__(self) -> None:
        self._g = 0
        self._seen: dict[str, int] = {}
        self._lost: dict[str, int] = {}
        self.received = 0

    def number(self, event: E) -> E:
        """Return the event with the coordinator's next number."""
        self._g += 1
        return msgspec.structs.replace(event, g=self._g)

    def accept(self, event: Event) -> bool:
        """Take in a worker's event; False if it has been seen before."""
        seen = self._seen.get(event.instance, 0)
        if event.seq <= seen:
            return False
        self._lost[event.instance] = self._lost.get(event.instance, 0) + event.seq - seen - 1
        self._seen[event.instance] = event.seq
        self.received += 1
        return True

    def last_seq(self, instance: str) -> int:
        """Return the number of the last event of an instance that was taken in."""
        return self._seen.get(instance, 0)

    def lost(self, last_seqs: dict[str, int]) -> int:
        """Return how many events are missing, given each instance's number of events."""
        missing_at_end = (
            max(0, last - self.last_seq(instance)) for instance, last in last_seqs.items()
        )
        return sum(self._lost.values()) + sum(missing_at_end)
