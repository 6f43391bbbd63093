"""How runs end when something goes wrong: nothing is left, and the verdict says who it was."""

import os
import signal
from pathlib import Path

import pytest

from tests.end_to_end import scenarios
from tests.end_to_end.harness import Coordinator, cli, ended, is_free, kill, survivors

PORTS = (5060, 5062, 5064)
STUCK = Path(__file__).with_name("stuck")


def seen_running(coordinator: Coordinator) -> set[str]:
    """Return the nodes that have been seen to begin."""
    return {
        event["node"]
        for event in coordinator.events
        if event["type"] == "node-state" and event["new"] == "running"
    }


def seconds_to_the_verdict(events: list[dict[str, float]], since: float) -> float:
    """Return the time from a moment to the run's last event."""
    return events[-1]["ts"] - since


@pytest.mark.parametrize(
    ("text", "node", "leg"),
    [
        (scenarios.LONG_CALL, "bob-3", "confirmed"),
        (scenarios.RINGING, "bob-2", "early"),
    ],
)
def test_a_killed_worker_fails_the_run_and_its_node_and_the_partner_is_cleaned(
    tmp_path: Path, text: str, node: str, leg: str
) -> None:
    with Coordinator(scenarios.write(text, tmp_path), tmp_path) as coordinator:
        coordinator.wait_for_leg("alice", leg)
        if node not in seen_running(coordinator):
            coordinator.wait_for_node(node, "running")
        last = coordinator.events[-1]["ts"]
        fork_server = coordinator.fork_server()
        kill(fork_server.workers()["w2"])
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    reason = outcome.verdict["reason"]
    assert (reason["instance"], reason["node"]) == ("bob", node)
    assert "SIGKILL" in reason["message"]
    assert outcome.verdict["instances"]["bob"]["exit"] == "killed"
    assert outcome.nodes("bob")[node] == "failed"
    assert outcome.verdict["instances"]["alice"]["exit"] == "finished"
    assert outcome.verdict["events"]["lost"] == 0
    assert seconds_to_the_verdict(outcome.events, last) < 2.0
    assert survivors(fork_server.pid) == []
    assert all(is_free(port) for port in PORTS)


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        (scenarios.CALL_AND_THIRD, "confirmed", 200),
        (scenarios.RINGING_AND_THIRD, "early", 487),
    ],
)
def test_when_a_third_worker_is_killed_the_living_end_their_call_on_the_wire(
    tmp_path: Path, text: str, state: str, code: int
) -> None:
    with Coordinator(scenarios.write(text, tmp_path), tmp_path) as coordinator:
        # Nobody says go to everybody at once: she may begin to walk after their call.
        coordinator.wait_for_all(("bob", state), ("carol", "running"))
        last = coordinator.events[-1]["ts"]
        kill(coordinator.fork_server().workers()["w3"])
        outcome = coordinator.finish()
    assert outcome.exit_code == 3
    reason = outcome.verdict["reason"]
    assert (reason["instance"], reason["node"]) == ("carol", "carol-1")
    ends = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert {(event["instance"], event["code"]) for event in ends} == {
        ("alice", code),
        ("bob", code),
    }
    assert outcome.verdict["cleanup"]["calls_released"] == 1
    assert seconds_to_the_verdict(outcome.events, last) < 2.0


def test_a_worker_killed_before_it_is_ready_fails_the_run_before_it_began(tmp_path: Path) -> None:
    with Coordinator(scenarios.write(scenarios.LONG_CALL, tmp_path), tmp_path) as coordinator:
        while "w2" not in (workers := _workers(coordinator)):
            assert coordinator.process.poll() is None
        kill(workers["w2"])
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    assert outcome.verdict["reason"]["instance"] == "bob"
    assert outcome.verdict["instances"]["bob"]["exit"] == "killed"


def _workers(coordinator: Coordinator) -> dict[str, int]:
    try:
        return coordinator.fork_server().workers()
    except StopIteration:  # it has not been started yet
        return {}


def test_a_worker_killed_in_the_clean_up_is_not_waited_for(tmp_path: Path) -> None:
    path = scenarios.write(scenarios.LEFT_TO_THE_CLEAN_UP, tmp_path)
    with Coordinator(path, tmp_path) as coordinator:
        coordinator.wait_for_node("alice-3", "running")  # bob has long finished
        bob = coordinator.fork_server().workers()["w2"]
        os.kill(bob, signal.SIGSTOP)  # so that its clean-up cannot end before it is killed
        began = coordinator.wait_for(lambda event: event["type"] == "cleanup")
        kill(bob)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    assert outcome.verdict["reason"]["instance"] == "bob"
    assert outcome.verdict["cleanup"]["confirmed"] is False
    assert seconds_to_the_verdict(outcome.events, began["ts"]) < 2.0


