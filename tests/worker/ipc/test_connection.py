"""The worker's sockets and its journal, with the coordinator's ends played by the test."""

import os
import resource
import select
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import zmq

from sipflow import clock
from sipflow.protocol.control import (
    CleanUp,
    EventsFinished,
    Go,
    Halt,
    Hello,
    Quit,
    ToCoordinator,
    ToWorker,
)
from sipflow.protocol.events import ActionLog, AnyEvent
from sipflow.protocol.launch import Launch
from sipflow.protocol.wire import decode_event, decode_to_coordinator, encode, unframe
from sipflow.worker.ipc.connection import LINGER_MS, MAX_MESSAGE, MOST_EVENTS, CoordinatorConnection

LIMIT = 60.0
LIMIT_MS = 60_000
# Nothing is to come in this time; an event takes microseconds.
QUIET_MS = 200


class Coordinator:
    """The other ends of a worker's sockets; ``join`` must come before anything is received."""

    def __init__(self, directory: Path, opened: Callable[[int], zmq.Socket[bytes]]) -> None:
        self.launch = Launch(
            worker="alice",
            key="secret",
            control=f"ipc://{directory}/control",
            events=f"ipc://{directory}/events",
            log=f"{directory}/log",
        )
        self.journal = directory / "journal"
        self._control = opened(zmq.ROUTER)
        self._events = opened(zmq.SUB)

    def join(self) -> None:
        """Be there."""
        self._control.bind(self.launch.control)
        self._events.bind(self.launch.events)

    def want(self, prefix: bytes) -> None:
        """Want the events of those whose key begins like this."""
        self._events.subscribe(prefix)

    def subscribe(self, link: CoordinatorConnection) -> None:
        """Want every event, and let the link see it."""
        self.want(b"")
        self.await_subscriber(link)

    def await_subscriber(self, link: CoordinatorConnection) -> None:
        """Let the link see what is wanted."""
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
            self._control.send_multipart([b"alice:secret", encode(command)])

    def events(self) -> list[AnyEvent]:
        """Return the events of the next message."""
        assert self._events.poll(LIMIT_MS), "no event came"
        key, *told = self._events.recv_multipart()
        assert key == b"secret"
        return [decode_event(data) for data in told]

    def is_quiet(self) -> bool:
        """Tell whether no event comes for a while."""
        return not self._events.poll(QUIET_MS)


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
def link(coordinator: Coordinator) -> Iterator[CoordinatorConnection]:
    link = CoordinatorConnection(coordinator.launch)
    link.keep_journal(str(coordinator.journal))
    yield link
    link.abandon()


def log(seq: int) -> ActionLog:
    return ActionLog(run="r1", instance="alice", seq=seq, ts=0.0, cause="go", message="hello")


def written(journal: Path) -> list[AnyEvent]:
    """Return the events of a journal."""
    return [decode_event(data) for data in unframe(journal.read_bytes())]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let a file take only so many bytes: what reaches over that is written in part."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def receive(link: CoordinatorConnection, count: int) -> list[ToWorker]:
    """Return so many commands, as soon as they are there."""
    commands: list[ToWorker] = []
    deadline = clock.monotonic() + LIMIT
    while len(commands) < count:
        assert clock.monotonic() < deadline, "the commands never came"
        link.wait(0.05)
        commands += link.receive()
    return commands


