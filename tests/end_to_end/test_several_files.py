"""Several files in one command: each its own run and verdict, and the worst exit code."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end import scenarios
from tests.end_to_end.harness import EXAMPLES, Coordinator, Outcome, cli, is_free

BASIC = EXAMPLES / "basic-call.yaml"
FAILING = """\
name: nobody answers
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: bob
  bob:
    - INCOMING
    - Response: {code: 603}
"""
BAD = "instances:\n  a: {number: '1'}\nflow:\n  a:\n    - MakeCal: {to: '1'}\n"


def write(folder: Path, name: str, text: str) -> Path:
    """Write a scenario under a name of its own."""
    path = folder / name
    path.write_text(text)
    return path


def start(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    """Run several files; return the exit code, the list of verdicts, and the events."""
    log = folder / "events.jsonl"
    answer = cli("start", *arguments, "--json", "--event-log", str(log))
    assert "Traceback" not in answer.stderr
    events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return answer.returncode, json.loads(answer.stdout), events


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_each_file_has_its_run_its_verdict_and_its_events(tmp_path: Path, jobs: str) -> None:
    files = [BASIC, EXAMPLES / "busy-callee.yaml", EXAMPLES / "three-parties.yaml"] * 3
    exit_code, verdicts, events = start(tmp_path, *map(str, files), "-j", jobs)
    assert exit_code == 0
    assert [verdict["file"] for verdict in verdicts] == list(map(str, files))
    assert {verdict["verdict"] for verdict in verdicts} == {"completed"}
    assert len({verdict["run"] for verdict in verdicts}) == len(files)
    for verdict in verdicts:
        own = [event for event in events if event["run"] == verdict["run"]]
        assert [event["g"] for event in own] == list(range(1, len(own) + 1))
        assert own[-1]["new"] == "completed"
        for name in verdict["instances"]:
            seqs = [event["seq"] for event in own if event["instance"] == name]
            assert seqs == list(range(1, len(seqs) + 1))
        assert verdict["cleanup"]["confirmed"]
        assert verdict["events"]["lost"] == 0
    assert all(is_free(port) for port in range(5060, 5080, 2))


def test_one_after_another_the_same_workers_and_ports_serve_all(tmp_path: Path) -> None:
    _, verdicts, _ = start(tmp_path, *[str(BASIC)] * 4)
    workers = [
        [(instance["port"], instance["pid"]) for instance in verdict["instances"].values()]
        for verdict in verdicts
    ]
    assert workers == [workers[0]] * 4
    assert [port for port, _ in workers[0]] == [5060, 5062]


def test_runs_at_the_same_time_have_ports_and_workers_of_their_own(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{n}.yaml", scenarios.LONG_CALL) for n in range(3)]
    with Coordinator(paths[0], tmp_path, *map(str, paths[1:]), "-j", "3") as coordinator:
        up: set[str] = set()
        for event in coordinator.read():
            if event["type"] == "leg-state" and event["new"] == "confirmed":
                up.add(f"{event['run']} {event['instance']}")
            if len(up) == 6:
                break
        first = coordinator.events[0]["run"]
        assert cli("stop", first).returncode == 0
        coordinator.wait_for(
            lambda event: event["type"] == "scenario-state" and event["new"] == "stopped"
        )
        coordinator.signal(15)
        outcome = coordinator.finish()
    verdicts: list[dict[str, Any]] = json.loads(outcome.stdout)
    assert outcome.exit_code == 130
    assert [verdict["verdict"] for verdict in verdicts] == ["stopped"] * 3
    taken = [instance["port"] for verdict in verdicts for instance in verdict["instances"].values()]
    assert sorted(taken) == list(range(5060, 5072, 2))


def test_one_bad_file_and_one_failure_do_not_stop_the_others(tmp_path: Path) -> None:
    bad, failing = write(tmp_path, "bad.yaml", BAD), write(tmp_path, "failing.yaml", FAILING)
    exit_code, verdicts, _ = start(tmp_path, str(BASIC), str(bad), str(failing), str(BASIC))
    assert exit_code == 1
    assert [verdict["exit_code"] for verdict in verdicts] == [0, 2, 1, 0]
    assert [verdict["verdict"] for verdict in verdicts] == [
        "completed",
        None,
        "failed",
        "completed",
    ]
    assert verdicts[1]["reason"]["message"] == "1 problem"
    assert verdicts[1]["problems"] == [
        f'{bad}:5:7: error: unknown command or event "MakeCal"; did you mean MakeCall?'
    ]
    assert (verdicts[2]["reason"]["node"], verdicts[2]["reason"]["code"]) == ("alice-1", 603)


def test_a_folder_stands_for_the_scenarios_in_it_and_parts_of_them_are_no_errors(
    tmp_path: Path,
) -> None:
    calls = tmp_path / "calls"
    (calls / "deep").mkdir(parents=True)
    write(calls, "part.yaml", "steps:\n  - TIMEOUT: 1ms\n")
    bad, good = write(calls / "deep", "bad.yml", BAD), write(calls, "good.yaml", BASIC.read_text())
    exit_code, verdicts, _ = start(tmp_path, str(calls))
    assert exit_code == 1
    assert [(one["file"], one["verdict"], one["exit_code"]) for one in verdicts] == [
        (str(bad), None, 2),
        (str(good), "completed", 0),
    ]
    shown = cli("start", str(calls))
    assert shown.returncode == 1
    assert f"left out because they are no scenarios: {calls}/part.yaml" in shown.stderr
    assert f"exit code 1, failed: {bad}\n" in shown.stdout
    assert cli("validate", str(calls)).returncode == 2


def test_a_folder_with_one_scenario_gives_a_list_of_one(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    write(calls, "good.yaml", BASIC.read_text())
    exit_code, verdicts, _ = start(tmp_path, str(calls))
    assert (exit_code, len(verdicts)) == (0, 1)


def test_only_bad_files_and_empty_folders_start_nothing(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    bad = write(tmp_path, "bad.yaml", BAD)
    answer = cli("start", str(bad), str(tmp_path / "calls"), "--json")
    assert answer.returncode == 2
    assert [one["exit_code"] for one in json.loads(answer.stdout)] == [2, 2]
    assert "no scenario is in this folder" in answer.stdout


def test_with_fail_fast_a_bad_file_starts_nothing(tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.yaml", BAD)
    exit_code, verdicts, events = start(tmp_path, str(BASIC), str(bad), "--fail-fast")
    assert exit_code == 2
    assert [verdict["exit_code"] for verdict in verdicts] == [0, 2]
    assert [verdict["verdict"] for verdict in verdicts] == [None, None]
    assert events == []


def test_with_fail_fast_nothing_begins_after_a_failure(tmp_path: Path) -> None:
    failing = write(tmp_path, "failing.yaml", FAILING)
    exit_code, verdicts, _ = start(tmp_path, str(BASIC), str(failing), str(BASIC), "--fail-fast")
    assert exit_code == 1
    assert [verdict["verdict"] for verdict in verdicts] == ["completed", "failed", None]


def test_a_worker_that_dies_is_replaced_for_the_next_run(tmp_path: Path) -> None:
    paths = [write(tmp_path, "long.yaml", scenarios.LONG_CALL), BASIC]
    with Coordinator(paths[0], tmp_path, str(paths[1])) as coordinator:
        coordinator.wait_for_leg("bob", "confirmed")
        import os
        import signal

        os.kill(coordinator.fork_server().workers()["w2"], signal.SIGKILL)
        outcome: Outcome = coordinator.finish()
    verdicts: list[dict[str, Any]] = json.loads(outcome.stdout)
    assert outcome.exit_code == 3
    assert [verdict["verdict"] for verdict in verdicts] == ["failed", "completed"]
    first, second = (verdict["instances"] for verdict in verdicts)
    assert first["bob"]["exit"] == "killed"
    assert second["bob"]["pid"] != first["bob"]["pid"]
    assert [second[name]["port"] for name in ("alice", "bob")] == [5060, 5062]


def test_a_stop_skips_what_has_not_begun(tmp_path: Path) -> None:
    path = write(tmp_path, "long.yaml", scenarios.LONG_CALL)
    with Coordinator(path, tmp_path, str(BASIC)) as coordinator:
        coordinator.wait_for_leg("bob", "confirmed")
        coordinator.signal(2)
        outcome = coordinator.finish()
    verdicts = json.loads(outcome.stdout)
    assert outcome.exit_code == 130
    assert [verdict["verdict"] for verdict in verdicts] == ["stopped", None]
