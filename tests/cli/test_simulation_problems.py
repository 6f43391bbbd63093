"""``validate --simulate``: a scenario that does not complete has a problem, at its place."""

from pathlib import Path

import pytest

from sipflow.cli.simulation_problems import _place, simulated
from sipflow.cli.start import start_files, validate_files
from sipflow.coordinator.options import StartOptions
from sipflow.errors import UsageError
from sipflow.protocol.events import RunReason
from sipflow.scenario.problems import Problem, Reading
from sipflow.scenario.reader import read_scenario
from sipflow.scenario.variables.scope import Given

HEAD = """
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
"""
BUSY = """
  alice: [MakeCall: {to: bob}]
  bob: [INCOMING, Response: {code: 486}]
"""
OUTSIDE = """
  alice: [MakeCall: {to: "sip:1@127.0.0.9"}]
  bob: [TIMEOUT: 1s]
"""
UNREGISTERED = """
  alice: [CheckMedia]
  bob: [TIMEOUT: 1s]
"""


def write(folder: Path, flow: str) -> Path:
    """Make a scenario file."""
    path = folder / "call.yaml"
    path.write_text(HEAD + flow, encoding="utf-8")
    return path


def problems(folder: Path, flow: str) -> tuple[Reading, list[Problem]]:
    """Simulate a scenario; return the reading and what its simulation added."""
    reading = read_scenario(write(folder, flow), Given({}, {}), ())
    found = simulated(reading, "call.yaml")
    return found, list(found.problems[len(reading.problems) :])


def test_a_failure_is_an_error_at_its_step(tmp_path: Path) -> None:
    reading, (problem,) = problems(tmp_path, BUSY)
    assert reading.scenario is None
    assert (problem.code, problem.severity, problem.place.line) == ("simulation-failed", "error", 7)
    assert "fails at alice-1: 486 Busy Here" in problem.message


def test_what_a_simulation_cannot_know_is_a_warning(tmp_path: Path) -> None:
    reading, (problem,) = problems(tmp_path, OUTSIDE)
    assert reading.scenario is not None
    assert (problem.code, problem.severity) == ("not-simulated", "warning")
    reading, found = problems(tmp_path, UNREGISTERED)
    assert reading.scenario is not None
    assert {problem.code for problem in found} == {"not-simulated"}


def test_a_file_with_problems_is_not_simulated(tmp_path: Path) -> None:
    reading, found = problems(tmp_path, "  alice: [MakeCal: bob]\n")
    assert (reading.scenario, found) == (None, [])


def test_a_failure_of_no_step_stands_at_its_instance(tmp_path: Path) -> None:
    flow = "  alice: [TIMEOUT: 1s]\n  bob: [TIMEOUT: 1s]\n"
    reading = read_scenario(write(tmp_path, flow), Given({}, {}), ())
    assert reading.scenario is not None
    places = [_place(reading.scenario, RunReason(message="m", instance=one)) for one in ("bob", "")]
    assert [place.line for place in places] == [4, 3]


def test_validate_simulates_where_it_is_asked_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, BUSY)
    assert validate_files([file]) == 0
    assert validate_files([file], simulate=True) == 2
    assert "error: the simulation fails at alice-1" in capsys.readouterr().out


def test_mock_mode_starts_without_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "events.jsonl"
    file = write(tmp_path, BUSY)
    options = StartOptions(mode="mock", event_log=log)
    assert start_files([file], options, json=False) == 1
    assert "486 Busy Here" in capsys.readouterr().out
    assert '"failed"' in log.read_text().splitlines()[-1]
    assert start_files([file, file], StartOptions(mode="mock"), json=True) == 1


def test_mock_mode_refuses_what_needs_sockets(tmp_path: Path) -> None:
    options = StartOptions(mode="mock", events="tcp://127.0.0.1:7000")
    with pytest.raises(UsageError, match="no sockets: leave out --events") as caught:
        start_files([write(tmp_path, BUSY)], options, json=False)
    assert caught.value.code == "conflicting-options"
