"""The waker rings when a command comes by any of the descriptors, and loses none."""

import os
import select
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sipflow.worker.ipc.waker import Waker


@dataclass
class Door:
    """A bell, and pipes whose ends it watches."""

    bell: Waker
    pipes: list[tuple[int, int]]

    def command(self, by: int = 0) -> None:
        """Let a command come in."""
        os.write(self.pipes[by][1], b"x")

    def read(self, by: int = 0) -> None:
        """Read the commands."""
        os.read(self.pipes[by][0], 100)

    def rings(self) -> bool:
        """Tell whether it rings now, after it was armed."""
        self.bell.rearm()
        self.bell.look()
        readable = bool(select.select([self.bell.descriptor], [], [], 0)[0])
        assert readable == self.bell.rang
        return readable


@pytest.fixture
def door() -> Iterator[Door]:
    pipes = [os.pipe(), os.pipe()]
    yield Door(Waker(pipes[0][0]), pipes)
    for pipe in pipes:
        for end in pipe:
            os.close(end)


def test_it_is_quiet_while_no_command_comes(door: Door) -> None:
    assert not door.rings()


def test_it_rings_as_long_as_a_command_has_not_been_read(door: Door) -> None:
    door.command()
    assert door.rings()
    assert door.rings()
    door.read()
    assert not door.rings()


def test_it_rings_for_all_that_it_watches_and_not_for_what_it_has_forgotten(door: Door) -> None:
    door.bell.watch(door.pipes[1][0])
    door.command(by=1)
    assert door.rings()
    door.bell.forget(door.pipes[1][0])
    assert not door.rings()
    door.command(by=0)
    assert door.rings()


def test_what_is_closed_is_forgotten(door: Door) -> None:
    reading, writing = os.pipe()
    door.bell.watch(reading)
    os.close(writing)  # the end of a stream is something to be read
    assert door.rings()
    os.close(reading)
    assert not door.rings()
    door.bell.forget(reading)


def test_it_has_rung_when_the_user_agent_says_so(door: Door) -> None:
    door.bell.ring()
    assert door.bell.rang
