"""Pauses of a run: when they are told, what they hold up, and what they never hold up."""

import signal

import pytest

from sipflow.coordinator.run.actions import (
    AnnounceCleanUp,
    AnnouncePaused,
    AnnounceResumed,
    AnnounceRunning,
    CleanUp,
    Go,
    Halt,
    Pause,
    Resume,
)
from sipflow.coordinator.run.lifecycle import CLEAN_UP_LIMIT, Stage
from sipflow.protocol.control import ChainFinished, Paused, Ready
from tests.coordinator.message_script import ADDRESSES, AT, BUSY, Conversation, greeted, running

PAUSES = [Pause(instance) for instance in ADDRESSES]
RESUMES = [Resume(instance) for instance in ADDRESSES]
CLEAN_UPS = [AnnounceCleanUp("finished"), *(CleanUp(name, CLEAN_UP_LIMIT) for name in ADDRESSES)]


def paused() -> Conversation:
    """Return a run that is paused."""
    run = running()
    run.pause()
    run.all_said(Paused(last_seq=3))
    return run


def test_a_pause_is_told_when_every_worker_has_said_that_it_pauses() -> None:
    run = running()
    assert run.pause() == PAUSES
    assert run.said("alice", Paused(last_seq=3)) == []
    assert run.said("bob", Paused(last_seq=5)) == [AnnouncePaused()]
    assert run.state.pause.last_seqs == {"alice": 3, "bob": 5}
    assert run.resume() == [AnnounceResumed(), *RESUMES]
    assert run.all_said(ChainFinished()) == CLEAN_UPS


def test_a_pause_may_be_asked_for_before_the_run_runs() -> None:
    run = greeted()
    assert run.pause() == []
    assert run.said("alice", Ready()) == []
    assert run.said("bob", Ready()) == [
        AnnounceRunning(),
        *PAUSES,
        *(Go(instance) for instance in ADDRESSES),
    ]
    assert run.all_said(Paused(last_seq=0)) == [AnnouncePaused()]


def test_a_pause_that_is_taken_back_before_the_run_runs_leaves_no_trace() -> None:
    run = greeted()
    run.pause()
    assert run.resume() == []
    assert run.all_said(Ready()) == [
        AnnounceRunning(),
        *(Go(instance) for instance in ADDRESSES),
    ]


def test_a_second_wish_of_the_same_kind_changes_nothing() -> None:
    run = paused()
    assert run.pause() == []
    run.resume()
    assert run.resume() == []


def test_a_pause_that_is_taken_back_before_it_was_told_is_never_told() -> None:
    run = running()
    run.pause()
    run.said("alice", Paused(last_seq=3))
    assert run.resume() == RESUMES
    assert run.said("bob", Paused(last_seq=3)) == []


def test_answers_to_an_earlier_pause_do_not_tell_of_a_later_one() -> None:
    run = running()
    run.pause()
    run.resume()
    assert run.pause() == PAUSES
    assert run.all_said(Paused(last_seq=3)) == []
    assert run.all_said(Paused(last_seq=4)) == [AnnouncePaused()]


def test_a_paused_run_does_not_end_although_everybody_has_finished() -> None:
    run = paused()
    assert run.all_said(ChainFinished()) == []
    assert run.state.stage is Stage.RUNNING
    assert run.resume() == [AnnounceResumed(), *RESUMES, *CLEAN_UPS]


def test_a_failure_ends_a_paused_run() -> None:
    run = paused()
    assert run.said("alice", BUSY) == [Halt("alice", "abort"), Halt("bob", "abort")]
    run.play_out()
    assert run.state.stage is Stage.ENDED


def test_a_stop_wins_over_a_pause() -> None:
    run = running()
    run.pause()
    assert run.stop() == [Halt("alice", "stop"), Halt("bob", "stop")]
    assert run.all_said(Paused(last_seq=3)) == []
    run.play_out()
    assert run.state.stopped


def test_a_worker_that_dies_is_not_waited_for() -> None:
    run = running()
    run.pause()
    run.said("alice", Paused(last_seq=3))
    run.ended("bob", -signal.SIGKILL)
    assert run.state.stage is Stage.HALTING


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage > Stage.RUNNING])
def test_it_is_too_late_for_a_pause_when_the_run_ends(stage: Stage) -> None:
    run = AT[stage]()
    assert run.pause() is None
    assert run.resume() is None
