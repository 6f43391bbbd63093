"""The way of events through a run: numbered, on the wire, to every subscriber, none twice."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.bus import Bus
from sipflow.coordinator.event_flow import EventFlow
from sipflow.coordinator.node_book import NodeBook
from sipflow.coordinator.run_directory import events_endpoint
from sipflow.errors import ResourceError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import EventCount
from sipflow.protocol.wire import decode_event, encode, frame
from tests.coordinator.events_of_workers import entered, said, scenario
from tests.coordinator.patience import LOOK_MS, until

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


class Clock(Recorder):
    """Keeps the times that it is told, too."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def tick(self, now: float) -> None:
        """Keep the time."""
        self.times.append(now)


class FullDisk(Recorder):
    """Takes one event and fails at every other."""

    def handle(self, event: AnyEvent) -> None:
        """Keep an event, if it is the first."""
        super().handle(event)
        if len(self.events) > 1:
            raise ResourceError(f"no room for event {event.g}")


@pytest.fixture
def bus(context: Context, directory: Path) -> Iterator[Bus]:
    """Open a bus."""
    with closing(Bus(context, directory)) as bus:
        yield bus


def flow_to(bus: Bus, *subscribers: Recorder) -> EventFlow:
    """Return the flow of a run of alice and bob."""
    return EventFlow(bus, NodeBook(scenario()), subscribers)


def publisher(bus: Bus, open_socket: OpenSocket, directory: Path) -> zmq.Socket[bytes]:
    """Return a worker's publisher that has seen the coordinator's subscription."""
    socket = open_socket(zmq.XPUB)
    socket.connect(events_endpoint(directory))
    until(lambda: socket.poll(LOOK_MS), lambda: bus.inlet.poll(0))
    return socket


def numbers(recorder: Recorder) -> list[tuple[int, str, int]]:
    """Return the numbers and the instances of what came."""
    return [(event.g, event.instance, event.seq) for event in recorder.events]


def test_events_of_workers_and_the_coordinators_are_numbered_as_they_come(
    bus: Bus, open_socket: OpenSocket, directory: Path
) -> None:
    recorder = Recorder()
    flow = flow_to(bus, recorder)
    worker = publisher(bus, open_socket, directory)
    flow.add(said("-", 1))
    for event in (said("alice", 1), said("bob", 1), said("alice", 2)):
        worker.send_multipart([b"", encode(event)])
    until(lambda: len(recorder.events) == 4, flow.receive)
    assert numbers(recorder) == [(1, "-", 1), (2, "alice", 1), (3, "bob", 1), (4, "alice", 2)]
    assert flow.last_seq("alice") == 2
    assert flow.count({"alice": 2, "bob": 1}) == EventCount(received=3, lost=0)


def test_what_subscribers_get_goes_out_on_the_wire(bus: Bus, open_socket: OpenSocket) -> None:
    recorder = Recorder()
    flow = flow_to(bus, recorder)
    outside = open_socket(zmq.SUB)
    outside.subscribe(b"")
    outside.connect(bus.open(None))
    until(lambda: outside.poll(LOOK_MS), lambda: flow.add(said("-", len(recorder.events) + 1)))
    assert decode_event(outside.recv_multipart()[-1]) in recorder.events


def test_the_states_of_nodes_are_kept(bus: Bus) -> None:
    flow = flow_to(bus)
    flow.add(entered("alice", "alice-1", "running"))
    assert flow.nodes.running("alice") == "alice-1"


def test_only_what_was_not_received_is_recovered_from_a_journal(
    bus: Bus, open_socket: OpenSocket, directory: Path
) -> None:
    recorder = Recorder()
    flow = flow_to(bus, recorder)
    worker = publisher(bus, open_socket, directory)
    events = [said("alice", seq) for seq in range(1, 6)]
    for event in events[:2]:
        worker.send_multipart([b"", encode(event)])
    until(lambda: len(recorder.events) == 2, flow.receive)
    journal = directory / "w1.journal"
    journal.write_bytes(b"".join(frame(encode(event)) for event in [*events, said("bob", 1)]))
    flow.recover("alice", journal)
    flow.recover("alice", journal)
    # What was on its way meanwhile comes too late to come again.
    worker.send_multipart([b"", encode(events[2])])
    worker.send_multipart([b"", encode(said("bob", 1))])
    until(lambda: len(recorder.events) == 6, flow.receive)
    assert numbers(recorder) == [
        *((seq, "alice", seq) for seq in range(1, 6)),
        (6, "bob", 1),
    ]
    assert flow.count({"alice": 5, "bob": 1}) == EventCount(received=6, lost=0)


def test_a_journal_that_is_not_there_recovers_nothing(bus: Bus, directory: Path) -> None:
    flow = flow_to(bus)
    flow.recover("alice", directory / "w1.journal")
    assert flow.count({"alice": 3}) == EventCount(received=0, lost=3)


def test_a_subscriber_that_fails_is_dropped_and_the_first_failure_kept(bus: Bus) -> None:
    first, second, other = FullDisk(), FullDisk(), Recorder()
    flow = flow_to(bus, first, second, other)
    for seq in range(1, 5):
        flow.add(said("-", seq))
    assert [len(one.events) for one in (first, second, other)] == [2, 2, 4]
    assert str(flow.failure) == "no room for event 2"


def test_those_who_want_the_time_are_told_it(bus: Bus) -> None:
    recorder, wants_time = Recorder(), Clock()
    flow = flow_to(bus, recorder, wants_time)
    assert flow.ticking
    flow.tick(12.5)
    assert wants_time.times == [12.5]


def test_nobody_may_want_the_time(bus: Bus) -> None:
    flow = flow_to(bus, Recorder())
    assert not flow.ticking
    flow.tick(12.5)
