"""The coordinator's own events, and those that it tells in a dead worker's name."""

from sipflow.coordinator.events.run_events import RunEvents
from sipflow.protocol.events import (
    ActionLog,
    CleanUpState,
    ErrorRaised,
    NodeState,
    Reason,
    RunReason,
    ScenarioState,
)

RUN = "r1"
NOW = 1_700_000_000.0
HOW = "its worker process was killed (SIGKILL)"


def test_the_events_of_a_run_are_numbered_and_know_the_state_before() -> None:
    run_events = RunEvents(RUN, "busy callee")
    reason = RunReason(instance="alice", node="alice-1", code=486, message="Busy Here")
    assert run_events.state is None
    assert [
        run_events.scenario_state(NOW, "go", "running"),
        run_events.clean_up_started(NOW + 1, "abort"),
        run_events.clean_up_finished(NOW + 2, 3, 1),
        run_events.scenario_state(NOW + 2, "verdict", "failed", reason),
    ] == [
        ScenarioState(
            run=RUN,
            instance="-",
            seq=1,
            ts=NOW,
            cause="go",
            scenario="busy callee",
            previous=None,
            new="running",
        ),
        CleanUpState(run=RUN, instance="-", seq=2, ts=NOW + 1, cause="abort", phase="started"),
        CleanUpState(
            run=RUN,
            instance="-",
            seq=3,
            ts=NOW + 2,
            cause="workers ended",
            phase="finished",
            calls_released=3,
            calls_left=1,
        ),
        ScenarioState(
            run=RUN,
            instance="-",
            seq=4,
            ts=NOW + 2,
            cause="verdict",
            scenario="busy callee",
            previous="running",
            new="failed",
            reason=reason,
        ),
    ]
    assert run_events.state == "failed"


def test_a_death_goes_on_in_the_workers_numbering() -> None:
    told = RunEvents(RUN, "s").death(NOW, ("alice", 7), HOW, "alice-2", "Assertion failed")
    assert told == [
        ActionLog(
            run=RUN,
            instance="alice",
            seq=8,
            ts=NOW,
            cause="worker ended",
            message="the worker's log ends with: Assertion failed",
            level="error",
            node="alice-2",
        ),
        NodeState(
            run=RUN,
            instance="alice",
            seq=9,
            ts=NOW,
            cause="worker ended",
            node="alice-2",
            previous="running",
            new="failed",
            reason=Reason(message=HOW),
        ),
        ErrorRaised(
            run=RUN,
            instance="alice",
            seq=10,
            ts=NOW,
            cause="worker ended",
            node="alice-2",
            message=HOW,
            local=HOW,
        ),
    ]


def test_a_death_between_nodes_and_without_a_log_is_one_error() -> None:
    told = RunEvents(RUN, "s").death(NOW, ("alice", 0), HOW, None, "")
    assert told == [
        ErrorRaised(
            run=RUN,
            instance="alice",
            seq=1,
            ts=NOW,
            cause="worker ended",
            message=HOW,
            local=HOW,
        )
    ]


def test_a_death_takes_no_number_of_the_coordinators() -> None:
    run_events = RunEvents(RUN, "s")
    run_events.death(NOW, ("alice", 7), HOW, "alice-2", "log")
    assert run_events.scenario_state(NOW, "go", "running").seq == 1


def test_something_odd_is_a_warning_of_the_coordinators_own() -> None:
    run_events = RunEvents(RUN, "busy callee")
    assert run_events.warning(
        NOW, "invalid message", "a message to the event receiver"
    ) == ActionLog(
        run=RUN,
        instance="-",
        seq=1,
        ts=NOW,
        cause="invalid message",
        message="a message to the event receiver",
        level="warning",
    )
