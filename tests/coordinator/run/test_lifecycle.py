"""The life of a run as a conversation: what it is told, and what it asks for in return."""

import signal
from collections.abc import Callable

import pytest

from sipflow.coordinator.run.actions import (
    Action,
    AnnounceCleanUp,
    AnnounceRunning,
    Assign,
    AttributeExit,
    CleanUp,
    Conclude,
    Flush,
    Go,
    Halt,
    Quit,
    SignalWorker,
)
from sipflow.coordinator.run.lifecycle import (
    AT_ONCE_LIMIT,
    CLEAN_UP_LIMIT,
    CLEAN_UP_MARGIN,
    COLLECTION_LIMIT,
    CRASH_CLEAN_UP_LIMIT,
    DISMISSAL_LIMIT,
    FEW_INSTANCES,
    FOREVER,
    HALT_LIMIT,
    KILL_LIMIT,
    LAUNCH_LIMIT,
    LAUNCH_LIMIT_EACH,
    LIMIT_EACH,
    QUIT_LIMIT,
    TERM_LIMIT,
    RunState,
    Stage,
)
from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Hello,
    Ready,
    ToCoordinator,
)
from sipflow.protocol.events import RunReason
from tests.coordinator.message_script import (
    ADDRESSES,
    AT,
    BUSY,
    NO_PORT,
    START,
    Conversation,
    cleaning,
    dismissing,
    greeted,
    halting,
    launching,
    running,
)


def both(action: Callable[[str], Action]) -> list[Action]:
    """Return an action for each worker."""
    return [action(instance) for instance in ADDRESSES]


def clean_ups(limit: float, dead: tuple[str, ...] = ()) -> list[Action]:
    """Return the request to clean up for each worker that is not dead."""
    return [
        CleanUp(instance, limit, dead)
        for instance, address in ADDRESSES.items()
        if address not in dead
    ]


def signals(number: int) -> list[Action]:
    """Return a signal for each worker."""
    return [SignalWorker(instance, number) for instance in ADDRESSES]


def test_a_run_that_goes_as_written_goes_through_every_stage() -> None:
    run = Conversation()
    assert run.state.tick(START) == []
    assert run.all_said(Hello(pid=1)) == both(Assign)
    assert run.said("alice", Ready()) == []
    assert run.said("bob", Ready()) == [AnnounceRunning(), *both(Go)]
    assert (run.state.stage, run.state.deadline) == (Stage.RUNNING, FOREVER)
    assert run.said("bob", ChainFinished()) == []
    assert run.said("alice", ChainFinished()) == [
        AnnounceCleanUp("finished"),
        *clean_ups(CLEAN_UP_LIMIT),
    ]
    assert run.said("alice", CleanedUp(released=0)) == []
    assert run.said("bob", CleanedUp(released=0)) == both(Flush)
    assert run.said("alice", EventsFinished(last_seq=7)) == []
    assert run.said("bob", EventsFinished(last_seq=9)) == []
    assert (run.state.stage, run.state.last_seqs) == (Stage.COLLECTING, {"alice": 7, "bob": 9})
    assert run.collect() == both(Quit)
    assert run.ended("alice", 0) == []
    assert run.ended("bob", 0) == [Conclude()]

    assert run.state.stage is Stage.ENDED
    assert run.state.reason is None
    assert run.exits() == {"alice": "finished", "bob": "finished"}


def test_a_failed_chain_halts_all_walks_before_anybody_hangs_up() -> None:
    run = running()
    assert run.said("alice", BUSY) == [Halt("alice", "abort"), Halt("bob", "abort")]
    assert run.said("alice", Halted()) == []
    assert run.said("bob", Halted()) == [AnnounceCleanUp("abort"), *clean_ups(CLEAN_UP_LIMIT)]
    assert run.said("alice", CleanedUp(released=0)) == []
    run.said("bob", CleanedUp(released=1))
    run.play_out()

    assert run.state.reason == RunReason(
        instance="alice", node="alice-1", code=486, message="Busy Here"
    )
    assert run.state.scenario_failed
    assert run.exits() == {"alice": "failed", "bob": "finished"}


def test_the_first_failure_of_two_is_the_reason() -> None:
    run = running()
    run.said("alice", BUSY)
    assert run.said("bob", ChainFailed(node="bob-2", code=None, detail="too late")) == []
    run.ended("bob", -signal.SIGKILL, "bob-2")

    assert run.state.reason is not None
    assert run.state.reason.message == "Busy Here"
    assert run.state.scenario_failed
    assert run.state.members["bob"].failed


def test_a_worker_that_refuses_fails_the_run_but_not_the_scenario() -> None:
    run = greeted()
    run.said("bob", Ready())
    assert run.said("alice", NO_PORT) == [Halt("alice", "abort"), Halt("bob", "abort")]
    run.play_out()

    assert run.state.stage is Stage.ENDED
    assert run.state.reason == RunReason(instance="alice", message="the port is taken")
    assert not run.state.scenario_failed


