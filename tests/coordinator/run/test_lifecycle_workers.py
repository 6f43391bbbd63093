"""Workers that were there before the run, that fall silent in it, or that outlive it."""

import signal

from sipflow.coordinator.run.actions import (
    AnnounceRunning,
    Assign,
    AttributeExit,
    Conclude,
    Go,
    Halt,
    HandBack,
    Quit,
    SignalWorker,
)
from sipflow.coordinator.run.lifecycle import Stage
from sipflow.protocol.control import Beat, CleanedUp, EventsFinished, Hello, Ready
from sipflow.protocol.events import RunReason
from tests.coordinator.message_script import (
    ADDRESSES,
    BUSY,
    START,
    Conversation,
    cleaning,
    dismissing,
    greeted,
    running,
)

HUNG = "its worker process hung: it was silent for 2.5 s, and was killed"


def test_workers_that_are_up_already_get_their_parts_at_once() -> None:
    run = Conversation(greeted=["bob"])
    assert run.begin() == [Assign("bob")]
    assert run.said("alice", Hello(pid=1)) == [Assign("alice")]
    assert run.all_said(Ready())[0] == AnnounceRunning()


def test_a_run_does_not_run_before_its_time_although_everybody_is_ready() -> None:
    run = Conversation(greeted=list(ADDRESSES), not_before=START + 0.5)
    run.begin()
    assert run.all_said(Ready()) == []
    assert run.state.next_look(START) == START + 0.5
    run.now = START + 0.5
    assert run.state.tick(run.now) == [
        AnnounceRunning(),
        *(Go(instance) for instance in ADDRESSES),
    ]
    assert run.state.next_look(run.now) == run.state.deadline


def test_a_silent_worker_is_killed_and_charged_once_its_process_is_gone() -> None:
    run = running()
    assert run.silent("bob") == [SignalWorker("bob", signal.SIGKILL)]
    assert run.state.stage is Stage.RUNNING
    assert run.ended("bob", -signal.SIGKILL, "bob-2") == [
        AttributeExit("bob", HUNG),
        Halt("alice", "abort"),
    ]
    assert run.state.reason == RunReason(instance="bob", node="bob-2", message=HUNG)
    assert not run.state.scenario_failed
    run.play_out()
    assert run.exits() == {"alice": "finished", "bob": "killed"}


def test_a_worker_that_hangs_before_the_run_runs_fails_it_too() -> None:
    run = greeted()
    run.said("alice", Ready())
    run.silent("bob")
    run.ended("bob", -signal.SIGKILL)
    assert run.state.reason == RunReason(instance="bob", message=HUNG)


def test_beats_alone_change_nothing() -> None:
    assert running().all_said(Beat()) == []


def test_a_silence_in_the_clean_up_is_left_to_its_own_limit() -> None:
    run = cleaning()
    assert run.silent("bob") == []


def test_a_run_that_may_keep_its_workers_hands_them_back() -> None:
    run = dismissing()
    run.state.keep = True
    run.all_said(EventsFinished(last_seq=4))
    assert run.collect() == [HandBack("alice"), HandBack("bob"), Conclude()]
    assert run.exits() == {"alice": "finished", "bob": "finished"}
    assert run.confirmed() == ["alice", "bob"]


def test_a_worker_whose_own_step_failed_is_handed_back_as_failed() -> None:
    run = running()
    run.said("alice", BUSY)
    run.state.keep = True
    run.play_out()
    assert run.exits() == {"alice": "failed", "bob": "finished"}
    assert HandBack("alice") in run.asked


def test_a_worker_that_still_holds_something_is_not_handed_back() -> None:
    run = cleaning()
    run.state.keep = True
    run.said("alice", CleanedUp(released=0, idle=False))
    run.said("bob", CleanedUp(released=0, left=("call-1",)))
    run.all_said(EventsFinished(last_seq=4))
    assert run.collect() == [Quit("alice"), Quit("bob")]
