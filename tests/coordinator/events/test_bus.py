"""The way of events through a run: numbered, on the wire, to every subscriber, none twice."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.events.bus import EventBus
from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.publisher import EventPublisher
from sipflow.coordinator.events.sequence import Gap
from sipflow.coordinator.events.stores import EventStores
from sipflow.errors import ResourceError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import decode_event, encode, frame
from tests.coordinator.events_of_workers import RUN, entered, said, scenario
from tests.waiting import LOOK_MS, until

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]


class Recorder:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []

    def handle(self, event: AnyEvent) -> None:
        """Keep an event."""
        self.events.append(event)

    def close(self) -> None:
        """Do nothing."""


class FullDisk(Recorder):
    """Takes one event and fails at every other."""

    def handle(self, event: AnyEvent) -> None:
        """Keep an event, if it is the first."""
        super().handle(event)
        if len(self.events) > 1:
            raise ResourceError(f"no room for event {event.g}")


@dataclass
class Place:
    """Where a run's events go: the event publisher, the records, and the journals' directory."""

    event_publisher: EventPublisher
    records: EventStores
    directory: Path

    def flow(self, *subscribers: Recorder) -> EventBus:
        """Return the flow of a run of alice and bob."""
        record = self.records.open(RUN, self.directory / "record")
        journals = {name: self.journal(name) for name in ("alice", "bob")}
        return EventBus(self.event_publisher, record, NodeStates(scenario()), journals, subscribers)

    def journal(self, instance: str) -> Path:
        """Return an instance's journal."""
        return self.directory / f"{instance}.journal"

    def write_down(self, instance: str, *events: AnyEvent) -> None:
        """Be the worker that writes events to its journal."""
        self.journal(instance).write_bytes(b"".join(frame(encode(event)) for event in events))


@pytest.fixture
def place(context: Context, directory: Path) -> Iterator[Place]:
    """Open an event publisher and records."""
    with closing(EventPublisher(context)) as event_publisher, closing(EventStores()) as records:
        yield Place(event_publisher, records, directory)


def numbers(recorder: Recorder) -> list[tuple[int, str, int]]:
    """Return the numbers and the instances of what came."""
    return [(event.g, event.instance, event.seq) for event in recorder.events]


def test_events_of_workers_and_the_coordinators_are_numbered_as_they_come(place: Place) -> None:
    recorder = Recorder()
    flow = place.flow(recorder)
    flow.add(said("-", 1))
    for event in (said("alice", 1), said("bob", 1), said("alice", 2)):
        flow.take_in(event)
    assert numbers(recorder) == [(1, "-", 1), (2, "alice", 1), (3, "bob", 1), (4, "alice", 2)]
    assert flow.last_seq("alice") == 2
    assert (flow.last_g, flow.received, flow.recovered) == (4, 3, 0)
    assert flow.holes({"alice": 2, "bob": 1}) == []


def test_what_subscribers_get_goes_out_on_the_wire_and_into_the_record(
    place: Place, open_socket: OpenSocket
) -> None:
    recorder = Recorder()
    flow = place.flow(recorder)
    outside = open_socket(zmq.SUB)
    outside.subscribe(b"")
    outside.connect(place.event_publisher.open(None))
    until(
        lambda: place.event_publisher.subscribers,
        lambda: place.event_publisher.serve(place.records),
    )
    flow.add(said("-", 1))
    flow.add(said("-", 2))
    flow.finish()
    for event in recorder.events:
        assert outside.poll(LOOK_MS * 100)
        assert outside.recv_multipart() == [b"a1.-.action-log", encode(event)]
    record = place.records.get(RUN)
    assert record is not None
    assert [decode_event(data) for data in record.read(1)] == recorder.events
    assert (record.last, record.ended) == (2, True)


def test_the_states_of_nodes_are_kept(place: Place) -> None:
    flow = place.flow()
    flow.add(entered("alice", "alice-1", "running"))
    assert flow.nodes.running("alice") == "alice-1"


def test_only_what_was_not_received_is_recovered_from_a_journal(place: Place) -> None:
    recorder = Recorder()
    flow = place.flow(recorder)
    events = [said("alice", seq) for seq in range(1, 6)]
    for event in events[:2]:
        flow.take_in(event)
    place.write_down("alice", *events, said("bob", 1))
    flow.recover("alice")
    flow.recover("alice")
    # What was on its way meanwhile comes too late to come again.
    flow.take_in(events[2])
    flow.take_in(said("bob", 1))
    assert numbers(recorder) == [*((seq, "alice", seq) for seq in range(1, 6)), (6, "bob", 1)]
    assert (flow.received, flow.recovered) == (6, 3)


def test_a_hole_is_filled_before_what_came_after_it_is_told(place: Place) -> None:
    recorder = Recorder()
    flow = place.flow(recorder)
    events = [said("alice", seq) for seq in range(1, 6)]
    place.write_down("alice", *events[:4])
    flow.take_in(events[0])
    flow.take_in(events[4])
    assert [event.seq for event in recorder.events] == [1, 2, 3, 4, 5]
    assert (flow.received, flow.recovered) == (5, 3)


def test_what_cannot_be_recovered_is_a_hole(place: Place) -> None:
    flow = place.flow()
    flow.recover("alice")
    flow.take_in(said("alice", 3))
    assert flow.holes({"alice": 4}) == [Gap("alice", 1, 2), Gap("alice", 4, 4)]


def test_a_subscriber_that_fails_is_dropped_and_the_first_failure_kept(place: Place) -> None:
    first, second, other = FullDisk(), FullDisk(), Recorder()
    flow = place.flow(first, second, other)
    for seq in range(1, 5):
        flow.add(said("-", seq))
    assert [len(one.events) for one in (first, second, other)] == [2, 2, 4]
    assert str(flow.failure) == "no room for event 2"


def test_a_record_that_cannot_be_kept_is_a_failure_too(place: Place) -> None:
    record = place.records.open(RUN, Path("/dev/full"))
    flow = EventBus(place.event_publisher, record, NodeStates(scenario()), {}, ())
    flow.add(said("-", 1))
    flow.finish()
    assert "cannot keep the run's events" in str(flow.failure)