def test_workers_that_have_not_greeted_when_the_run_is_over_are_killed() -> None:
    run = launching()
    run.said("bob", Hello(pid=2))
    assert run.stop() == [SignalWorker("alice", signal.SIGKILL), Halt("bob", "stop")]
    # What it has sent before the signal came changes nothing.
    assert run.said("alice", Hello(pid=1)) == []
    assert run.said("bob", Halted()) == [
        AnnounceCleanUp("stop"),
        CleanUp("bob", CLEAN_UP_LIMIT),
    ]
    assert run.ended("alice", -signal.SIGKILL) == []
    run.play_out()

    assert run.state.reason is None
    assert run.confirmed() == ["alice", "bob"]


def test_a_worker_that_greets_after_the_launch_gets_no_plan() -> None:
    run = running()
    run.stop()
    assert run.said("alice", Hello(pid=3)) == []


@pytest.mark.parametrize(
    ("stage", "seconds", "asked", "next_stage"),
    [
        (
            Stage.LAUNCHING,
            LAUNCH_LIMIT + 2 * LAUNCH_LIMIT_EACH,
            [*signals(signal.SIGKILL), AnnounceCleanUp("abort")],
            Stage.COLLECTING,
        ),
        (
            Stage.HALTING,
            HALT_LIMIT,
            [AnnounceCleanUp("stop"), *clean_ups(CLEAN_UP_LIMIT)],
            Stage.CLEANING,
        ),
        (
            Stage.CLEANING,
            CLEAN_UP_LIMIT + CLEAN_UP_MARGIN,
            signals(signal.SIGKILL),
            Stage.COLLECTING,
        ),
        (Stage.DISMISSING, DISMISSAL_LIMIT, signals(signal.SIGKILL), Stage.COLLECTING),
        (Stage.COLLECTING, COLLECTION_LIMIT, both(Quit), Stage.QUITTING),
        (Stage.QUITTING, QUIT_LIMIT, signals(signal.SIGTERM), Stage.TERMINATING),
        (Stage.TERMINATING, TERM_LIMIT, signals(signal.SIGKILL), Stage.KILLING),
        (Stage.KILLING, KILL_LIMIT, [Conclude()], Stage.ENDED),
    ],
)
def test_a_stage_ends_with_its_time_limit(
    stage: Stage, seconds: float, asked: list[Action], next_stage: Stage
) -> None:
    run = AT[stage]()
    began = run.now
    assert run.run_out() == asked
    assert run.now - began == pytest.approx(seconds)
    assert run.state.stage is next_stage


def test_many_instances_have_more_time_to_end() -> None:
    names = [f"i{number}" for number in range(FEW_INSTANCES + 100)]
    state = RunState([(name, f"127.0.0.1:{number}") for number, name in enumerate(names)], START)
    words: list[ToCoordinator] = [Hello(pid=1), Ready(), ChainFinished(), CleanedUp(released=0)]
    for word in words:
        for name in names:
            state.said(name, word, START)
    limits = {state.stage: state.deadline - START}
    for name in names:
        state.said(name, EventsFinished(last_seq=0), START)
    state.events_collected(START)
    limits[state.stage] = state.deadline - START

    more = 100 * LIMIT_EACH
    assert limits == pytest.approx(
        {Stage.DISMISSING: DISMISSAL_LIMIT + more, Stage.QUITTING: QUIT_LIMIT + more}
    )
    assert state.tick(START + QUIT_LIMIT + more - 0.1) == []
    assert state.tick(state.deadline)[0] == SignalWorker("i0", signal.SIGTERM)


@pytest.mark.parametrize("stage", [Stage.REGISTERING, Stage.RUNNING, Stage.ENDED])
def test_time_alone_changes_nothing(stage: Stage) -> None:
    run = AT[stage]()
    assert run.state.deadline == FOREVER
    assert run.state.tick(FOREVER) == []
    assert run.state.stage is stage


def test_who_was_late_to_be_ready_is_named() -> None:
    run = greeted()
    run.said("alice", Ready())
    run.run_out()
    assert run.state.reason == RunReason(instance="bob", message="not ready within 10.4 s: bob")
    assert not run.state.scenario_failed


def test_who_hung_and_whose_end_is_never_seen_was_late_too() -> None:
    run = greeted()
    for instance in ("alice", "bob"):
        run.silent(instance)
    run.run_out()
    assert run.state.reason == RunReason(
        instance="alice", message="not ready within 10.4 s: alice, bob"
    )


