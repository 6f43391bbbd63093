"""The judgement of a run: a table of what can be known at its end."""

from dataclasses import dataclass
from typing import Literal

import pytest
from msgspec.structs import replace

from sipflow.coordinator.run.lifecycle import RunState
from sipflow.coordinator.run.member import WorkerStatus
from sipflow.coordinator.run.verdict import Evidence, judge, obstructed
from sipflow.protocol.control import CleanedUp
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    CleanUpVerdict,
    EventCount,
    InstanceVerdict,
    VerdictName,
)
from tests.coordinator.message_script import ADDRESSES, START

BUSY = RunReason(instance="alice", node="alice-1", code=486, message="Busy Here")
NO_DISK = RunReason(message="cannot write the event log: No space left on device")

LEGS = RunReason(instance="alice", message="clean-up not confirmed: leg call-1 of alice was left")
WORKER = RunReason(
    instance="bob", message="clean-up not confirmed: the worker of bob did not end in order"
)
PORT = RunReason(message="clean-up not confirmed: port 5062 is still in use")
LOST = RunReason(message="events of the run were lost: alice 2 to 4")
CUT = RunReason(message="clean-up not confirmed: it was cut short")

What = Literal["nothing", "scenario", "infrastructure", "stopped", "cut short", "stopped at once"]
End = Literal["confirmed", "legs left", "worker killed", "port busy", "events lost"]
Judgement = tuple[VerdictName, int, RunReason | None]

COMPLETED: Judgement = ("completed", 0, None)
STOPPED: Judgement = ("stopped", 130, None)
SCENARIO: Judgement = ("failed", 1, BUSY)
MACHINE: Judgement = ("failed", 3, NO_DISK)


def unconfirmed(reason: RunReason) -> Judgement:
    """Return the judgement of a run that nothing was wrong with but its end."""
    return "failed", 3, reason


TABLE: dict[What, dict[End, Judgement]] = {
    "nothing": {
        "confirmed": COMPLETED,
        "legs left": unconfirmed(LEGS),
        "worker killed": unconfirmed(WORKER),
        "port busy": unconfirmed(PORT),
        "events lost": unconfirmed(LOST),
    },
    "scenario": {
        "confirmed": SCENARIO,
        "legs left": SCENARIO,
        "worker killed": SCENARIO,
        "port busy": SCENARIO,
        "events lost": SCENARIO,
    },
    "infrastructure": {
        "confirmed": MACHINE,
        "legs left": MACHINE,
        "worker killed": MACHINE,
        "port busy": MACHINE,
        "events lost": MACHINE,
    },
    "stopped": {
        "confirmed": STOPPED,
        "legs left": unconfirmed(LEGS),
        "worker killed": unconfirmed(WORKER),
        "port busy": unconfirmed(PORT),
        "events lost": unconfirmed(LOST),
    },
    # The clean-up of a run that had come to its end by itself.
    "cut short": {
        "confirmed": unconfirmed(CUT),
        "legs left": unconfirmed(LEGS),
        "worker killed": unconfirmed(CUT),
        "port busy": unconfirmed(PORT),
        "events lost": unconfirmed(CUT),
    },
    "stopped at once": {
        "confirmed": STOPPED,
        "legs left": STOPPED,
        "worker killed": STOPPED,
        "port busy": STOPPED,
        "events lost": STOPPED,
    },
}
CASES = [(what, end) for what, ends in TABLE.items() for end in ends]


@dataclass(frozen=True)
class Ended:
    """An ended run and what else is known of it."""

    state: RunState
    evidence: Evidence


def orderly(instance: str) -> WorkerStatus:
    """Return a worker that did all that was asked of it."""
    return WorkerStatus(
        instance,
        ADDRESSES[instance],
        greeted=True,
        ready=True,
        finished=True,
        cleaned=CleanedUp(released=1),
        last_seq=4,
        exit="finished",
    )


def ended(what: What, end: End) -> Ended:
    """Return a run of alice and bob to which this happened, and which ended in this way."""
    state = RunState(ADDRESSES.items(), START)
    state.members = {instance: orderly(instance) for instance in ADDRESSES}
    state.reason = {"scenario": BUSY, "infrastructure": NO_DISK}.get(what)
    state.scenario_failed = what == "scenario"
    state.stopped = what in ("stopped", "stopped at once")
    state.cut_short = what in ("cut short", "stopped at once")
    if end == "legs left":
        state.members["alice"].cleaned = CleanedUp(released=0, left=("call-1",))
    if end == "worker killed":
        state.members["bob"].exit = "killed"
    evidence = Evidence(
        run="r1",
        file="busy.yaml",
        scenario="busy callee",
        duration_s=0.41234,
        ports={"alice": 5060, "bob": 5062},
        pids={"alice": 4711, "bob": 4712},
        nodes={"alice": {"alice-1": "completed"}, "bob": {}},
        busy_ports=(5062,) if end == "port busy" else (),
        holes=("alice 2 to 4",) if end == "events lost" else (),
        events=EventCount(received=31, lost=3 if end == "events lost" else 0),
    )
    return Ended(state, evidence)


