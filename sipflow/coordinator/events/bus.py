"""The event bus of a run: numbers each event, stores it, publishes it, calls the subscribers.

It receives the workers' events and the coordinator's own, and fills gaps from the workers'
journals. A subscriber that fails is dropped; its failure is kept for the run to handle.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sipflow.coordinator.events.journal import read_journal
from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.publisher import EventPublisher
from sipflow.coordinator.events.sequence import Gap, SequenceTracker
from sipflow.coordinator.events.store import EventStore
from sipflow.errors import SipflowError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.masking import Mask
from sipflow.protocol.subscriber import Subscriber
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode


class EventBus:
    """Carries the events of one run, in the coordinator's order.

    ``journals``: each instance's journal.
    ``mask``: removes secret values from all texts.
    ``recovered``: the number of events that were read from journals only.
    """

    def __init__(
        self,
        event_publisher: EventPublisher,
        record: EventStore,
        nodes: NodeStates,
        journals: Mapping[str, Path],
        subscribers: Sequence[Subscriber],
        mask: Mask | None = None,
    ) -> None:
        self._publisher = event_publisher
        self._record = record
        self._journals = journals
        self._subscribers = list(subscribers)
        self._mask = mask
        self._tracker = SequenceTracker()
        self._topics: dict[tuple[str, type[AnyEvent]], bytes] = {}
        self.nodes = nodes
        self.failure: SipflowError | None = None
        self.recovered = 0

    @property
    def last_g(self) -> int:
        """The number of the run's last event so far."""
        return self._tracker.g

    @property
    def received(self) -> int:
        """How many events came from workers."""
        return self._tracker.received

    def take_in(self, event: AnyEvent) -> None:
        """Add an event of a worker, after any earlier ones that are only in its journal."""
        if self._tracker.leaves_hole(event):
            self.recover(event.instance)
        if self._tracker.accept(event):
            self._pass_on(event)

    def recover(self, instance: str) -> None:
        """Add the events of an instance's journal that have not been received."""
        for event in read_journal(self._journals[instance]):
            if event.instance == instance and self._tracker.accept(event):
                self.recovered += 1
                self._pass_on(event)

    def add(self, event: AnyEvent) -> None:
        """Add an event made by the coordinator, also on behalf of a worker that has exited."""
        self._pass_on(event)

    def finish(self) -> None:
        """Finish: the last event has been added."""
        try:
            self._record.flush()
        except SipflowError as error:
            self.failure = self.failure or error
        self._record.ended = True

    def last_seq(self, instance: str) -> int:
        """Return the number of an instance's last event so far."""
        return self._tracker.last_seq(instance)

    def holes(self, last_seqs: dict[str, int]) -> list[Gap]:
        """Return the gaps: events that were sent, by the given numbers, but never received."""
        return self._tracker.holes(last_seqs)

    def _pass_on(self, event: AnyEvent) -> None:
        numbered = self._tracker.number(event)
        if self._mask is not None:
            numbered = self._mask.of(numbered)
        data = encode(numbered)
        self.nodes.handle(numbered)
        try:
            self._record.append(data)
        except SipflowError as error:
            self.failure = self.failure or error
        self._publisher.publish(self._topic_of(event), data)
        for subscriber in list(self._subscribers):
            try:
                subscriber.handle(numbered)
            except SipflowError as error:
                self._subscribers.remove(subscriber)
                self.failure = self.failure or error

    def _topic_of(self, event: AnyEvent) -> bytes:
        kind = (event.instance, type(event))
        found = self._topics.get(kind)
        if found is None:
            found = self._topics[kind] = topic(event)
        return found
