"""As much of a coordinator as the outside sees: it publishes runs and answers who catches up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import zmq

from sipflow.coordinator.events.publisher import EventPublisher
from sipflow.coordinator.events.store import EventStore
from sipflow.coordinator.events.stores import EventStores
from sipflow.protocol.events import AnyEvent, ScenarioState
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from tests.stream_events import RUN
from tests.waiting import LOOK_MS, until


class Publisher:
    """Publishes the events of runs, and serves those who look on."""

    def __init__(self, event_publisher: EventPublisher, endpoint: str, directory: Path) -> None:
        self.event_publisher = event_publisher
        self.endpoint = endpoint
        self.records = EventStores()
        self.records.more = False
        self._directory = directory

    def begin(self, run: str = RUN) -> EventStore:
        """Begin a run."""
        return self.records.open(run, self._directory / run)

    def publish(self, *events: AnyEvent, dropped: bool = False) -> None:
        """Publish events, or only keep them, as when they are dropped on their way."""
        for event in events:
            record = self.records.get(event.run) or self.begin(event.run)
            data = encode(event)
            record.append(data)
            record.ended = isinstance(event, ScenarioState) and event.new == "completed"
            if not dropped:
                self.event_publisher.publish(topic(event), data)

    def serve(self) -> None:
        """Wait a moment for somebody who wants something, and serve."""
        self.event_publisher.socket.poll(LOOK_MS)
        self.event_publisher.serve(self.records)

    def serve_until(self, is_so: Callable[[], object]) -> None:
        """Serve until it is so; fails when that takes too long."""
        until(is_so, self.serve)


@contextmanager
def publishing(directory: Path, endpoint: str | None = None) -> Iterator[Publisher]:
    """Open a publisher; what it has in its queues is gone with it."""
    with zmq.Context() as context:
        event_publisher = EventPublisher(context)
        event_publisher.socket.linger = 0
        publisher = Publisher(event_publisher, event_publisher.open(endpoint), directory)
        try:
            yield publisher
        finally:
            publisher.records.close()
            event_publisher.close()
