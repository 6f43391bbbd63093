"""Packets between two sockets of this process, some of which the kernel loses."""

import socket
import struct
from collections.abc import Iterator
from itertools import pairwise

import pytest

from sipflow.worker.ua.pjsua.media.rtp_filter import drop

HOST = "127.0.0.1"


class Stream:
    """RTP from one socket to another; a packet is received at once or never."""

    def __init__(self) -> None:
        self.receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.receiver.bind((HOST, 0))
        self.receiver.setblocking(False)
        self.port = int(self.receiver.getsockname()[1])
        self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def survivors(self, numbers: range) -> list[int]:
        """Send packets with these sequence numbers; return those of the packets that come."""
        return [number for number in numbers if self._passes(number)]

    def close(self) -> None:
        """Close both."""
        self.receiver.close()
        self._sender.close()

    def _passes(self, number: int) -> bool:
        packet = struct.pack("!BBHII160x", 0x80, 0, number, number * 160, 4711)
        self._sender.sendto(packet, (HOST, self.port))
        try:
            return self.receiver.recv(2048) == packet
        except BlockingIOError:
            return False


@pytest.fixture
def stream() -> Iterator[Stream]:
    opened = Stream()
    yield opened
    opened.close()


@pytest.mark.parametrize("percent", [1, 10, 50, 99, 100])
@pytest.mark.parametrize("first", [0, 1, 12_345, 65_400])
def test_of_a_hundred_packets_in_a_row_exactly_so_many_are_lost(
    stream: Stream, percent: int, first: int
) -> None:
    assert drop(stream.port, percent)

    assert len(stream.survivors(range(first, first + 100))) == 100 - percent


def test_losses_are_apart(stream: Stream) -> None:
    drop(stream.port, 10)

    survivors = set(stream.survivors(range(1000)))

    lost = [number for number in range(1000) if number not in survivors]
    assert min(later - former for former, later in pairwise(lost)) > 1


def test_the_same_packets_are_lost_every_time(stream: Stream) -> None:
    drop(stream.port, 25)

    assert stream.survivors(range(200)) == stream.survivors(range(200))


def test_another_percentage_takes_the_place_of_the_first(stream: Stream) -> None:
    drop(stream.port, 100)
    drop(stream.port, 20)

    assert len(stream.survivors(range(100))) == 80


@pytest.mark.parametrize("former", [30, 0])
def test_no_percent_ends_it(stream: Stream, former: int) -> None:
    drop(stream.port, former)

    assert drop(stream.port, 0)
    assert len(stream.survivors(range(100))) == 100


def test_a_port_that_no_socket_of_ours_has_is_not_found(stream: Stream) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind((HOST, 0))
        stream.close()

        assert not drop(int(other.getsockname()[1]), 10)
