"""A real fork server: births, deaths, signals, and that nothing outlives it."""

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sipflow.protocol.launch import Ended, Launched, Signal
from tests.worker.worker_fixture import LIMIT, House, open_house

LIMIT_MS = 60_000


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as house:
        yield house


def ends(descriptor: int) -> bool:
    """Tell whether a process ends in time."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(LIMIT_MS))


def links(pid: int) -> set[str]:
    """Return what a process has open besides its standard streams."""
    paths = Path(f"/proc/{pid}/fd").iterdir()
    return {str(path.readlink()) for path in paths if int(path.name) > 2}


def test_every_birth_is_told_with_its_process(house: House) -> None:
    pids = [house.birth(worker) for worker in ("alice", "bob")]

    assert len(set(pids)) == 2
    assert os.getpid() not in pids


def test_a_death_is_told_with_the_signal_behind_it(house: House) -> None:
    os.kill(house.birth("alice"), signal.SIGKILL)

    assert house.hear() == Ended(worker="alice", exit_code=-9)


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGTERM, 0), (signal.SIGKILL, -9), (signal.SIGABRT, -6)],
    ids=["TERM", "KILL", "ABRT"],
)
def test_a_signal_is_passed_on_to_the_worker_that_it_is_for(
    house: House, number: int, exit_code: int
) -> None:
    house.birth("alice")
    bob = house.watch(house.birth("bob"))

    house.tell(Signal(worker="alice", signal=number))

    assert house.hear() == Ended(worker="alice", exit_code=exit_code)
    assert not select.select([bob], [], [], 0)[0]


def test_an_error_of_the_program_itself_is_told_with_where_it_came_from(house: House) -> None:
    house.birth("alice")

    house.disturb("alice")

    ended = house.hear()
    assert isinstance(ended, Ended)
    assert (ended.worker, ended.exit_code) == ("alice", 1)
    assert ended.cause.startswith("sipflow.protocol.wire.MalformedError: ")
    assert ended.cause.endswith(")")
    assert ended.trace.startswith("Traceback (most recent call last):")
    log = Path(house.launch_of("alice").log)
    assert ended.trace in log.read_text(encoding="utf-8")
    assert [path.name for path in house.directory.glob("*.crash")] == []


def test_a_worker_that_cannot_even_open_its_sockets_says_why(house: House) -> None:
    launch = msgspec.structs.replace(house.launch_of("alice"), control="nonsense://nowhere")
    house.tell(launch)
    assert isinstance(house.hear(), Launched)

    ended = house.hear()
    assert isinstance(ended, Ended)
    assert (ended.exit_code, "Error" in ended.cause) == (1, True)


def test_a_signal_for_nobody_is_dropped(house: House) -> None:
    house.tell(Signal(worker="nobody", signal=signal.SIGKILL))
    os.kill(house.birth("alice"), signal.SIGKILL)
    assert house.hear() == Ended(worker="alice", exit_code=-9)

    house.tell(Signal(worker="alice", signal=signal.SIGKILL))

    house.birth("bob")


def test_an_interrupt_at_the_terminal_ends_neither_the_fork_server_nor_a_worker(
    house: House,
) -> None:
    alice = house.birth("alice")

    os.kill(alice, signal.SIGINT)
    house.process.send_signal(signal.SIGINT)

    house.birth("bob")
    os.kill(alice, signal.SIGKILL)
    assert house.hear() == Ended(worker="alice", exit_code=-9)


def test_a_worker_holds_nothing_that_is_the_fork_servers(house: House) -> None:
    house.birth("alice")
    fork_server = links(house.process.pid)

    bob = links(house.birth("bob"))

    assert not {link for link in bob & fork_server if link.startswith(("socket:", "pipe:"))}


def test_nothing_is_left_when_the_coordinator_is_gone(house: House) -> None:
    workers = [house.watch(house.birth(worker)) for worker in ("alice", "bob", "carol")]

    house.socket.close()

    assert all(ends(worker) for worker in workers)
    assert house.process.wait(LIMIT) == 0
    assert not house.directory.exists()


def test_a_worker_that_does_not_end_by_itself_is_killed(house: House) -> None:
    pid = house.birth("alice")
    worker = house.watch(pid)
    os.kill(pid, signal.SIGSTOP)

    house.socket.close()

    assert ends(worker)
    assert house.process.wait(LIMIT) == 0


def test_workers_die_with_a_fork_server_that_is_killed(house: House) -> None:
    workers = [house.watch(house.birth(worker)) for worker in ("alice", "bob")]

    house.process.kill()

    assert all(ends(worker) for worker in workers)


def test_a_message_that_is_none_ends_the_fork_server_with_all_that_it_holds(house: House) -> None:
    worker = house.watch(house.birth("alice"))

    house.socket.send(b"no message")

    assert ends(worker)
    assert house.process.wait(LIMIT) == 0
