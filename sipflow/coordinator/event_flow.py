"""The one way of every event of a run: numbered, then the wire, then whoever looks on.

Takes in the workers' events and the coordinator's own, and fills what is missing from the workers'
journals. A subscriber that fails is dropped, and its failure is kept for the run to deal with.
"""

from collections.abc import Sequence
from pathlib import Path

from sipflow.coordinator.bus import Bus
from sipflow.coordinator.journal import read_journal
from sipflow.coordinator.ledger import Ledger
from sipflow.coordinator.node_book import NodeBook
from sipflow.coordinator.subscribers import Subscriber, Ticking
from sipflow.errors import SipflowError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import EventCount


class EventFlow:
    """Carries events to the bus and the subscribers, in the coordinator's order."""

    def __init__(self, bus: Bus, nodes: NodeBook, subscribers: Sequence[Subscriber]) -> None:
        self._bus = bus
        self._subscribers = list(subscribers)
        self._ledger = Ledger()
        self.nodes = nodes
        self.failure: SipflowError | None = None

    @property
    def ticking(self) -> bool:
        """Whether somebody wants to be told the time."""
        return any(isinstance(subscriber, Ticking) for subscriber in self._subscribers)

    def receive(self) -> None:
        """Take in what workers have published."""
        for event in self._bus.receive():
            self._take_in(event)

    def recover(self, instance: str, journal: Path) -> None:
        """Take in what an instance's worker wrote down and has not been received."""
        for event in read_journal(journal):
            if event.instance == instance:
                self._take_in(event)

    def add(self, event: AnyEvent) -> None:
        """Take in an event that the coordinator made, also in a dead worker's name."""
        self._pass_on(event)

    def last_seq(self, instance: str) -> int:
        """Return the number of an instance's last event so far."""
        return self._ledger.last_seq(instance)

    def count(self, last_seqs: dict[str, int]) -> EventCount:
        """Return how many events came, and how many of those that were said to exist did not."""
        return EventCount(received=self._ledger.received, lost=self._ledger.lost(last_seqs))

    def tick(self, now: float) -> None:
        """Tell those who want it the time, in Unix seconds."""
        for subscriber in self._subscribers:
            if isinstance(subscriber, Ticking):
                subscriber.tick(now)

    def _take_in(self, event: AnyEvent) -> None:
        if self._ledger.accept(event):
            self._pass_on(event)

    def _pass_on(self, event: AnyEvent) -> None:
        numbered = self._ledger.number(event)
        self.nodes.handle(numbered)
        self._bus.publish(numbered)
        for subscriber in list(self._subscribers):
            try:
                subscriber.handle(numbered)
            except SipflowError as error:
                self._subscribers.remove(subscriber)
                self.failure = self.failure or error
