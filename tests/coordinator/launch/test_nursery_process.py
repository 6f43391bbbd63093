"""The nursery's process: a real one, started before it is needed or when it is, and its end."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from sipflow.coordinator.launch.nursery_process import (
    NurseryProcess,
    discard_early,
    nursery_process,
    start_early,
)
from sipflow.protocol.launch import Ended, Launch, Launched
from sipflow.protocol.wire import decode_from_nursery, encode
from tests.coordinator.patience import LIMIT


@pytest.fixture(autouse=True)
def _nothing_early() -> Iterator[None]:
    yield
    discard_early()


@pytest.fixture
def nursery() -> Iterator[NurseryProcess]:
    process = NurseryProcess()
    process.socket.settimeout(LIMIT)
    yield process
    process.end(LIMIT)


def children() -> list[psutil.Process]:
    """Return the processes of this one."""
    return psutil.Process().children()


def test_it_forks_a_worker_that_is_asked_for(nursery: NurseryProcess) -> None:
    nowhere = "ipc:///tmp/nowhere-sipflow"
    launch = Launch(worker="w1", key="k", control=nowhere, events=nowhere, log=os.devnull)

    nursery.socket.send(encode(launch))

    launched = decode_from_nursery(nursery.socket.recv(1024))
    assert isinstance(launched, Launched)
    os.kill(launched.pid, signal.SIGKILL)
    assert decode_from_nursery(nursery.socket.recv(1024)) == Ended(worker="w1", exit_code=-9)


def test_it_holds_nothing_that_is_open_here_and_has_a_session_of_its_own() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    nursery = NurseryProcess()
    try:
        os.close(writer)
        assert os.read(reader, 1) == b""  # at the latest when all that holds it has closed it
        [child] = children()
        assert os.getsid(child.pid) == child.pid
    finally:
        os.close(reader)
        nursery.end(LIMIT)


def test_it_ends_when_it_is_to_and_is_gone_then(nursery: NurseryProcess) -> None:
    [child] = children()

    nursery.end(LIMIT)
    nursery.end(LIMIT)

    assert not child.is_running()
    assert nursery.socket.fileno() == -1


def test_one_that_does_not_end_is_killed(nursery: NurseryProcess) -> None:
    [child] = children()
    child.suspend()

    nursery.end(0.1)

    assert not child.is_running()


def test_one_that_has_died_can_be_ended(nursery: NurseryProcess) -> None:
    [child] = children()
    child.kill()

    nursery.end(LIMIT)

    assert not child.is_running()


def test_one_that_was_started_early_is_the_one_that_is_used() -> None:
    start_early()
    [early] = children()

    process = nursery_process()

    try:
        assert children() == [early]
        discard_early()
        assert early.is_running()
    finally:
        process.end(LIMIT)


def test_one_that_was_started_early_and_not_needed_is_gone_at_once() -> None:
    start_early()
    [early] = children()

    discard_early()

    assert not early.is_running()
    assert children() == []
