"""A walk that is paused: nothing begins, time stands still, what happens is taken in."""

import pytest

from sipflow.protocol.events import Reason
from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Timeout,
)
from sipflow.worker.session.walker import CANCEL_GRACE, WalkFailed
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteReceived, InviteSent
from tests.worker.plans import ALICE, BOB, chain, node, plan
from tests.worker.transcript import written
from tests.worker.walk import Walk

CONFIRMED = DialogConfirmed("out-1", 200, "OK")
BUSY = DialogEnded("out-1", 486, "Busy Here")
CANCELLED = DialogEnded("out-1", 487, "Request Terminated")


def test_the_first_node_does_not_begin_before_the_resumption() -> None:
    walk = Walk(chain("alice", Timeout(timeout=1.0)))

    assert walk.pause() == []
    assert walk.at(5.0) == []
    assert not walk.walker.finished
    assert walk.resume() == ["alice-1 running (go)", "info: waiting 1 s"]
    assert walk.walker.next_timer() == 6.0


def test_a_running_node_is_decided_by_what_happens_and_the_next_one_waits() -> None:
    walk = Walk(chain("alice", MakeCall(to="200"), Release()))
    walk.go()
    walk.pause()

    assert walk.tell(InviteSent("out-1"), CONFIRMED) == ["alice-1 completed (200 received)"]
    assert walk.at(60.0) == []
    assert walk.resume() == [
        "alice-2 running (alice-1 completed)",
        "info: releasing leg call-1: BYE",
        "> hang up out-1",
    ]
    assert walk.walker.next_timer() == 70.0


@pytest.mark.parametrize(
    "action",
    [Timeout(timeout=2.0), Incoming(timeout=2.0), MakeCall(to="200", timeout=2.0)],
    ids=["delay", "event", "command"],
)
def test_the_time_limit_of_a_running_node_stands_still(action: NodeAction) -> None:
    walk = Walk(chain("alice", action))
    walk.go()
    walk.at(0.5)
    walk.pause()

    assert walk.walker.next_timer() is None
    assert walk.at(10.5) == []
    assert walk.resume() == []
    assert walk.walker.next_timer() == 12.0
    assert walk.at(11.75) == []
    assert walk.at(12.0) != []


def test_a_limit_that_had_just_passed_is_acted_on_after_the_pause() -> None:
    walk = Walk(chain("alice", Timeout(timeout=2.0)))
    walk.go()
    walk.now = 3.0
    walk.pause()

    assert walk.at(10.0) == []
    assert walk.resume() == ["alice-1 completed (time is up)"]


def test_pauses_add_up() -> None:
    walk = Walk(chain("alice", Timeout(timeout=2.0)))
    walk.go()
    for begin in (1.0, 3.5):
        walk.at(begin)
        walk.pause()
        walk.at(begin + 2.0)
        walk.resume()

    assert walk.walker.next_timer() == 6.0


def test_the_grace_of_a_cancelled_call_stands_still() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", timeout=2.0)))
    walk.go()
    walk.at(2.0)
    walk.at(2.5)
    walk.pause()

    assert walk.at(60.0) == []
    assert walk.resume() == []
    assert walk.walker.next_timer() == 60.0 + CANCEL_GRACE - 0.5


def test_a_cancelled_call_that_is_seen_gone_in_the_pause_fails_its_node_at_once() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200", timeout=2.0), failure="alice-2"),
            node("alice-2", Timeout(timeout=1.0)),
        )
    )
    walk.go()
    walk.at(2.0)
    walk.pause()

    assert walk.tell(CANCELLED) == [
        "alice-1 failed (time limit) no final answer within 2 s (no response came): cancelled"
    ]
    assert walk.resume() == ["alice-2 running (alice-1 failed)", "info: waiting 1 s"]


def test_a_failure_without_a_failure_edge_fails_the_walk_at_once() -> None:
    walk = Walk(chain("alice", MakeCall(to="200"), Release()))
    walk.go()
    walk.pause()

    assert walk.tell(BUSY) == [
        "alice-1 failed (486 ended the leg) 486 Busy Here",
        "error: alice-1 486 Busy Here",
    ]
    assert walk.walker.failure == WalkFailed("alice-1", Reason(code=486, message="Busy Here"))
    assert walk.resume() == []


def test_a_walk_may_finish_while_it_is_paused() -> None:
    walk = Walk(chain("alice", MakeCall(to="200")))
    walk.go()
    walk.pause()

    assert walk.tell(CONFIRMED) == ["alice-1 completed (200 received)"]
    assert walk.walker.finished


def test_what_happens_in_the_pause_is_there_for_the_nodes_after_it() -> None:
    walk = Walk(chain("bob", Incoming(), Answer(), Connected()))
    walk.pause()

    assert walk.tell(InviteReceived("in-1", ALICE)) == []
    assert walk.resume() == [
        "bob-1 running (go)",
        "info: waiting for an INVITE",
        f"info: INVITE from {ALICE} taken as leg call-1",
        "> 180 in-1",
        "bob-1 completed (INVITE received)",
        "bob-2 running (bob-1 completed)",
        "info: answering leg call-1 with 200 OK",
        "> 200 in-1",
    ]


def test_a_second_start_node_waits_too() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200")),
            node("alice-2", Timeout(timeout=1.0)),
            starts=("alice-1", "alice-2"),
        )
    )
    walk.go()
    walk.pause()

    assert walk.tell(CONFIRMED) == ["alice-1 completed (200 received)"]
    assert not walk.walker.finished
    assert walk.resume() == ["alice-2 running (go)", "info: waiting 1 s"]


def test_a_second_pause_does_not_begin_it_again() -> None:
    walk = Walk(chain("alice", Timeout(timeout=2.0)))
    walk.go()
    walk.pause()
    walk.at(4.0)
    walk.pause()
    walk.at(6.0)
    walk.resume()

    assert walk.walker.next_timer() == 8.0


def test_a_resumption_without_a_pause_does_nothing() -> None:
    walk = Walk(chain("alice", MakeCall(to="200")))

    walk.walker.resume(0.0)
    assert walk.go() == [
        "alice-1 running (go)",
        f"info: MakeCall to {BOB}",
        f"> INVITE out-1 {BOB}",
    ]
    walk.at(4.0)
    assert walk.resume() == []
    assert walk.walker.next_timer() == 10.0


def test_a_paused_walk_may_be_broken_off() -> None:
    walk = Walk(chain("alice", Timeout(timeout=2.0), Timeout(timeout=2.0)))
    walk.go()
    walk.pause()

    assert written(walk.walker.break_off(1.0, "stop")) == ["alice-1 cancelled (stop)"]
    assert walk.resume() == []
    assert not walk.walker.finished
