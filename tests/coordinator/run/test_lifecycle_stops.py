"""A run that a user stops: once or twice, wherever the run is."""

import signal

import pytest

from sipflow.coordinator.run.actions import AnnounceCleanUp, Conclude, Halt, SignalWorker
from sipflow.coordinator.run.lifecycle import Stage
from sipflow.protocol.control import ChainFinished, Halted
from tests.coordinator.message_script import ADDRESSES, AT, BUSY, launching, running

HALTS = [Halt(instance, "stop") for instance in ADDRESSES]
KILLS = [SignalWorker(instance, signal.SIGKILL) for instance in ADDRESSES]
STAGES = list(Stage)
UNDER_WAY = STAGES[: STAGES.index(Stage.KILLING)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stop_ends_a_run_in_order(stage: Stage) -> None:
    run = AT[stage]()
    asked = run.stop()
    run.play_out()
    assert run.state.stage is Stage.ENDED
    assert run.asked.count(Conclude()) == 1
    assert run.state.reason is None
    assert not run.state.cut_short
    assert asked == {
        Stage.LAUNCHING: [*KILLS, AnnounceCleanUp("stop")],
        Stage.REGISTERING: HALTS,
        Stage.RUNNING: HALTS,
    }.get(stage, [])
    # One that had come to its end anyway was not stopped.
    assert run.state.stopped == (stage <= Stage.HALTING)


@pytest.mark.parametrize("stage", STAGES)
def test_a_second_stop_waits_for_nobody(stage: Stage) -> None:
    run = AT[stage]()
    run.stop()
    asked = run.stop(at_once=True)
    if stage in UNDER_WAY:
        assert asked[-2:] == KILLS
        assert run.state.stage is Stage.KILLING
    else:
        assert asked == []
    run.play_out()
    assert run.state.stage is Stage.ENDED
    assert run.state.cut_short == (stage in UNDER_WAY)
    assert run.asked.count(Conclude()) == 1


@pytest.mark.parametrize("stage", UNDER_WAY)
def test_a_clean_up_that_is_cut_short_is_announced_all_the_same(stage: Stage) -> None:
    run = AT[stage]()
    run.stop(at_once=True)
    run.run_out()
    announced = [action for action in run.asked if isinstance(action, AnnounceCleanUp)]
    assert len(announced) == 1


def test_workers_that_do_not_even_die_are_given_up() -> None:
    run = running()
    run.stop(at_once=True)
    assert run.run_out() == [Conclude()]
    assert run.exits() == {"alice": "killed", "bob": "killed"}
    assert run.confirmed() == []


def test_a_stop_during_the_launch_leaves_nothing_unconfirmed() -> None:
    run = launching()
    run.stop()
    run.play_out()
    assert run.exits() == {"alice": "killed", "bob": "killed"}
    assert run.confirmed() == ["alice", "bob"]


def test_a_chain_that_fails_after_the_stop_does_not_fail_the_run() -> None:
    run = running()
    run.stop()
    assert run.said("alice", BUSY) == []
    assert run.state.reason is None
    assert run.state.members["alice"].failed


def test_chains_that_finish_after_the_stop_change_nothing() -> None:
    run = running()
    run.said("alice", ChainFinished())
    run.stop()
    run.said("bob", ChainFinished())
    assert run.state.stage is Stage.HALTING
    run.all_said(Halted())
    assert run.asked.count(AnnounceCleanUp("stop")) == 1
