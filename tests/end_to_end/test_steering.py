"""Runs that are paused, resumed and stopped from outside, at many moments of a three-party call."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from sipflow.client.request import ask
from sipflow.coordinator.runtime_directory import find_run, requests_endpoint
from sipflow.protocol.requests import (
    Accepted,
    Answer,
    AskStatus,
    Denied,
    PauseRun,
    Request,
    ResumeRun,
    Status,
    StopRun,
)
from tests.end_to_end.harness import EXAMPLES, Coordinator, Event, Outcome, cli, is_free, survivors
from tests.end_to_end.scenarios import LONG_CALL, write
from tests.extent import extent

THREE_PARTIES = EXAMPLES / "three-parties.yaml"
# The run has a few more events than this; the last ones come after its end is decided.
MOST_EVENTS = 55
SEED = 3
MOMENTS = 50


def tell(coordinator: Coordinator, request: Request) -> Answer:
    """Ask a run for something, as any program of the user's can."""
    run = coordinator.events[-1]["run"]
    return ask(requests_endpoint(find_run(run)), f"run {run}", request)


def is_state(event: Event, new: str) -> bool:
    """Tell whether an event says that the run as a whole entered a state."""
    return bool(event["type"] == "scenario-state" and event["new"] == new)


def begun(events: list[Event]) -> list[str]:
    """Return the nodes that began in these events."""
    return [
        event["node"]
        for event in events
        if event["type"] == "node-state" and event["new"] == "running"
    ]


def check_end(outcome: Outcome, expected: set[str]) -> None:
    """Require one of these verdicts, a confirmed clean-up, and all events."""
    verdict = outcome.verdict
    assert verdict["verdict"] in expected, verdict["reason"]
    assert outcome.exit_code == {"completed": 0, "stopped": 130}[verdict["verdict"]]
    assert verdict["cleanup"]["confirmed"]
    assert verdict["cleanup"]["calls_left"] == 0
    assert verdict["events"]["lost"] == 0
    assert [event["g"] for event in outcome.events] == list(range(1, len(outcome.events) + 1))


def pause(coordinator: Coordinator) -> bool:
    """Pause a run and wait until it says so; False if it is ending already."""
    answer = tell(coordinator, PauseRun())
    if isinstance(answer, Denied):
        assert answer.detail == "it is ending"
        return False
    assert answer == Accepted()
    seen = coordinator.wait_for(
        lambda event: is_state(event, "paused") or event["type"] == "cleanup"
    )
    return bool(seen["type"] == "scenario-state")


@pytest.mark.parametrize(
    ("way", "moment"),
    [
        (random.Random(SEED + n).choice(["resume", "stop", "paused stop"]), n % MOST_EVENTS + 1)
        for n in range(0, MOMENTS, extent(4, 1))
    ],
)
def test_a_run_that_is_steered_at_any_moment_ends_as_it_should(
    tmp_path: Path, way: str, moment: int
) -> None:
    with Coordinator(THREE_PARTIES, tmp_path) as coordinator:
        events = coordinator.read()
        for _ in range(moment):
            next(events)
        fork_server = coordinator.fork_server()
        paused = way != "stop" and pause(coordinator)
        at = len(coordinator.events)
        if way == "resume":
            tell(coordinator, ResumeRun()) if paused else None
            outcome = coordinator.finish()
            check_end(outcome, {"completed"})
        else:
            tell(coordinator, StopRun())
            outcome = coordinator.finish()
            check_end(outcome, {"stopped"} if paused else {"stopped", "completed"})
    if paused:
        rest = outcome.events[at:]
        until = next(
            n
            for n, event in enumerate(rest)
            if is_state(event, "running") or event["type"] == "cleanup"
        )
        assert begun(rest[:until]) == []
    assert survivors(fork_server.pid) == []
    assert all(is_free(port) for port in (5060, 5062, 5064))


def test_time_limits_stand_still_while_a_run_is_paused(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        'instances: {alice: {number: "100"}}\nflow: {alice: [{INCOMING: {timeout: 1s}}]}\n'
    )
    with Coordinator(path, tmp_path) as coordinator:
        coordinator.wait_for_node("alice-1", "running")
        assert pause(coordinator)
        paused = coordinator.events[-1]["ts"]
        # Longer than the limit: another program's whole start and end, twice.
        while cli("status").returncode == 0:
            if coordinator.process.poll() is not None or _now() - paused > 1.2:
                break
        assert tell(coordinator, ResumeRun()) == Accepted()
        resumed = coordinator.wait_for(lambda event: is_state(event, "running"))["ts"]
        failed = coordinator.wait_for_node("alice-1", "failed")["ts"]
        outcome = coordinator.finish()
    began = outcome.events[1]["ts"]
    assert outcome.exit_code == 1
    assert resumed - paused > 1.0
    assert failed - began >= 1.0 + (resumed - paused) - 0.1


def _now() -> float:
    from sipflow import clock

    return clock.wall()


