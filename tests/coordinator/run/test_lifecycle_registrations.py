"""Runs of instances that register by themselves: no walk begins before all are registered."""

import signal

from sipflow.coordinator.run.actions import (
    AnnouncePaused,
    AnnounceRunning,
    Go,
    Halt,
    Pause,
    Register,
    SignalWorker,
)
from sipflow.coordinator.run.lifecycle import FOREVER, Stage
from sipflow.protocol.control import ChainFailed, Hello, Paused, Ready, Registered
from sipflow.protocol.events import RunReason
from tests.coordinator.message_script import Conversation, registering

NOT_REGISTERED = ChainFailed(node=None, code=401, detail="not registered: 401 Unauthorized")


def test_all_register_and_nobody_walks_before_the_last_confirmation() -> None:
    run = Conversation(registering=["alice", "bob"])
    run.all_said(Hello(pid=1))
    run.said("alice", Ready())
    assert run.said("bob", Ready()) == [AnnounceRunning(), Register("alice"), Register("bob")]
    assert (run.state.stage, run.state.deadline) == (Stage.REGISTERING, FOREVER)
    assert run.said("bob", Registered()) == []
    assert run.said("alice", Registered()) == [Go("alice"), Go("bob")]
    assert run.state.stage is Stage.RUNNING


def test_who_does_not_register_waits_for_those_who_do() -> None:
    run = registering("bob")
    assert run.asked[-2:] == [AnnounceRunning(), Register("bob")]
    assert run.said("bob", Registered()) == [Go("alice"), Go("bob")]


def test_a_registration_that_is_not_made_fails_the_run_without_a_node() -> None:
    run = registering()
    assert run.said("bob", NOT_REGISTERED) == [Halt("alice", "abort"), Halt("bob", "abort")]
    run.play_out()

    assert run.state.reason == RunReason(
        instance="bob", node=None, code=401, message="not registered: 401 Unauthorized"
    )
    assert run.state.scenario_failed
    assert run.exits() == {"alice": "finished", "bob": "failed"}
    assert not [action for action in run.asked if isinstance(action, Go)]


def test_a_worker_that_dies_as_it_registers_fails_the_run() -> None:
    run = registering()
    assert Halt("alice", "abort") in run.ended("bob", -signal.SIGABRT)
    run.play_out()
    assert not run.state.scenario_failed
    assert not [action for action in run.asked if isinstance(action, Go)]


def test_a_worker_that_hangs_as_it_registers_is_killed_and_nobody_walks_meanwhile() -> None:
    run = registering()
    assert run.silent("bob") == [SignalWorker("bob", signal.SIGKILL)]
    assert run.state.stage is Stage.REGISTERING
    assert Halt("alice", "abort") in run.ended("bob", -signal.SIGKILL)


def test_a_run_that_registers_can_be_stopped() -> None:
    run = registering()
    assert run.stop() == [Halt("alice", "stop"), Halt("bob", "stop")]
    run.play_out()
    assert (run.state.stopped, run.state.reason) == (True, None)


def test_a_pause_that_is_wanted_meanwhile_begins_with_the_walk() -> None:
    run = registering()
    assert run.pause() == []
    asked = run.said("bob", Registered())
    assert asked == [Pause("alice"), Pause("bob"), Go("alice"), Go("bob")]
    run.said("alice", Paused(last_seq=0))
    assert run.said("bob", Paused(last_seq=2)) == [AnnouncePaused()]


def test_a_pause_that_is_over_before_the_walk_is_none() -> None:
    run = registering()
    run.pause()
    assert run.resume() == []
    assert run.said("bob", Registered()) == [Go("alice"), Go("bob")]
