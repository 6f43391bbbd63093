"""When datagrams left and came, on real sockets."""

import os
import select
import socket
from collections.abc import Iterator

import pytest

from sipflow import clock
from sipflow.worker.ua.pjsua.stack.packet_times import PacketTimes

A_WHILE = 0.03
ATTEMPTS = 100


@pytest.fixture
def ours() -> Iterator[socket.socket]:
    """Return a socket that stands for the stack's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        yield one


@pytest.fixture
def theirs() -> Iterator[socket.socket]:
    """Return the other side's socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        yield one


@pytest.fixture
def times() -> Iterator[PacketTimes]:
    """Return what knows the times of a socket, once it is told of which."""
    one = PacketTimes()
    yield one
    one.close()


def let_time_pass() -> None:
    """Be late, as a process is that gets no processor."""
    select.select([], [], [], A_WHILE)


def send(source: socket.socket, target: socket.socket) -> tuple[float, float]:
    """Send a datagram; return the moments before and after."""
    before = clock.monotonic()
    source.sendto(b"x", target.getsockname())
    return before, clock.monotonic()


def begin_noting(times: PacketTimes, ours: socket.socket, theirs: socket.socket) -> None:
    """Have the kernel note what comes: it begins a moment after it is asked to."""
    times.use(ours.getsockname())
    for _ in range(ATTEMPTS):
        _, after = send(theirs, ours)
        let_time_pass()
        ours.recv(10)
        if times.received() <= after:
            return
    raise AssertionError("the kernel never noted when a datagram came")


def test_a_datagram_came_when_the_kernel_had_it_however_late_it_is_read(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    begin_noting(times, ours, theirs)
    for _ in range(2):
        before, after = send(theirs, ours)
        let_time_pass()
        ours.recv(10)
        assert before <= times.received() <= after


def test_a_datagram_left_when_the_kernel_took_it_however_late_that_is_asked(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    moments: list[tuple[float, float]] = []

    def send_twice_and_be_late() -> None:
        moments.extend(send(ours, theirs) for _ in range(2))
        let_time_pass()

    times.use(ours.getsockname())
    at = times.time_of(send_twice_and_be_late)
    before, after = moments[-1]
    assert before <= at <= after


def test_what_was_noted_is_not_left_for_the_stack_to_find(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    def send_one() -> None:
        send(ours, theirs)

    times.use(ours.getsockname())
    times.time_of(send_one)
    send(ours, theirs)
    poller = select.poll()
    poller.register(ours, select.POLLIN)
    assert poller.poll(0) == []


def test_a_datagram_that_was_not_watched_left_now(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    times.use(ours.getsockname())
    send(ours, theirs)
    asked = clock.monotonic()
    assert asked <= times.time_of(let_time_pass) <= clock.monotonic()


def test_what_could_not_be_sent_leaves_nothing_behind(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    def send_and_fail() -> None:
        send(ours, theirs)
        raise LookupError

    times.use(ours.getsockname())
    with pytest.raises(LookupError):
        times.time_of(send_and_fail)
    send(ours, theirs)
    poller = select.poll()
    poller.register(ours, select.POLLIN)
    assert poller.poll(0) == []


def test_an_answer_came_with_its_datagram_unless_the_stack_made_it_up_or_it_is_too_old(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    begin_noting(times, ours, theirs)
    before, after = send(theirs, ours)
    ours.recv(10)
    let_time_pass()
    assert before <= times.answered(200) <= after
    asked = clock.monotonic()
    assert asked <= times.answered(408) <= times.answered(200, since=asked) <= clock.monotonic()


@pytest.mark.parametrize("address", [None, ("127.0.0.1", 1)])
def test_where_there_is_no_such_socket_everything_is_now(
    times: PacketTimes, address: tuple[str, int] | None
) -> None:
    times.use(address)
    asked = clock.monotonic()
    assert asked <= times.received() <= times.time_of(let_time_pass) <= clock.monotonic()


def test_what_leaves_by_an_interface_is_not_watched_for_it_may_leave_later(
    times: PacketTimes, theirs: socket.socket
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wide:
        wide.bind(("0.0.0.0", 0))
        poller = select.poll()
        poller.register(wide, select.POLLIN)
        found: list[object] = []

        def send_and_look() -> None:
            send(wide, theirs)
            found.append(poller.poll(0))

        times.use(wide.getsockname())
        asked = clock.monotonic()
        assert asked <= times.time_of(send_and_look)
        assert found == [[]]


def test_looking_for_the_socket_closes_none_and_leaves_none_open(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    before = os.listdir("/proc/self/fd")
    times.use(ours.getsockname())
    times.use(theirs.getsockname())
    times.use(None)
    assert os.listdir("/proc/self/fd") == before
    send(theirs, ours)
    assert ours.recv(10) == b"x"


def test_looking_for_the_socket_leaves_it_as_it_is(times: PacketTimes, ours: socket.socket) -> None:
    times.use(ours.getsockname())
    with pytest.raises(BlockingIOError):
        ours.recv(10)