@pytest.mark.parametrize(("what", "end"), CASES, ids=[" and ".join(case) for case in CASES])
def test_a_run_is_judged_by_its_first_failure_then_by_its_end(what: What, end: End) -> None:
    run = ended(what, end)
    verdict = judge(run.state, run.evidence)
    assert (verdict.verdict, verdict.exit_code, verdict.reason) == TABLE[what][end]
    cut = what in ("cut short", "stopped at once")
    assert verdict.cleanup.confirmed == (end in ("confirmed", "events lost") and not cut)
    assert verdict.cleanup.calls_left == (1 if end == "legs left" else 0)


def test_the_verdict_tells_of_every_instance() -> None:
    run = ended("nothing", "confirmed")
    verdict = judge(run.state, run.evidence)
    assert (verdict.run, verdict.scenario, verdict.duration_s) == ("r1", "busy callee", 0.412)
    assert verdict.file == "busy.yaml"
    assert verdict.instances == {
        "alice": InstanceVerdict(
            port=5060, pid=4711, exit="finished", nodes={"alice-1": "completed"}
        ),
        "bob": InstanceVerdict(port=5062, pid=4712, exit="finished", nodes={}),
    }
    assert verdict.cleanup == CleanUpVerdict(confirmed=True, calls_released=2, calls_left=0)
    assert verdict.events == EventCount(received=31, lost=0)


def test_a_worker_that_was_never_started_has_no_process_and_no_end() -> None:
    run = ended("infrastructure", "confirmed")
    run.state.members["bob"] = WorkerStatus("bob", ADDRESSES["bob"])
    verdict = judge(run.state, replace(run.evidence, pids={"alice": 4711}))
    assert verdict.instances["bob"] == InstanceVerdict(port=5062, pid=None, exit="none", nodes={})
    assert verdict.cleanup == CleanUpVerdict(confirmed=False, calls_released=1, calls_left=0)


def test_a_registration_that_is_left_is_named_with_its_instance_and_registrar() -> None:
    run = ended("nothing", "confirmed")
    cleaned = CleanedUp(released=0, left=("call-1",), registrations=("sip:127.0.0.1:5080",))
    run.state.members["bob"].cleaned = cleaned
    verdict = judge(run.state, run.evidence)
    assert (verdict.verdict, verdict.exit_code, verdict.cleanup.calls_left) == ("failed", 3, 1)
    assert verdict.reason == RunReason(
        instance="bob",
        message="clean-up not confirmed: leg call-1 of bob, "
        "registration of bob at sip:127.0.0.1:5080 was left",
    )


def test_every_leg_and_every_port_that_is_left_is_named() -> None:
    run = ended("nothing", "confirmed")
    run.state.members["alice"].cleaned = CleanedUp(released=0, left=("call-1", "call-2"))
    run.state.members["bob"].cleaned = CleanedUp(released=0, left=("call-1",))
    assert judge(run.state, run.evidence).reason == RunReason(
        instance="alice",
        message="clean-up not confirmed: leg call-1 of alice, leg call-2 of alice, "
        "leg call-1 of bob was left",
    )


def test_every_worker_and_every_port_that_stayed_is_named() -> None:
    run = ended("nothing", "confirmed")
    for member in run.state.members.values():
        member.exit = "killed"
    reason = judge(run.state, run.evidence).reason
    assert reason is not None
    assert "the worker of alice, bob did not end in order" in reason.message
    reason = judge(run.state, replace(run.evidence, busy_ports=(5060, 5062))).reason
    assert reason is not None
    assert "port 5060, 5062 is still in use" in reason.message


def test_a_verdict_that_cannot_be_told_everywhere_is_a_failure_of_the_machine() -> None:
    run = ended("nothing", "confirmed")
    verdict = judge(run.state, run.evidence)
    told = obstructed(verdict, "no space left")
    assert (told.verdict, told.exit_code) == ("failed", 3)
    assert told.reason == RunReason(message="no space left")
    assert told.instances == verdict.instances
