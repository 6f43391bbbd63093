"""The worker's sockets and its journal, with the coordinator's ends played by the test."""

import select
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zmq

from sipflow import clock
from sipflow.protocol.control import CleanUp, Go, Hello, LastWord, Quit, ToCoordinator, ToWorker
from sipflow.protocol.events import ActionLog
from sipflow.protocol.launch import Launch
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import decode_event, decode_to_coordinator, encode, unframe
from sipflow.worker.link import LINGER_MS, Link

LIMIT = 10.0
LIMIT_MS = 10_000


class Coordinator:
    """The other ends of a worker's sockets; ``join`` must come before anything is received."""

    def __init__(self, directory: Path, opened: Callable[[int], zmq.Socket[bytes]]) -> None:
        self.launch = Launch(
            worker="alice",
            control=f"ipc://{directory}/control",
            events=f"ipc://{directory}/events",
            journal=f"{directory}/journal",
            log=f"{directory}/log",
        )
        self._control = opened(zmq.ROUTER)
        self._events = opened(zmq.SUB)

    def join(self) -> None:
        """Be there."""
        self._control.bind(self.launch.control)
        self._events.bind(self.launch.events)

    def subscribe(self, link: Link) -> None:
        """Want every event, and let the link see it."""
        self._events.subscribe(b"")
        deadline = clock.monotonic() + LIMIT
        while not link.await_subscription(0.01):
            assert clock.monotonic() < deadline, "the subscription was never seen"
            self._events.poll(0)  # its socket sends the subscription only when it is used

    def hear(self) -> tuple[str, ToCoordinator]:
        """Return who said what next."""
        assert self._control.poll(LIMIT_MS), "nothing was said"
        worker, data = self._control.recv_multipart()
        return worker.decode(), decode_to_coordinator(data)

    def tell(self, *commands: ToWorker) -> None:
        """Send commands; the worker must have said something before."""
        for command in commands:
            self._control.send_multipart([b"alice", encode(command)])

    def event(self) -> list[bytes]:
        """Return the next event's frames."""
        assert self._events.poll(LIMIT_MS), "no event came"
        return self._events.recv_multipart()


@pytest.fixture
def coordinator() -> Iterator[Coordinator]:
    with ExitStack() as stack:
        # A path that is short enough for Unix sockets, whatever the test is called.
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="sipflow-", dir="/tmp"))
        context = stack.enter_context(zmq.Context())

        def opened(kind: int) -> zmq.Socket[bytes]:
            socket = stack.enter_context(context.socket(kind))
            socket.linger = 0
            return socket

        yield Coordinator(Path(directory), opened)


@pytest.fixture
def link(coordinator: Coordinator) -> Iterator[Link]:
    link = Link(coordinator.launch)
    yield link
    link.abandon()


def log(seq: int) -> ActionLog:
    return ActionLog(run="r1", instance="alice", seq=seq, ts=0.0, cause="go", message="hello")


def receive(link: Link, count: int) -> list[ToWorker]:
    """Return so many commands, as soon as they are there."""
    commands: list[ToWorker] = []
    deadline = clock.monotonic() + LIMIT
    while len(commands) < count:
        assert clock.monotonic() < deadline, "the commands never came"
        link.wait(0.05)
        commands += link.receive()
    return commands


def test_what_a_worker_says_reaches_the_coordinator_under_its_name(
    coordinator: Coordinator, link: Link
) -> None:
    coordinator.join()

    link.say(Hello(pid=4711))

    assert coordinator.hear() == ("alice", Hello(pid=4711))


def test_what_is_said_before_the_coordinator_is_there_is_not_lost(
    coordinator: Coordinator, link: Link
) -> None:
    link.say(Hello(pid=4711))

    coordinator.join()

    assert coordinator.hear() == ("alice", Hello(pid=4711))


def test_commands_come_in_their_order(coordinator: Coordinator, link: Link) -> None:
    coordinator.join()
    link.say(Hello(pid=1))
    coordinator.hear()
    commands: list[ToWorker] = [Go(), CleanUp(limit=2.0, dead=("127.0.0.1:5062",)), Quit()]

    coordinator.tell(*commands)

    assert receive(link, 3) == commands
    assert link.receive() == []


def test_the_descriptor_becomes_readable_when_a_command_comes(
    coordinator: Coordinator, link: Link
) -> None:
    coordinator.join()
    link.say(Hello(pid=1))
    coordinator.hear()
    assert link.receive() == []
    poller = select.poll()
    poller.register(link.descriptor(), select.POLLIN)

    coordinator.tell(Go())

    assert poller.poll(LIMIT_MS)
    assert receive(link, 1) == [Go()]


def test_a_coordinator_that_does_not_subscribe_is_not_waited_for_for_ever(
    coordinator: Coordinator, link: Link
) -> None:
    coordinator.join()

    assert link.await_subscription(0.05) is False


def test_no_event_is_lost_once_the_subscription_is_seen(
    coordinator: Coordinator, link: Link
) -> None:
    coordinator.join()
    coordinator.subscribe(link)
    events = [log(seq) for seq in range(1, 2001)]

    link.publish(events)

    for event in events:
        topic_frame, data = coordinator.event()
        assert topic_frame == topic(event)
        assert decode_event(data) == event


def test_events_are_in_the_journal_whether_anybody_listens_or_not(
    coordinator: Coordinator, link: Link
) -> None:
    link.publish([log(1), log(2)])
    link.publish([])
    link.publish([log(3)])

    journal = Path(coordinator.launch.journal).read_bytes()

    assert [decode_event(data) for data in unframe(journal)] == [log(1), log(2), log(3)]


def test_the_last_word_and_the_last_events_are_sent_before_the_end(
    coordinator: Coordinator,
) -> None:
    coordinator.join()
    link = Link(coordinator.launch)
    coordinator.subscribe(link)

    link.publish([log(1)])
    link.say(LastWord(last_seq=1))
    link.close()

    assert coordinator.hear() == ("alice", LastWord(last_seq=1))
    assert decode_event(coordinator.event()[1]) == log(1)


def test_an_abandoned_link_waits_for_nobody(coordinator: Coordinator) -> None:
    link = Link(coordinator.launch)
    link.say(Hello(pid=1))
    began = clock.monotonic()

    link.abandon()

    assert clock.monotonic() - began < LINGER_MS / 1000
