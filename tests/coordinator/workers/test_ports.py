"""Ports, with real sockets: whose they are, which are free, and that leases end with their holder.

Every process that runs these tests has ports of its own, above those that clients get by chance.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from sipflow.coordinator.workers.ports import HIGHEST_PORT, MEDIA_FIRST, PortLeases, is_free
from sipflow.errors import ResourceError
from sipflow.protocol.plan import Ports

BASE = 61_000 + os.getpid() % 200 * 20
HOLDER = """
import sys
from sipflow.coordinator.workers.ports import PortLeases
book = PortLeases()
print(*(ports.sip for ports in book.lease(2, int(sys.argv[1]))), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def book() -> Iterator[PortLeases]:
    """Make a book, and give its leases back."""
    with closing(PortLeases()) as book:
        yield book


def sip(ports: list[Ports]) -> list[int]:
    """Return the SIP ports of what was leased."""
    return [one.sip for one in ports]


def media(ports: list[Ports]) -> set[int]:
    """Return every port for media of what was leased."""
    return {
        port for one in ports for port in range(one.media.first, one.media.first + one.media.count)
    }


def test_every_second_port_from_the_base_up_is_leased(book: PortLeases) -> None:
    assert sip(book.lease(3, BASE)) == [BASE, BASE + 2, BASE + 4]


def test_two_books_never_hold_the_same(book: PortLeases) -> None:
    with closing(PortLeases()) as other:
        ours, theirs = book.lease(3, BASE), other.lease(2, BASE)
        assert sip(theirs) == [BASE + 6, BASE + 8]
        assert len(media(ours)) == 60
        assert media(ours).isdisjoint(media(theirs))


def test_a_lease_that_is_given_back_can_be_had_again(book: PortLeases) -> None:
    with closing(PortLeases()) as other:
        other.lease(2, BASE)
    assert sip(book.lease(2, BASE)) == [BASE, BASE + 2]


def test_the_ports_of_one_instance_can_be_given_back(book: PortLeases) -> None:
    first, second = book.lease(2, BASE)
    book.give_back(first)
    with closing(PortLeases()) as other:
        assert sip(other.lease(2, BASE)) == [BASE, BASE + 4]
    assert sip(book.lease(1, BASE)) == [BASE]
    assert second.sip == BASE + 2


def test_a_lease_ends_with_its_holder_however_that_ends(book: PortLeases) -> None:
    command = [sys.executable, "-c", HOLDER, str(BASE)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == f"{BASE} {BASE + 2}\n"
        assert sip(book.lease(1, BASE)) == [BASE + 4]
        holder.kill()
        holder.wait()
        assert sip(book.lease(2, BASE)) == [BASE, BASE + 2]


def occupy(family: socket.AddressFamily, kind: socket.SocketKind, host: str) -> socket.socket:
    """Return a socket of somebody else's on the third of our ports, listening if it can."""
    somebody = socket.socket(family, kind)
    somebody.bind((host, BASE + 2))
    if kind is socket.SOCK_STREAM:
        somebody.listen()
    return somebody


@pytest.mark.parametrize(
    ("family", "kind", "host"),
    [
        (socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"),
        (socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1"),
        (socket.AF_INET, socket.SOCK_DGRAM, "0.0.0.0"),
        (socket.AF_INET, socket.SOCK_STREAM, "0.0.0.0"),
    ],
)
def test_a_port_that_somebody_uses_is_skipped(
    book: PortLeases, family: socket.AddressFamily, kind: socket.SocketKind, host: str
) -> None:
    assert is_free(BASE + 2)
    with occupy(family, kind, host):
        assert not is_free(BASE + 2)
        assert sip(book.lease(2, BASE)) == [BASE, BASE + 4]
    assert is_free(BASE + 2)


def hold(stack: ExitStack, *ports: int) -> None:
    """Hold UDP ports as another program does, those that are free."""
    for port in ports:
        one = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        with suppress(OSError):
            one.bind(("127.0.0.1", port))


def test_a_range_for_rtp_that_others_hold_is_skipped(book: PortLeases) -> None:
    [first] = book.lease(1, BASE)
    book.give_back(first)
    start, count = first.media.first, first.media.count
    with ExitStack() as stack:
        # Three pairs are left, each of them whole, and one leg would have none.
        hold(stack, *range(start + 6, start + count))
        assert book.lease(1, BASE)[0].media.first > start


def test_ports_for_rtp_that_others_hold_do_no_harm_while_there_are_enough(book: PortLeases) -> None:
    [first] = book.lease(1, BASE)
    book.give_back(first)
    with ExitStack() as stack:
        hold(stack, *range(first.media.first, first.media.first + 12, 2))
        assert book.lease(1, BASE) == [first]


def test_a_port_that_was_skipped_is_not_leased(book: PortLeases) -> None:
    with ExitStack() as stack:
        stack.enter_context(occupy(socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"))
        book.lease(2, BASE)
    other = stack.enter_context(closing(PortLeases()))
    assert sip(other.lease(1, BASE)) == [BASE + 2]
    stack.close()


def test_a_port_with_connections_in_time_wait_is_free() -> None:
    with socket.create_server(("127.0.0.1", BASE + 2)) as server:
        client = socket.create_connection(("127.0.0.1", BASE + 2))
        accepted, _ = server.accept()
        accepted.close()  # the first to close is the one that waits
        assert client.recv(1) == b""
        client.close()
    assert is_free(BASE + 2)


def test_media_never_lies_on_sip_ports(book: PortLeases) -> None:
    ports = book.lease(15, MEDIA_FIRST)
    used = {one.sip for one in ports}
    assert media(ports).isdisjoint(used)
    assert min(media(ports)) > max(used)


def test_too_few_ports_are_an_error_that_says_what_to_do(book: PortLeases) -> None:
    base = HIGHEST_PORT - 5
    with pytest.raises(
        ResourceError, match=rf"9 SIP ports were needed from {base} up.*--base-port"
    ):
        book.lease(9, base)
    assert len(book.lease(2, base)) == 2  # nothing was kept of what could be had
