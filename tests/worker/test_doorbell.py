"""The doorbell rings at a SIP port when a command comes, once for all that have not been read."""

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sipflow.protocol.sip import KEEP_ALIVE
from sipflow.worker.doorbell import Doorbell

LIMIT = 60.0
# Nothing is to come in this time; a ring takes microseconds.
QUIET = 0.1


@dataclass
class Door:
    """A SIP port that hears the bell, and a pipe whose end is what the bell watches."""

    port: socket.socket
    bell: Doorbell
    reading: int
    writing: int

    def command(self) -> None:
        """Let a command come in."""
        os.write(self.writing, b"x")

    def rings(self, within: float) -> bool:
        """Tell whether it rings within so many seconds."""
        self.port.settimeout(within)
        try:
            return self.port.recv(100) == KEEP_ALIVE
        except TimeoutError:
            return False


@pytest.fixture
def door() -> Iterator[Door]:
    reading, writing = os.pipe()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        yield Door(port, Doorbell(reading, port.getsockname()), reading, writing)
    # The bell's thread lives as long as its process: it gets a last ring and waits for a rearm.
    os.close(writing)


def test_it_is_quiet_while_no_command_comes(door: Door) -> None:
    assert not door.rings(QUIET)


def test_it_rings_when_a_command_comes(door: Door) -> None:
    door.command()

    assert door.rings(LIMIT)


def test_it_rings_once_until_the_commands_have_been_read(door: Door) -> None:
    door.command()
    assert door.rings(LIMIT)

    door.command()

    assert not door.rings(QUIET)


def test_it_rings_again_for_what_came_after_it_was_rearmed(door: Door) -> None:
    door.command()
    assert door.rings(LIMIT)
    os.read(door.reading, 100)

    door.bell.rearm()
    assert not door.rings(QUIET)
    door.command()

    assert door.rings(LIMIT)


def test_it_rings_again_at_once_for_what_was_not_read_when_it_was_rearmed(door: Door) -> None:
    door.command()
    assert door.rings(LIMIT)

    door.bell.rearm()

    assert door.rings(LIMIT)