def test_what_a_worker_says_reaches_the_coordinator_under_its_name(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()

    link.say(Hello(pid=4711))

    assert coordinator.hear() == ("alice:secret", Hello(pid=4711))


def test_what_is_said_before_the_coordinator_is_there_is_not_lost(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    link.say(Hello(pid=4711))

    coordinator.join()

    assert coordinator.hear() == ("alice:secret", Hello(pid=4711))


def test_commands_come_in_their_order(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()
    link.say(Hello(pid=1))
    coordinator.hear()
    commands: list[ToWorker] = [Go(), CleanUp(limit=2.0, dead=("127.0.0.1:5062",)), Quit()]

    coordinator.tell(*commands)

    assert receive(link, 3) == commands
    assert link.receive() == []


def test_the_descriptor_becomes_readable_when_a_command_comes(
    coordinator: Coordinator, link: CoordinatorConnection
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


def test_after_saying_something_it_is_not_known_whether_a_command_is_here(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()
    link.say(Hello(pid=1))
    coordinator.hear()
    assert link.receive() == []
    coordinator.tell(Go())
    assert select.select([link.descriptor()], [], [], LIMIT)[0]

    link.say(Hello(pid=1))  # which may use the signal up

    assert link.uncertain
    assert link.receive() == [Go()]


def test_a_plan_may_be_big_but_not_without_bounds(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()
    link.say(Hello(pid=1))
    coordinator.hear()
    big = Halt(cause="x" * (MAX_MESSAGE - 100))

    coordinator.tell(big)
    assert receive(link, 1) == [big]
    coordinator.tell(Halt(cause="x" * MAX_MESSAGE))

    link.wait(QUIET_MS / 1000)
    assert link.receive() == []


def test_a_coordinator_that_does_not_subscribe_is_not_waited_for_for_ever(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()

    assert link.await_subscription(0.05) is False


def test_only_a_subscription_that_covers_its_own_key_counts(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.want(b"another")
    coordinator.want(b"sec")
    coordinator.join()

    coordinator.await_subscriber(link)

    assert link.await_subscription(0.1) is False  # the other one came first


def test_no_event_is_lost_once_the_subscription_is_seen(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()
    coordinator.subscribe(link)
    events = [log(seq) for seq in range(1, 2001)]

    for event in events:
        link.publish([event])

    assert [coordinator.events() for _ in events] == [[event] for event in events]


def test_events_that_belong_together_go_in_one_message_unless_they_are_very_many(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    coordinator.join()
    coordinator.subscribe(link)
    events = [log(seq) for seq in range(1, 2 * MOST_EVENTS + 2)]

    link.publish(events[:3])
    link.publish(events)

    assert coordinator.events() == events[:3]
    assert coordinator.events() == events[:MOST_EVENTS]
    assert coordinator.events() == events[MOST_EVENTS : 2 * MOST_EVENTS]
    assert coordinator.events() == events[2 * MOST_EVENTS :]


def test_events_are_in_the_journal_whether_anybody_listens_or_not(
    coordinator: Coordinator, link: CoordinatorConnection
) -> None:
    link.publish([log(1), log(2)])
    link.publish([])
    link.publish([log(3)])

    assert written(coordinator.journal) == [log(1), log(2), log(3)]


def test_each_run_has_a_journal_of_its_own(
    coordinator: Coordinator, link: CoordinatorConnection, tmp_path: Path
) -> None:
    link.publish([log(1), log(2)])
    link.keep_journal(str(tmp_path / "second"))
    link.publish([log(1)])

    assert written(coordinator.journal) == [log(1), log(2)]
    assert written(tmp_path / "second") == [log(1)]


def test_a_journal_that_is_no_longer_kept_is_closed(
    coordinator: Coordinator, link: CoordinatorConnection, tmp_path: Path
) -> None:
    link.keep_journal(str(tmp_path / "second"))

    held = {os.path.realpath(path) for path in Path("/proc/self/fd").iterdir()}

    assert str(tmp_path / "second") in held
    assert str(coordinator.journal) not in held


def test_a_journal_that_cannot_be_opened_leaves_the_former_one(
    coordinator: Coordinator, link: CoordinatorConnection, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        link.keep_journal(str(tmp_path / "nowhere" / "journal"))

    link.publish([log(1)])
    assert written(coordinator.journal) == [log(1)]


def test_an_event_that_cannot_be_written_down_is_sent_and_that_is_raised_once_for_a_journal(
    coordinator: Coordinator, link: CoordinatorConnection, tmp_path: Path
) -> None:
    coordinator.join()
    coordinator.subscribe(link)
    link.publish([log(1)])
    assert coordinator.events() == [log(1)]

    most = coordinator.journal.stat().st_size + 20
    with files_of_at_most(most):
        with pytest.raises(OSError, match="File too large") as caught:
            link.publish([log(2)])
        assert caught.value.filename == str(coordinator.journal)
        link.publish([log(3)])
    link.publish([log(4)])

    assert [coordinator.events() for _ in range(3)] == [[log(2)], [log(3)], [log(4)]]
    assert written(coordinator.journal) == [log(1)]
    link.keep_journal(str(tmp_path / "second"))
    link.publish([log(1)])
    assert written(tmp_path / "second") == [log(1)]


def test_the_last_word_and_the_last_events_are_sent_before_the_end(
    coordinator: Coordinator,
) -> None:
    coordinator.join()
    link = CoordinatorConnection(coordinator.launch)
    link.keep_journal(str(coordinator.journal))
    coordinator.subscribe(link)

    link.publish([log(1)])
    link.say(EventsFinished(last_seq=1))
    link.close()

    assert coordinator.hear() == ("alice:secret", EventsFinished(last_seq=1))
    assert coordinator.events() == [log(1)]


def test_an_abandoned_link_waits_for_nobody(coordinator: Coordinator) -> None:
    link = CoordinatorConnection(coordinator.launch)
    link.say(Hello(pid=1))
    began = clock.monotonic()

    link.abandon()

    assert clock.monotonic() - began < LINGER_MS / 1000