@pytest.mark.parametrize(
    ("at", "last"), [(cleaning, CleanedUp(released=0)), (dismissing, EventsFinished(last_seq=4))]
)
def test_only_the_worker_that_does_not_answer_is_killed(
    at: Callable[[], Conversation], last: CleanedUp | EventsFinished
) -> None:
    run = at()
    run.said("alice", last)
    assert run.run_out()[0] == SignalWorker("bob", signal.SIGKILL)
    run.play_out()
    assert run.state.stage is Stage.ENDED
    assert run.exits() == {"alice": "finished", "bob": "killed"}
    assert run.confirmed() == ["alice"]
    assert run.state.reason is None  # that is the verdict's business


def test_a_worker_that_ends_by_sigterm_only_was_killed() -> None:
    run = AT[Stage.TERMINATING]()
    run.ended("alice", 0)
    assert run.ended("bob", -signal.SIGTERM) == [
        AttributeExit("bob", "its worker process was killed (SIGTERM)"),
        Conclude(),
    ]
    assert run.exits() == {"alice": "finished", "bob": "killed"}


def test_a_death_in_the_clean_up_is_told_to_those_that_still_clean_up() -> None:
    run = cleaning()
    run.now += 0.5
    assert run.ended("alice", -signal.SIGKILL) == [
        AttributeExit("alice", "its worker process was killed (SIGKILL)"),
        *clean_ups(CRASH_CLEAN_UP_LIMIT, dead=(ADDRESSES["alice"],)),
    ]
    assert run.state.deadline == run.now + CRASH_CLEAN_UP_LIMIT + CLEAN_UP_MARGIN


def test_a_death_never_makes_the_clean_up_longer() -> None:
    run = cleaning()
    deadline = run.state.deadline
    run.now = deadline - 0.1
    run.ended("alice", -signal.SIGKILL)
    assert run.state.deadline == deadline


@pytest.mark.parametrize("stage", list(Stage)[:-1])
def test_losing_the_fork_server_ends_a_run_wherever_it_is(stage: Stage) -> None:
    run = AT[stage]()
    asked = run.lose_fork_server()
    assert not [action for action in asked if isinstance(action, Halt | CleanUp | Quit)]
    run.play_out()
    assert run.asked.count(Conclude()) == 1
    assert run.state.reason == RunReason(message="the fork server of the workers has died")
    assert run.exits() == {"alice": "killed", "bob": "killed"}


@pytest.mark.parametrize("stage", list(Stage)[:-1])
def test_an_obstruction_ends_a_run_in_order(stage: Stage) -> None:
    run = AT[stage]()
    run.obstruct("cannot write the event log: No space left on device")
    assert run.state.stage >= max(stage, Stage.HALTING)
    assert run.state.reason is not None
    assert run.state.reason.message.endswith("No space left on device")
    assert not run.state.scenario_failed


def test_an_obstruction_does_not_keep_the_workers_from_cleaning_up() -> None:
    run = running()
    assert run.obstruct("full") == [Halt("alice", "abort"), Halt("bob", "abort")]
    run.play_out()
    assert run.asked[-1] == Conclude()
    assert run.confirmed() == ["alice", "bob"]


@pytest.mark.parametrize("tell", [Conversation.lose_fork_server, lambda run: run.obstruct("full")])
def test_nothing_can_fail_a_run_that_has_ended(
    tell: Callable[[Conversation], list[Action]],
) -> None:
    run = AT[Stage.ENDED]()
    assert tell(run) == []
    assert run.state.reason is None


def test_a_second_stop_kills_at_once() -> None:
    run = halting()
    assert run.stop(at_once=True) == [AnnounceCleanUp("stop"), *signals(signal.SIGKILL)]
    assert run.ended("alice", -signal.SIGKILL) == []
    assert run.state.deadline - run.now == pytest.approx(AT_ONCE_LIMIT)
    assert run.ended("bob", -signal.SIGKILL) == [Conclude()]
    assert (run.state.stopped, run.state.cut_short) == (True, True)
    assert run.state.reason is None


def test_a_second_stop_kills_only_those_that_live() -> None:
    run = halting()
    run.ended("alice", 1)
    assert run.stop(at_once=True)[-1] == SignalWorker("bob", signal.SIGKILL)
    assert run.ended("bob", -signal.SIGKILL) == [Conclude()]


def test_events_are_collected_once() -> None:
    run = running()
    assert run.collect() == []
    assert run.state.stage is Stage.RUNNING


def test_events_are_waited_for_as_long_as_some_come() -> None:
    run = AT[Stage.COLLECTING]()
    run.now += COLLECTION_LIMIT - 0.1
    assert run.state.events_coming(run.now) == []
    assert run.state.deadline == run.now + COLLECTION_LIMIT


def test_events_that_come_change_no_other_limit() -> None:
    run = AT[Stage.QUITTING]()
    deadline = run.state.deadline
    assert run.state.events_coming(run.now + 0.1) == []
    assert run.state.deadline == deadline
