"""Workers on this host: real processes, born and ended by a real fork server."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sipflow.protocol.control import Hello
from tests.coordinator.coordinator_fixture import Workshop, open_workshop
from tests.waiting import LIMIT


@pytest.fixture
def shop(directory: Path) -> Iterator[Workshop]:
    """Open the channels of a run."""
    with open_workshop(directory) as shop:
        yield shop


def fork_server_of(worker: int) -> psutil.Process:
    """Return the process that a worker was forked from."""
    fork_server = psutil.Process(worker).parent()
    assert fork_server is not None
    assert fork_server.ppid() == os.getpid()
    return fork_server


def test_a_worker_is_a_process_that_says_hello(shop: Workshop) -> None:
    shop.launch("w1")
    shop.hear("w1", Hello)
    assert shop.said == [("w1", Hello(pid=shop.pids["w1"]))]
    assert psutil.Process(shop.pids["w1"]).ppid() == fork_server_of(shop.pids["w1"]).pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_the_signal_that_ended_a_worker_is_told(shop: Workshop, number: int) -> None:
    shop.launch("w1")
    shop.launch("w2")
    shop.hear("w1", Hello)
    shop.hear("w2", Hello)
    shop.channels.launch.signal("w1", number)
    shop.see_end("w1")
    assert shop.exit_codes == {"w1": -number}
    assert psutil.pid_exists(shop.pids["w2"])


def test_a_worker_that_is_asked_to_end_does_so_in_order(shop: Workshop) -> None:
    shop.launch("w1")
    shop.hear("w1", Hello)
    shop.channels.launch.signal("w1", signal.SIGTERM)
    shop.see_end("w1")
    assert shop.exit_codes == {"w1": 0}


def test_a_signal_to_a_worker_that_is_gone_does_no_harm(shop: Workshop) -> None:
    shop.launch("w1")
    shop.hear("w1", Hello)
    for worker in ("w1", "w1", "w9"):
        shop.channels.launch.signal(worker, signal.SIGKILL)
    shop.see_end("w1")
    shop.channels.launch.signal("w1", signal.SIGKILL)
    shop.launch("w2")
    shop.hear("w2", Hello)


def test_many_workers_can_be_asked_for_at_once(shop: Workshop) -> None:
    workers = [f"w{number}" for number in range(1, 21)]
    for worker in workers:
        shop.launch(worker)
    for worker in workers:
        shop.hear(worker, Hello)
    assert len(set(shop.pids.values())) == len(workers)


def test_the_fork_server_idles_while_its_workers_live(shop: Workshop) -> None:
    shop.launch("w1")
    shop.launch("w2")
    shop.hear("w1", Hello)
    shop.hear("w2", Hello)
    fork_server = fork_server_of(shop.pids["w1"])
    before = sum(fork_server.cpu_times()[:2])
    shop.channels.wait(0.5)
    assert sum(fork_server.cpu_times()[:2]) - before < 0.25


def channels_of(pid: int, kind: str) -> set[str]:
    """Return the pipes or sockets that a process holds; each has a name of its own."""
    names = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    return {name for name in names if name.startswith(f"{kind}:")}


def test_workers_hold_nothing_of_each_other_nor_of_the_coordinator(shop: Workshop) -> None:
    for worker in ("w1", "w2"):
        shop.launch(worker)
        shop.hear(worker, Hello)
    first, second = shop.pids["w1"], shop.pids["w2"]
    fork_server = fork_server_of(first).pid
    assert channels_of(fork_server, "socket")
    for kind in ("pipe", "socket"):
        assert channels_of(first, kind).isdisjoint(channels_of(second, kind))
    for worker_pid in (first, second):
        assert channels_of(worker_pid, "socket").isdisjoint(channels_of(fork_server, "socket"))


def test_workers_die_with_the_fork_server_and_that_is_told(shop: Workshop) -> None:
    shop.launch("w1")
    shop.hear("w1", Hello)
    worker = psutil.Process(shop.pids["w1"])
    fork_server_of(shop.pids["w1"]).kill()
    shop.see_fork_server_lost()
    assert psutil.wait_procs([worker], timeout=LIMIT)[1] == []
    # Whoever sends something now is told so by that alone.
    shop.launch("w2")
    assert shop.channels.launch.lost


def is_at_work(process: psutil.Process) -> bool:
    """Tell whether a process has not ended, whoever is to take note of its end."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_closing_waits_for_workers_whose_fork_server_has_died(shop: Workshop) -> None:
    workers = [f"w{number}" for number in range(1, 9)]
    for worker in workers:
        shop.launch(worker)
        shop.hear(worker, Hello)
    processes = [psutil.Process(shop.pids[worker]) for worker in workers]
    fork_server_of(processes[0].pid).kill()

    shop.channels.launch.close()

    assert not any(is_at_work(process) for process in processes)


def test_closing_ends_everything_and_removes_the_directory(directory: Path) -> None:
    with open_workshop(directory) as shop:
        shop.launch("w1")
        shop.hear("w1", Hello)
        worker = psutil.Process(shop.pids["w1"])
        fork_server = fork_server_of(worker.pid)
        shop.channels.launch.close()
        assert not worker.is_running()
        assert not fork_server.is_running()
        assert not shop.directory.exists()
