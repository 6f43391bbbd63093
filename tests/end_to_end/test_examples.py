"""Examples run as their comments say, and two runs at a time do not touch each other.

Half of the examples run here as they are, the other half in ``test_words`` by TCP.
"""

import socket
from pathlib import Path

import pytest

from tests.end_to_end import needs, scenarios
from tests.end_to_end.harness import EXAMPLES, Coordinator, cli, run


@pytest.mark.parametrize("path", needs.examples("udp"), ids=lambda path: path.stem)
def test_an_example_completes(tmp_path: Path, path: Path) -> None:
    with needs.given(path, tmp_path) as options:
        outcome = run(path, tmp_path, *options)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert outcome.verdict["cleanup"] == {"confirmed": True, "calls_released": 0, "calls_left": 0}
    assert outcome.verdict["events"]["lost"] == 0


def test_a_cancelled_call_ends_with_487_on_both_sides(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "caller-cancels.yaml", tmp_path)
    ends = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert {(event["instance"], event["code"]) for event in ends} == {
        ("alice", 487),
        ("bob", 487),
    }


def test_two_coordinators_at_a_time_take_different_ports(tmp_path: Path) -> None:
    path = scenarios.write(scenarios.LONG_CALL, tmp_path)
    with Coordinator(path, tmp_path) as first:
        first.wait_for_leg("bob", "confirmed")
        second = run(EXAMPLES / "basic-call.yaml", tmp_path)
        assert cli("stop").returncode == 0
        outcome = first.finish()
    taken = {known["port"] for known in outcome.verdict["instances"].values()}
    assert second.exit_code == 0
    assert {known["port"] for known in second.verdict["instances"].values()}.isdisjoint(taken)


def test_a_port_that_somebody_else_has_is_skipped(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 5062))
        outcome = run(EXAMPLES / "basic-call.yaml", tmp_path)
    assert outcome.exit_code == 0
    ports = [known["port"] for known in outcome.verdict["instances"].values()]
    assert ports == [5060, 5064]


def test_a_bad_scenario_starts_nothing_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("instances:\n  a: {number: '1'}\nflow:\n  a:\n    - MakeCal: {to: '9'}\n")
    answer = cli("start", str(path))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"{path}:5:7: error:" in answer.stderr
    assert "MakeCall" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_unwritable_event_log_starts_nothing() -> None:
    answer = cli("start", str(EXAMPLES / "basic-call.yaml"), "--event-log", "/nowhere/log")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: cannot open the event log /nowhere/log")