def test_the_commands_pause_resume_status_and_stop(tmp_path: Path) -> None:
    with Coordinator(write(LONG_CALL, tmp_path), tmp_path) as coordinator:
        run = coordinator.wait_for_leg("bob", "confirmed")["run"]
        coordinator.wait_for_node("bob-3", "running")
        assert cli("pause", run).stdout == f"pausing run {run}\n"
        coordinator.wait_for(lambda event: is_state(event, "paused"))
        status = cli("status").stdout.splitlines()
        assert status[0].startswith(f"run {run}  long call  paused  ")
        assert status[1].split()[:3] == ["alice", "port", "5060"]
        assert status[2].endswith("bob-3 running")
        answer = tell(coordinator, AskStatus())
        assert isinstance(answer, Status)
        assert (answer.state, answer.last_g) == ("paused", coordinator.events[-1]["g"])
        assert cli("resume", run).stdout == f"resuming run {run}\n"
        coordinator.wait_for(lambda event: is_state(event, "running"))
        assert tell(coordinator, StopRun(run="another")) == Denied(
            detail=f"this is run {run}, not another"
        )
        assert cli("stop").stdout == f"stopping run {run}\n"
        outcome = coordinator.finish()
    check_end(outcome, {"stopped"})


def test_with_several_runs_alive_an_error_lists_them(tmp_path: Path) -> None:
    path = write(LONG_CALL, tmp_path)
    with Coordinator(path, tmp_path) as first, Coordinator(path, tmp_path) as second:
        runs = [one.wait_for_leg("bob", "confirmed")["run"] for one in (first, second)]
        for command in ("stop", "pause", "resume", "watch"):
            answer = cli(command)
            assert answer.returncode == 2
            several = "commands are running" if command == "stop" else "runs are alive"
            assert answer.stderr.startswith(f"error: several {several}, name one of them")
            assert all(run in answer.stderr for run in runs)
            assert answer.stderr.count(f"long call  {path}\n") == 2
        listed = cli("status")
        assert listed.returncode == 0
        assert all(f"{run}  running" in listed.stdout for run in runs)
        assert listed.stdout.count(f"long call  {path}\n") == 2
        statuses = json.loads(cli("status", "--json").stdout)
        assert [status["run"] for status in statuses] == runs
        assert [status["file"] for status in statuses] == [str(path)] * 2
        for run in runs:
            cli("stop", run)
        for one in (first, second):
            check_end(one.finish(), {"stopped"})


def test_a_stop_without_an_id_stops_all_files_of_the_only_command(tmp_path: Path) -> None:
    path = write(LONG_CALL, tmp_path)
    with Coordinator(path, tmp_path, *[str(path)] * 3, "-j", "2") as coordinator:
        runs = both_up(coordinator)
        answer = cli("stop")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.startswith("stopping all runs of command ")
        verdicts = stopped(coordinator)
    assert [one["verdict"] for one in verdicts] == ["stopped", "stopped", None, None]
    assert {one["run"] for one in verdicts[:2]} == set(runs)
    assert [one["exit_code"] for one in verdicts] == [130] * 4


def test_a_command_among_several_is_stopped_by_its_id_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    path = write(LONG_CALL, tmp_path)
    with (
        Coordinator(path, tmp_path) as other,
        Coordinator(path, tmp_path, *[str(path)] * 2, "-j", "2") as coordinator,
    ):
        run = other.wait_for_leg("bob", "confirmed")["run"]
        runs = both_up(coordinator)
        commands = {
            status["run"]: status["command"]
            for status in json.loads(cli("status", "--json").stdout)
        }
        assert set(commands) == {run, *runs}
        assert commands[runs[0]] == commands[runs[1]]
        assert cli("stop").returncode == 2
        answer = cli("stop", commands[runs[0]])
        assert answer.stdout == f"stopping all runs of command {commands[runs[0]]}\n"
        assert {one["verdict"] for one in stopped(coordinator)} == {"stopped", None}
        assert json.loads(cli("status", "--json").stdout)["run"] == run
        answer = cli("stop", commands[run])
        assert answer.stdout == f"stopping run {run}\n"
        check_end(other.finish(), {"stopped"})


def both_up(coordinator: Coordinator) -> list[str]:
    """Wait until both runs of a command have their call, and return their ids, oldest first."""
    up: dict[str, set[str]] = {}
    for event in coordinator.read():
        legs = up.setdefault(event["run"], set())
        if event["type"] == "leg-state" and event["new"] == "confirmed":
            legs.add(event["instance"])
        if [len(known) for known in up.values()] == [2, 2]:
            break
    return list(up)


def stopped(coordinator: Coordinator) -> list[dict[str, Any]]:
    """Return the verdicts of a command that was stopped."""
    outcome = coordinator.finish()
    assert outcome.exit_code == 130
    verdicts: list[dict[str, Any]] = json.loads(outcome.stdout)
    return verdicts