@pytest.mark.parametrize("moment", [1, 2, 4, 8, 12, 16])
def test_a_killed_coordinator_leaves_nothing_behind(tmp_path: Path, moment: int) -> None:
    with Coordinator(scenarios.write(scenarios.LONG_CALL, tmp_path), tmp_path) as coordinator:
        events = coordinator.read()
        for _ in range(moment):
            next(events)
        fork_server = coordinator.fork_server()
        processes = [fork_server.pid, *fork_server.workers().values()]
        with ended(processes, limit=2.0):
            kill(coordinator.process.pid)
            coordinator.process.wait()
    assert all(is_free(port) for port in PORTS)
    assert cli("stop").stderr == "error: no run is alive\n"


def test_a_second_signal_ends_the_run_at_once(tmp_path: Path) -> None:
    with Coordinator(scenarios.write(scenarios.LONG_CALL, tmp_path), tmp_path) as coordinator:
        coordinator.wait_for_leg("bob", "confirmed")
        fork_server = coordinator.fork_server()
        os.kill(fork_server.workers()["w2"], signal.SIGSTOP)  # so that an orderly end takes a while
        coordinator.signal(signal.SIGINT)
        began = coordinator.wait_for(lambda event: event["type"] == "cleanup")
        coordinator.signal(signal.SIGINT)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert outcome.verdict["cleanup"]["confirmed"] is False
    assert seconds_to_the_verdict(outcome.events, began["ts"]) < 1.0
    assert survivors(fork_server.pid) == []


def test_a_worker_that_hangs_is_killed_and_the_clean_up_is_not_confirmed(tmp_path: Path) -> None:
    with Coordinator(scenarios.write(scenarios.LONG_CALL, tmp_path), tmp_path) as coordinator:
        coordinator.wait_for_leg("bob", "confirmed")
        fork_server = coordinator.fork_server()
        os.kill(fork_server.workers()["w2"], signal.SIGSTOP)
        coordinator.signal(signal.SIGTERM)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    assert "clean-up not confirmed" in outcome.verdict["reason"]["message"]
    assert outcome.verdict["cleanup"]["calls_left"] == 1
    assert survivors(fork_server.pid) == []


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGUSR1])
def test_a_worker_that_hangs_ends_the_run_as_a_crash_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(STUCK))
    with Coordinator(scenarios.write(scenarios.CALL_AND_THIRD, tmp_path), tmp_path) as coordinator:
        coordinator.wait_for_leg("bob", "confirmed")
        last = coordinator.events[-1]["ts"]
        fork_server = coordinator.fork_server()
        os.kill(fork_server.workers()["w3"], number)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    reason = outcome.verdict["reason"]
    assert (reason["instance"], reason["node"]) == ("carol", "carol-1")
    assert reason["message"].startswith("its worker process hung")
    assert outcome.verdict["instances"]["carol"]["exit"] == "killed"
    assert outcome.nodes("carol") == {"carol-1": "failed"}
    # The others ended their call on the wire.
    ends = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert {(event["instance"], event["code"]) for event in ends} == {("alice", 200), ("bob", 200)}
    assert seconds_to_the_verdict(outcome.events, last) < 5.0
    assert survivors(fork_server.pid) == []
    assert all(is_free(port) for port in PORTS)


def test_stop_from_another_program_stops_the_run(tmp_path: Path) -> None:
    with Coordinator(scenarios.write(scenarios.LONG_CALL, tmp_path), tmp_path) as coordinator:
        run = coordinator.wait_for_leg("bob", "confirmed")["run"]
        answer = cli("stop", run)
        outcome = coordinator.finish()
    assert (answer.returncode, answer.stdout) == (0, f"stopping run {run}\n")
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert outcome.verdict["cleanup"] == {
        "confirmed": True,
        "calls_released": 1,
        "calls_left": 0,
    }


def test_a_full_disk_ends_the_run_in_order(tmp_path: Path) -> None:
    path = scenarios.write(scenarios.LONG_CALL, tmp_path)
    answer = cli("start", str(path), "--event-log", "/dev/full")
    assert answer.returncode == 3
    assert "No space left on device" in answer.stdout
    assert "Traceback" not in answer.stderr
    assert all(is_free(port) for port in PORTS)
