"""When datagrams left and came, on real sockets."""

import os
import select
import socket
from collections.abc import Iterator

import pytest

from sipflow import clock
from sipflow.worker.ua.pjsua.packet_times import PacketTimes

A_WHILE = 0.03


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


def test_a_datagram_came_when_the_kernel_had_it_however_late_it_is_read(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    times.use(ours.getsockname())
    times.received()  # from here on the kernel notes it
    for _ in range(2):
        before, after = send(theirs, ours)
        let_time_pass()
        ours.recv(10)
        assert before <= times.received() <= after


def test_a_datagram_left_when_the_kernel_took_it_however_late_that_is_asked(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    times.use(ours.getsockname())
    times.watch_sending()
    send(ours, theirs)
    before, after = send(ours, theirs)
    let_time_pass()
    assert before <= times.sent() <= after


def test_what_was_noted_is_not_left_for_the_stack_to_find(
    times: PacketTimes, ours: socket.socket, theirs: socket.socket
) -> None:
    times.use(ours.getsockname())
    times.watch_sending()
    send(ours, theirs)
    times.sent()
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
    assert asked <= times.sent() <= clock.monotonic()


@pytest.mark.parametrize("address", [None, ("127.0.0.1", 1)])
def test_where_there_is_no_such_socket_everything_is_now(
    times: PacketTimes, address: tuple[str, int] | None
) -> None:
    times.use(address)
    times.watch_sending()
    asked = clock.monotonic()
    assert asked <= times.received() <= times.sent() <= clock.monotonic()


def test_what_leaves_by_an_interface_is_not_watched_for_it_may_leave_later(
    times: PacketTimes, theirs: socket.socket
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wide:
        wide.bind(("0.0.0.0", 0))
        times.use(wide.getsockname())
        times.watch_sending()
        send(wide, theirs)
        poller = select.poll()
        poller.register(wide, select.POLLIN)
        assert poller.poll(0) == []
        asked = clock.monotonic()
        assert asked <= times.sent()


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
