"""Loads whose workers die, hang, or lose their coordinator: told as it was, and nothing is left."""

import os
import signal
from pathlib import Path

import pytest

from tests.end_to_end.harness import ended, is_free, kill, survivors
from tests.end_to_end.load_driver import PORTS, Load, LoadOutcome
from tests.end_to_end.load_scenarios import HALF_A_SECOND
from tests.end_to_end.scenarios import LONG_CALL, write

SLOTS = 2
ALL_AT_WORK = ("--concurrency", str(SLOTS))


def check_nothing_left(fork_server: int) -> None:
    """Require that no process and no port of a load is in use."""
    assert survivors(fork_server) == []
    assert all(is_free(port) for port in PORTS)


def check_named(outcome: LoadOutcome, node: str, how: str) -> None:
    """Require one failed run, by the death of a worker that was at a node, with its example."""
    instance = node.partition("-")[0]
    (group,) = outcome.result["failures"]
    assert (group["count"], group["instance"], group["node"]) == (1, instance, node)
    assert how in group["message"]
    (failure,) = outcome.of_type("load-failure")
    assert failure["reason"]["node"] == node
    events = outcome.of_run(group["example"])
    assert [event["g"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["reason"]["instance"] == instance
    states = {event["node"]: event["new"] for event in events if event["type"] == "node-state"}
    assert states[node] == "failed"


@pytest.mark.parametrize(("worker", "node"), [("w1", "alice-2"), ("w4", "bob-3")])
def test_a_killed_worker_is_one_failed_run_and_the_load_goes_on(
    tmp_path: Path, worker: str, node: str
) -> None:
    path = write(HALF_A_SECOND, tmp_path)
    with Load(path, tmp_path, *ALL_AT_WORK, "--calls", "8") as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_for_worker(worker, node)
        kill(fork_server.workers()[worker])
        outcome = running.end()
    assert outcome.runs == {"started": 8, "completed": 7, "failed": 1}, outcome.result["failures"]
    assert (outcome.exit_code, outcome.result["restarts"]) == (1, 1)
    check_named(outcome, node, "SIGKILL")
    check_nothing_left(fork_server.pid)


def test_a_worker_that_hangs_is_as_one_that_died(tmp_path: Path) -> None:
    path = write(LONG_CALL.replace("60s", "4s"), tmp_path)
    with Load(path, tmp_path, "--concurrency", "1", "--calls", "1") as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_for_worker("w2", "bob-3")
        os.kill(fork_server.workers()["w2"], signal.SIGSTOP)
        outcome = running.end()
    assert outcome.runs == {"started": 1, "failed": 1}
    check_named(outcome, "bob-3", "hung")
    check_nothing_left(fork_server.pid)


def test_more_deaths_than_allowed_end_the_load(tmp_path: Path) -> None:
    path = write(HALF_A_SECOND, tmp_path)
    options = [*ALL_AT_WORK, "--calls", "1000", "--max-worker-restarts", "1"]
    with Load(path, tmp_path, *options) as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.in_flight == SLOTS)
        workers = fork_server.workers()
        kill(workers["w1"])
        kill(workers["w3"])
        outcome = running.end()
    assert (outcome.exit_code, outcome.result["verdict"]) == (3, "failed")
    assert outcome.result["reason"]["message"] == "more than 1 workers died"
    assert outcome.result["restarts"] == 1
    assert outcome.result["runs"]["failed"] >= 2
    assert outcome.states() == ["running", "ending", "failed"]
    check_nothing_left(fork_server.pid)


def test_without_its_coordinator_no_worker_stays(tmp_path: Path) -> None:
    with Load(write(LONG_CALL, tmp_path), tmp_path, *ALL_AT_WORK, "--calls", "2") as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.in_flight == SLOTS)
        workers = list(fork_server.workers().values())
        assert len(workers) == 2 * SLOTS
        with ended([fork_server.pid, *workers], 5.0):
            running.signal(signal.SIGKILL)
    assert all(is_free(port) for port in PORTS)


def test_a_load_whose_fork_server_dies_ends_and_says_so(tmp_path: Path) -> None:
    path = write(HALF_A_SECOND, tmp_path)
    with Load(path, tmp_path, *ALL_AT_WORK, "--calls", "1000") as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.in_flight == SLOTS)
        kill(fork_server.pid)
        outcome = running.end()
    assert (outcome.exit_code, outcome.result["verdict"]) == (3, "failed")
    assert "the fork server of the workers has died" in outcome.result["reason"]["message"]
    assert sum(outcome.runs.values()) == 2 * outcome.runs["started"]
    check_nothing_left(fork_server.pid)
