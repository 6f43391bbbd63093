"""Whole runs in virtual time: states of nodes, events, reasons and verdicts as of real runs."""

from pathlib import Path

import pytest

from sipflow.coordinator.job_queue import Job
from sipflow.protocol.events import AnyEvent, MediaReport, NodeState, ScenarioState
from sipflow.protocol.verdict import Verdict
from sipflow.simulation.batch import settings
from sipflow.simulation.run import Settings, SimulatedRun
from tests.simulation.scenarios import EXAMPLES, HEAD, job, scenario

BEGAN = 1_000_000.0


def play(one: Job, **given: object) -> tuple[Verdict, list[AnyEvent]]:
    """Play a scenario; return its verdict and its events."""
    events: list[AnyEvent] = []
    known = {"run": "r1", "began": BEGAN, "base_port": 5060} | given
    run = SimulatedRun(one, Settings(**known), events.append)  # type: ignore[arg-type]
    return run.play(), events


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_completes(path: Path) -> None:
    one = scenario(path)
    lengths = settings(one, 5060).lengths
    verdict, events = play(Job(0, path.name, one), lengths=lengths)
    assert (verdict.verdict, verdict.reason) == ("completed", None)
    assert verdict.cleanup.confirmed
    assert [event.g for event in events] == list(range(1, len(events) + 1))
    for instance in ("-", *verdict.instances):
        numbers = [event.seq for event in events if event.instance == instance]
        assert numbers == list(range(1, len(numbers) + 1))
    assert verdict.events.received == sum(event.instance != "-" for event in events)
    assert not any(isinstance(event, MediaReport) for event in events)


def test_a_failing_step_fails_the_run(tmp_path: Path) -> None:
    flow = """
  alice: [MakeCall: {to: bob}, TIMEOUT: 1s]
  bob: [INCOMING, Response: {code: 486}, TIMEOUT: 5s]
"""
    verdict, events = play(job(tmp_path, flow))
    assert (verdict.verdict, verdict.exit_code) == ("failed", 1)
    reason = verdict.reason
    assert reason is not None
    assert (reason.instance, reason.node, reason.code) == ("alice", "alice-1", 486)
    assert verdict.instances["alice"].nodes == {"alice-1": "failed", "alice-2": "pending"}
    assert verdict.instances["alice"].exit == "failed"
    assert isinstance(events[-1], ScenarioState)
    assert (events[-1].new, events[-1].reason) == ("failed", reason)


def test_what_runs_when_another_step_fails_is_cancelled(tmp_path: Path) -> None:
    verdict, _ = play(job(tmp_path, "  alice: [Hold: {leg: other}]\n  bob: [TIMEOUT: 5s]\n"))
    assert verdict.instances["bob"].nodes == {"bob-1": "cancelled"}
    assert verdict.instances["bob"].exit == "finished"


def test_time_jumps_to_the_next_limit(tmp_path: Path) -> None:
    flow = """
  alice: [TIMEOUT: 5m]
  bob:
    - INCOMING: {timeout: 20m}
      on_failure: [TIMEOUT: 1s]
"""
    verdict, events = play(job(tmp_path, flow))
    assert (verdict.verdict, verdict.duration_s) == ("completed", 1201.0)
    times = {event.node: event.ts for event in events if isinstance(event, NodeState)}
    assert times == {"alice-1": BEGAN + 300, "bob-1": BEGAN + 1200, "bob-2": BEGAN + 1201}


def test_ports_are_those_of_a_local_run_where_all_are_free(tmp_path: Path) -> None:
    one = job(tmp_path, "  alice: [TIMEOUT: 1s]\n  bob: [TIMEOUT: 1s]\n")
    verdict, _ = play(one, base_port=65_534)
    assert [known.port for known in verdict.instances.values()] == [65_534, 1024]
    assert {known.pid for known in verdict.instances.values()} == {None}


def test_what_leads_out_of_the_scenario_fails_its_step(tmp_path: Path) -> None:
    flow = """
  alice:
    - MakeCall: {to: "sip:1@127.0.0.9"}
      on_failure: [SendMessage: {to: "sip:1@127.0.0.9", text: hello}]
  bob: [TIMEOUT: 1s]
"""
    verdict, _ = play(job(tmp_path, flow))
    assert verdict.reason is not None
    assert (verdict.reason.node, verdict.reason.code) == ("alice-2", None)
    assert verdict.reason.message.startswith("not simulated: sip:1@127.0.0.9")
    assert verdict.instances["alice"].nodes["alice-1"] == "failed"


def test_a_transfer_out_of_the_scenario_fails_its_step(tmp_path: Path) -> None:
    flow = """
  alice:
    - MakeCall: {to: bob}
    - BlindTransfer: {to: "sip:1@127.0.0.9"}
  bob: [INCOMING, Answer, DISCONNECTED]
"""
    verdict, _ = play(job(tmp_path, flow))
    assert verdict.reason is not None
    assert verdict.reason.node == "alice-2"
    assert verdict.reason.message.startswith("not simulated: sip:1@127.0.0.9")


def test_a_registrar_accepts_and_is_called_through(tmp_path: Path) -> None:
    head = HEAD.replace('number: "200"', 'number: "200", registrar: "127.0.0.9", register: true')
    flow = """
  alice: [MakeCall: {to: "sip:200@127.0.0.9"}, Release]
  bob: [INCOMING, Answer, DISCONNECTED]
"""
    verdict, _ = play(job(tmp_path, flow, head))
    assert verdict.verdict == "completed"


def test_a_run_in_which_too_much_happens_is_given_up(tmp_path: Path) -> None:
    flow = """
  alice: [MakeCall: {to: bob}, Release]
  bob: [INCOMING, Answer, DISCONNECTED]
"""
    verdict, events = play(job(tmp_path, flow), most=1)
    assert (verdict.verdict, verdict.exit_code) == ("failed", 3)
    assert verdict.reason is not None
    assert verdict.reason.message == "not simulated: more than 1 things happen"
    assert isinstance(events[-1], ScenarioState)


def test_values_of_the_environment_are_masked(tmp_path: Path) -> None:
    flow = """
  alice: [SendMessage: {to: bob, text: "it is ${env:SECRET}"}]
  bob: [MESSAGE: {contains: "nothing of it", timeout: 1s}]
"""
    verdict, events = play(job(tmp_path, flow))
    assert verdict.verdict == "failed"
    assert "confidential" not in f"{verdict} {events}"
    assert "${env:SECRET}" in str(events)
