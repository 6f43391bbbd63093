"""Loads that are stopped, paused, resumed and given another rate from outside."""

import json
import os
import signal
from pathlib import Path

from sipflow.protocol.requests import Accepted, ChangeRate, Denied, PauseRun, ResumeRun, StopRun
from tests.end_to_end.harness import cli, is_free, survivors
from tests.end_to_end.load_driver import PORTS, QUICK, Load, LoadOutcome
from tests.end_to_end.scenarios import LONG_CALL, write

ENDLESS = ("--rate", "40", "--duration", "60s")


def check_stopped(outcome: LoadOutcome, fork_server: int) -> None:
    """Require an orderly end: no run without an outcome, no process, no port."""
    assert (outcome.exit_code, outcome.result["verdict"]) == (130, "stopped")
    assert outcome.states()[-2:] == ["ending", "stopped"]
    assert sum(outcome.runs.values()) == 2 * outcome.runs["started"]
    assert outcome.of_type("load-numbers")[-1]["total"] == outcome.result["runs"]
    assert survivors(fork_server) == []
    assert all(is_free(port) for port in PORTS)


def test_ctrl_c_hangs_up_what_is_under_way(tmp_path: Path) -> None:
    options = ["--concurrency", "2", "--calls", "10", "--events-detail", "all"]
    with Load(write(LONG_CALL, tmp_path), tmp_path, *options) as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.in_flight == 2)
        running.signal(signal.SIGINT)
        outcome = running.end()
    check_stopped(outcome, fork_server.pid)
    assert outcome.runs == {"started": 2, "stopped": 2}
    for run in outcome.known_runs():
        events = outcome.of_run(run)
        assert events[-1]["new"] == "stopped"
        legs = {event["instance"]: event["new"] for event in events if event["type"] == "leg-state"}
        assert set(legs.values()) <= {"terminated"}
        assert [one["calls_left"] for one in events if one["type"] == "cleanup"] == [0, 0]


def test_stop_ends_a_load_and_its_counts_are_whole(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, *ENDLESS) as running:
        load = running.wait_for_state("running")["run"]
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.runs.completed > 5)
        assert cli("stop", load).stdout == f"stopping run {load}\n"
        outcome = running.end()
    check_stopped(outcome, fork_server.pid)
    assert outcome.runs["completed"] > 5
    assert outcome.result["failures"] == []


def test_a_second_ctrl_c_waits_for_nobody(tmp_path: Path) -> None:
    with Load(
        write(LONG_CALL, tmp_path), tmp_path, "--concurrency", "2", "--calls", "2"
    ) as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.wait_until(lambda status: status.in_flight == 2)
        for pid in fork_server.workers().values():
            os.kill(pid, signal.SIGSTOP)  # nobody will answer
        running.signal(signal.SIGINT)
        running.wait_for_state("ending")
        running.signal(signal.SIGINT)
        outcome = running.end()
    check_stopped(outcome, fork_server.pid)
    assert outcome.runs == {"started": 2, "stopped": 2}


def test_a_signal_while_no_run_is_due_ends_it_too(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, "--rate", "1/m", "--duration", "10m") as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        running.signal(signal.SIGTERM)
        outcome = running.end()
    check_stopped(outcome, fork_server.pid)


def test_while_a_load_is_paused_no_run_begins(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, "--rate", "50", "--calls", "60") as running:
        load = running.wait_for_state("running")["run"]
        running.wait_until(lambda status: status.runs.started >= 10)
        assert cli("pause", load).stdout == f"pausing run {load}\n"
        running.wait_for_state("paused")
        begun = running.wait_until(lambda status: status.in_flight == 0).runs.started
        assert begun < 60
        second = running.wait_for(lambda event: event["type"] == "load-numbers")
        assert second["total"]["started"] == begun
        shown = json.loads(cli("status", load, "--json").stdout)
        assert (shown["state"], shown["load"]["runs"]["started"]) == ("paused", begun)
        assert cli("status", load).stdout.split()[4] == "paused"
        assert cli("resume", load).stdout == f"resuming run {load}\n"
        running.wait_for_state("running")
        outcome = running.end()
    assert (outcome.exit_code, outcome.runs) == (0, {"started": 60, "completed": 60})
    assert outcome.states() == ["running", "paused", "running", "completed"]


def test_another_rate_is_kept_to_from_then_on(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, "--rate", "1/m", "--calls", "40") as running:
        load = running.wait_for_state("running")["run"]
        running.wait_until(lambda status: status.runs.completed == 1)
        assert cli("rate", "80", load).stdout == f"run {load} keeps to 80 from now on\n"
        event = running.wait_for(lambda event: event["type"] == "load-state")
        assert (event["new"], event["rate"]) == ("running", 80.0)
        outcome = running.end()
    assert (outcome.exit_code, outcome.runs) == (0, {"started": 40, "completed": 40})
    assert outcome.result["rate"]["asked"] > 1.0


def test_what_cannot_be_asked_of_a_load_is_denied(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, *ENDLESS) as running:
        load = running.wait_for_state("running")["run"]
        assert running.tell(StopRun(run="another")) == Denied(
            detail=f"this is load {load}, not another"
        )
        refused = cli("rate", "fast", load)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith('error: RATE: "fast" is no rate')
        assert running.tell(PauseRun()) == Accepted()
        assert running.tell(ChangeRate(rate=0.0)) == Accepted()
        assert running.tell(ResumeRun()) == Accepted()
        running.signal(signal.SIGINT)
        outcome = running.end()
    assert outcome.exit_code == 130
