"""A worker that dies: in each part of its life, in each way, and what becomes of the others."""

import signal
from collections.abc import Callable

import pytest

from sipflow.coordinator.run.actions import AttributeExit, CleanUp, Conclude, Halt
from sipflow.coordinator.run.lifecycle import CRASH_CLEAN_UP_LIMIT, Stage
from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Ready,
)
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import ExitName
from tests.coordinator.message_script import (
    ADDRESSES,
    BUSY,
    Conversation,
    cleaning,
    collecting,
    dismissing,
    greeted,
    halting,
    launching,
    quitting,
    running,
)

REAL_TIME_SIGNAL = 40


def ready() -> Conversation:
    """Return a run where only the worker that is going to die is ready."""
    run = greeted()
    run.said("alice", Ready())
    return run


def chain_finished() -> Conversation:
    """Return a run where the worker that is going to die has walked its chain."""
    run = running()
    run.said("alice", ChainFinished())
    return run


def halted() -> Conversation:
    """Return a run where the worker that is going to die has broken its walk off."""
    run = halting()
    run.said("alice", Halted())
    return run


def cleaned() -> Conversation:
    """Return a run where the worker that is going to die has cleaned up."""
    run = cleaning()
    run.said("alice", CleanedUp(released=1))
    return run


def last_word() -> Conversation:
    """Return a run where the worker that is going to die has said its last word."""
    run = dismissing()
    run.said("alice", EventsFinished(last_seq=4))
    return run


MOMENTS: list[tuple[str, Callable[[], Conversation]]] = [
    ("before its hello", launching),
    ("with its plan", greeted),
    ("when it is ready", ready),
    ("in its walk", running),
    ("after its walk", chain_finished),
    ("as it halts", halting),
    ("when it has halted", halted),
    ("as it cleans up", cleaning),
    ("when it has cleaned up", cleaned),
    ("when it is dismissed", dismissing),
    ("after its last word", last_word),
    ("while its events are collected", collecting),
    ("as it quits", quitting),
]
WAYS: list[tuple[int, str, ExitName]] = [
    (0, "its worker process crashed (exit code 0)", "crashed"),
    (1, "its worker process crashed (exit code 1)", "crashed"),
    (-signal.SIGABRT, "its worker process crashed (SIGABRT)", "crashed"),
    (-signal.SIGSEGV, "its worker process crashed (SIGSEGV)", "crashed"),
    (-REAL_TIME_SIGNAL, "its worker process crashed (signal 40)", "crashed"),
    (-signal.SIGKILL, "its worker process was killed (SIGKILL)", "killed"),
    (-signal.SIGTERM, "its worker process was killed (SIGTERM)", "killed"),
]


@pytest.mark.parametrize("at", [at for _, at in MOMENTS], ids=[name for name, _ in MOMENTS])
@pytest.mark.parametrize(("exit_code", "how", "exit_name"), WAYS)
def test_a_death_is_charged_and_the_others_end_in_order(
    at: Callable[[], Conversation], exit_code: int, how: str, exit_name: ExitName
) -> None:
    run = at()
    asked = run.ended("alice", exit_code, "alice-2")
    if exit_code == 0 and at is quitting:
        assert asked == []  # an orderly end
        return
    assert asked[0] == AttributeExit("alice", how)
    run.play_out()

    assert run.state.stage is Stage.ENDED
    assert run.state.reason == RunReason(instance="alice", node="alice-2", message=how)
    assert not run.state.scenario_failed
    # Who has not even greeted is not waited for.
    assert run.exits() == {"alice": exit_name, "bob": "killed" if at is launching else "finished"}
    assert run.asked.count(AttributeExit("alice", how)) == 1
    assert run.asked.count(Conclude()) == 1
    assert "alice" not in run.confirmed() or at is launching


@pytest.mark.parametrize("at", [running, halting])
def test_a_death_before_the_clean_up_makes_that_short(at: Callable[[], Conversation]) -> None:
    run = at()
    run.ended("alice", -signal.SIGKILL, "alice-1")
    asked = run.said("bob", Halted())
    assert CleanUp("bob", CRASH_CLEAN_UP_LIMIT, (ADDRESSES["alice"],)) in asked


@pytest.mark.parametrize("at", [dismissing, collecting, quitting])
def test_a_death_after_the_clean_up_asks_nobody_to_clean_up_again(
    at: Callable[[], Conversation],
) -> None:
    run = at()
    asked = run.ended("alice", -signal.SIGKILL)
    assert not [action for action in asked if isinstance(action, CleanUp | Halt)]


def test_the_death_of_all_ends_a_run() -> None:
    run = running()
    run.ended("alice", -signal.SIGKILL, "alice-1")
    run.ended("bob", -signal.SIGKILL, "bob-1")
    run.play_out()
    assert run.state.stage is Stage.ENDED
    assert run.state.reason is not None
    assert run.state.reason.instance == "alice"
    assert [action for action in run.asked if isinstance(action, AttributeExit)] == [
        AttributeExit("alice", "its worker process was killed (SIGKILL)"),
        AttributeExit("bob", "its worker process was killed (SIGKILL)"),
    ]


def test_a_death_does_not_replace_the_scenarios_failure() -> None:
    run = running()
    run.said("alice", BUSY)
    run.ended("bob", -signal.SIGSEGV, "bob-1")
    run.play_out()
    assert run.state.reason is not None
    assert run.state.reason.code == 486
    assert run.state.scenario_failed
    assert run.exits() == {"alice": "failed", "bob": "crashed"}


def test_a_worker_that_is_being_killed_is_not_charged() -> None:
    run = cleaning()
    run.run_out()
    assert run.ended("alice", -signal.SIGKILL) == []
    assert run.ended("bob", -signal.SIGABRT) == []
    assert run.state.reason is None
    assert run.exits() == {"alice": "killed", "bob": "crashed"}
