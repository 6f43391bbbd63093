"""The walk, as transcripts: what the walker is told, and what comes out."""

import msgspec
import pytest

from sipflow.protocol.events import Reason
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Response,
    Ringing,
    Timeout,
    Variable,
)
from sipflow.scenario.model.conditions import Capture, Selector
from sipflow.scenario.model.deferred import Deferred
from sipflow.worker.session.walker import CANCEL_GRACE, WalkFailed
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
)
from tests.worker.plans import ALICE, BOB, CAROL, chain, node, plan
from tests.worker.transcript import written
from tests.worker.walk import Walk

RINGING = Progressed("out-1", 180, "Ringing")
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
ENDED = DialogEnded("out-1", 200, "Normal call clearing")
BUSY = DialogEnded("out-1", 486, "Busy Here")
CALLED = InviteReceived("in-1", ALICE)
ACKED = DialogConfirmed("in-1", 200, "OK")
CLEARED = DialogEnded("in-1", 200, "Normal call clearing")


def states(lines: list[str]) -> list[str]:
    """Return the lines about nodes, without their causes."""
    return [line.partition(" (")[0] for line in lines if line.startswith(("alice-", "bob-"))]


# From node to node.


def test_an_instance_without_nodes_has_finished_at_once() -> None:
    walk = Walk(plan("alice"))

    assert walk.go() == []
    assert walk.walker.finished
    assert walk.walker.next_timer() is None


def test_a_call_is_made_talked_and_released() -> None:
    walk = Walk(chain("alice", MakeCall(to="200"), Timeout(timeout=0.5), Release()))

    assert walk.go() == [
        "alice-1 running (go)",
        f"info: MakeCall to {BOB}",
        f"> INVITE out-1 {BOB}",
    ]
    assert walk.tell(InviteSent("out-1"), RINGING) == []
    assert walk.tell(CONFIRMED) == [
        "alice-1 completed (200 received)",
        "alice-2 running (alice-1 completed)",
        "info: waiting 0.5 s",
    ]
    assert walk.at(0.5) == [
        "alice-2 completed (time is up)",
        "alice-3 running (alice-2 completed)",
        "info: releasing leg call-1: BYE",
        "> hang up out-1",
    ]
    assert walk.tell(ENDED) == ["alice-3 completed (dialog gone)"]
    assert walk.walker.finished
    assert walk.walker.failure is None


def test_a_call_is_taken_answered_and_its_end_seen() -> None:
    walk = Walk(chain("bob", Incoming(), Answer(), Disconnected()))

    assert walk.go() == ["bob-1 running (go)", "info: waiting for an INVITE"]
    assert walk.tell(CALLED) == [
        f"info: INVITE from {ALICE} taken as leg call-1",
        "> 180 in-1",
        "bob-1 completed (INVITE received)",
        "bob-2 running (bob-1 completed)",
        "info: answering leg call-1 with 200 OK",
        "> 200 in-1",
    ]
    assert walk.tell(Progressed("in-1", 180, "Ringing")) == []
    assert walk.tell(ACKED) == [
        "bob-2 completed (ACK received)",
        "bob-3 running (bob-2 completed)",
        "info: waiting on leg call-1",
    ]
    assert walk.tell(CLEARED) == ["bob-3 completed (dialog gone: 200 Normal call clearing)"]


def test_a_failed_node_takes_its_failure_edge() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200"), success="alice-2", failure="alice-3"),
            node("alice-2", Release()),
            node("alice-3", Timeout(timeout=0.1)),
        )
    )
    walk.go()

    assert walk.tell(BUSY) == [
        "alice-1 failed (486 ended the leg) 486 Busy Here",
        "alice-3 running (alice-1 failed)",
        "info: waiting 0.1 s",
    ]
    assert walk.walker.failure is None
    assert walk.at(0.1) == ["alice-3 completed (time is up)"]
    assert walk.walker.finished


def test_a_failed_node_without_a_failure_edge_fails_the_walk() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200"), success="alice-2"),
            node("alice-2", Release()),
            node("alice-3", Timeout(timeout=0.1)),
            starts=("alice-1", "alice-3"),
        )
    )
    walk.go()

    assert walk.tell(BUSY) == [
        "alice-1 failed (486 ended the leg) 486 Busy Here",
        "error: alice-1 486 Busy Here",
    ]
    assert walk.walker.failure == WalkFailed("alice-1", Reason(code=486, message="Busy Here"))
    assert not walk.walker.finished
    assert walk.at(60.0) == []
    assert walk.walker.next_timer() is None


def test_start_nodes_are_walked_one_after_another_in_their_order() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", Timeout(timeout=1.0)),
            node("alice-2", Timeout(timeout=1.0), success="alice-3"),
            node("alice-3", Timeout(timeout=1.0)),
            starts=("alice-2", "alice-1"),
        )
    )

    lines = [line for now in (0.0, 1.0, 2.0, 3.0) for line in walk.at(now)]

    assert states(lines) == [
        "alice-2 running", "alice-2 completed",
        "alice-3 running", "alice-3 completed",
        "alice-1 running", "alice-1 completed",
    ]  # fmt: skip
    assert "alice-1 running (go)" in lines
    assert walk.walker.finished


def test_two_branches_may_join() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", Release(), success="alice-2", failure="alice-2"),
            node("alice-2", Timeout(timeout=0.0)),
        )
    )

    assert states(walk.go()) == [
        "alice-1 running", "alice-1 failed", "alice-2 running", "alice-2 completed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "edges"),
    [
        (Release(leg="never-was"), ("failure",)),
        (Timeout(timeout=0.0), ("success",)),
        (Disconnected(leg="never-was"), ("failure",)),
    ],
)
def test_a_long_chain_of_nodes_that_are_decided_at_once_is_walked_in_one_go(
    action: NodeAction, edges: tuple[str, ...]
) -> None:
    count = 5_000
    names = [f"alice-{number}" for number in range(1, count + 1)]
    last = node("alice-0", Timeout(timeout=0.0))
    nodes = [
        node(name, action, **dict.fromkeys(edges, successor))
        for name, successor in zip(names, [*names[1:], last.id], strict=True)
    ]
    walk = Walk(plan("alice", *nodes, last))

    lines = states(walk.go())

    assert len(lines) == 2 * (count + 1)
    assert lines[-1] == "alice-0 completed"
    assert walk.walker.finished


# Legs.


def test_events_that_came_before_their_nodes_are_not_lost() -> None:
    call = MakeCall(to="200", until="sent")
    walk = Walk(chain("alice", call, Timeout(timeout=1.0), Ringing(), Connected(), Disconnected()))
    walk.go()
    walk.tell(InviteSent("out-1"))
    walk.tell(RINGING, CONFIRMED, ENDED)

    assert states(walk.at(1.0)) == [
        "alice-2 completed",
        "alice-3 running", "alice-3 completed",
        "alice-4 running", "alice-4 completed",
        "alice-5 running", "alice-5 completed",
    ]  # fmt: skip


def test_each_happening_satisfies_one_wait() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Ringing(), Ringing()))
    walk.go()

    assert states(walk.tell(InviteSent("out-1"), RINGING)) == [
        "alice-1 completed", "alice-2 running", "alice-2 completed", "alice-3 running",
    ]  # fmt: skip
    assert states(walk.tell(RINGING)) == ["alice-3 completed"]


def test_invites_are_taken_in_the_order_of_their_coming_under_the_names_that_the_nodes_give() -> (
    None
):
    walk = Walk(
        chain(
            "bob",
            Timeout(timeout=1.0),
            Incoming(leg="first", ring=False),
            Incoming(leg="second", ring=False),
            Response(leg="second", code=486),
        )
    )
    walk.go()
    walk.tell(CALLED, InviteReceived("in-2", CAROL))

    lines = walk.at(1.0)

    assert f"info: INVITE from {ALICE} taken as leg first" in lines
    assert f"info: INVITE from {CAROL} taken as leg second" in lines
    assert lines[-1] == "> 486 in-2"


@pytest.mark.parametrize(
    "action",
    [Answer(leg="other"), Response(leg="other", code=486), Release(leg="other"),
     Ringing(leg="other"), Connected(leg="other"), Disconnected(leg="other")],
    ids=lambda action: type(action).__name__,
)  # fmt: skip
def test_a_leg_that_is_not_there_fails_its_node_only_and_touches_no_other(
    action: NodeAction,
) -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200"), success="alice-2"),
            node("alice-2", action, failure="alice-3"),
            node("alice-3", Timeout(timeout=1.0)),
        )
    )
    walk.go()

    assert walk.tell(CONFIRMED)[1:] == [
        "alice-2 running (alice-1 completed)",
        "alice-2 failed (begin) there is no leg other",
        "alice-3 running (alice-2 failed)",
        "info: waiting 1 s",
    ]
    assert [dialog.key for dialog in walk.legs.alive()] == ["out-1"]


def test_the_release_of_a_leg_that_is_gone_succeeds_with_a_warning() -> None:
    walk = Walk(chain("alice", MakeCall(to="200"), Timeout(timeout=1.0), Release()))
    walk.go()
    walk.tell(CONFIRMED)
    walk.tell(ENDED)

    assert walk.at(1.0)[1:] == [
        "alice-3 running (alice-2 completed)",
        "warning: leg call-1 was gone already: 200 Normal call clearing",
        "alice-3 completed (begin)",
    ]


def test_a_wait_on_a_leg_that_is_gone_fails_at_once_with_the_code_that_it_ended_with() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Connected()))
    walk.go()
    walk.tell(InviteSent("out-1"))

    assert walk.tell(BUSY) == [
        "alice-2 failed (486 ended the leg) 486 Busy Here",
        "error: alice-2 486 Busy Here",
    ]


def test_a_leg_can_be_used_again_once_its_dialog_is_gone() -> None:
    walk = Walk(chain("alice", MakeCall(to="200"), Release(), MakeCall(to="200")))
    walk.go()
    walk.tell(CONFIRMED)

    assert walk.tell(ENDED)[-1] == f"> INVITE out-2 {BOB}"


# Time limits.


def test_a_time_limit_is_counted_from_the_moment_that_the_node_begins() -> None:
    walk = Walk(chain("bob", Timeout(timeout=2.0), Incoming(timeout=5.0)))
    walk.go()
    assert walk.walker.next_timer() == 2.0
    walk.at(3.0)
    assert walk.walker.next_timer() == 8.0

    assert walk.at(7.9) == []
    assert walk.at(8.0) == [
        "bob-2 failed (time limit) no INVITE within 5 s",
        "error: bob-2 no INVITE within 5 s",
    ]


def test_what_has_happened_by_the_time_limit_still_counts() -> None:
    walk = Walk(chain("bob", Incoming(timeout=5.0)))
    walk.go()
    walk.now = 5.0

    assert states(walk.tell(CALLED)) == ["bob-1 completed"]


def test_a_call_at_its_time_limit_is_cancelled_and_fails_once_it_is_gone() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", timeout=3.0)))
    walk.go()
    walk.tell(RINGING)

    assert walk.at(3.0) == [
        "info: no final answer within 3 s (180 Ringing came): cancelling leg call-1",
        "> hang up out-1",
    ]
    assert walk.walker.next_timer() == 3.0 + CANCEL_GRACE
    assert walk.at(3.5) == []
    assert walk.tell(DialogEnded("out-1", 487, "Request Terminated")) == [
        "alice-1 failed (time limit) no final answer within 3 s (180 Ringing came): cancelled",
        "error: alice-1 no final answer within 3 s (180 Ringing came): cancelled",
    ]


def test_a_cancelled_call_that_stays_silent_fails_a_moment_later() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", timeout=3.0)))
    walk.go()
    walk.at(3.0)

    assert walk.at(3.0 + CANCEL_GRACE)[0] == (
        "alice-1 failed (time limit) no final answer within 3 s (no response came): cancelled"
    )


def test_a_call_that_is_answered_as_it_is_cancelled_has_failed_all_the_same() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", timeout=3.0)))
    walk.go()
    walk.at(3.0)

    assert walk.tell(CONFIRMED) == []
    assert walk.tell(ENDED)[0] == (
        "alice-1 failed (time limit) no final answer within 3 s (no response came): cancelled"
    )


def test_an_order_that_is_refused_fails_the_node() -> None:
    walk = Walk(chain("bob", Incoming(), Answer()))
    walk.go()
    walk.tell(CALLED)

    assert walk.tell(OrderRefused("in-1", "no media")) == [
        "bob-2 failed (refused) no media",
        "error: bob-2 no media",
    ]


# Breaking off.


def test_the_node_that_runs_when_the_walk_is_broken_off_ends_cancelled() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", Timeout(timeout=5.0)),
            node("alice-2", Timeout(timeout=5.0)),
            starts=("alice-1", "alice-2"),
        )
    )
    walk.go()

    assert written(walk.walker.break_off(1.0, "stop")) == ["alice-1 cancelled (stop)"]
    assert walk.at(60.0) == []
    assert (walk.walker.finished, walk.walker.failure) == (False, None)


def test_a_walk_that_is_over_or_has_not_begun_has_nothing_to_cancel() -> None:
    walk = Walk(chain("alice", Timeout(timeout=1.0)))

    assert walk.walker.break_off(0.0, "stop") == []
    assert walk.at(5.0) == []
    assert not walk.walker.finished


# Variables.


def late(action: NodeAction, *parts: str | Variable) -> InstancePlan:
    """Return the plan of alice, who does something whose ``to`` or ``timeout`` is not known yet."""
    is_call = isinstance(action, MakeCall)
    lacking = Deferred(
        property="to" if is_call else "timeout",
        kind="text" if is_call else "duration",
        parts=parts,
    )
    one = msgspec.structs.replace(node("alice-1", action), late=(lacking,))
    return msgspec.structs.replace(plan("alice", one), variables={"who": "200", "long": "2s"})


def test_a_node_begins_with_what_its_variables_stand_for() -> None:
    walk = Walk(late(MakeCall(to="?"), Variable("who")))

    assert walk.go()[1:] == [f"info: MakeCall to {BOB}", f"> INVITE out-1 {BOB}"]


def test_a_time_limit_may_be_a_variable() -> None:
    walk = Walk(late(Timeout(timeout=0.0), Variable("long")))

    assert walk.go() == ["alice-1 running (go)", "info: waiting 2 s"]
    assert walk.walker.next_timer() == 2.0
    assert walk.at(2.0) == ["alice-1 completed (time is up)"]


def test_a_node_whose_variables_do_not_fit_fails_as_it_begins() -> None:
    walk = Walk(late(MakeCall(to="?"), Variable("nobody")))

    assert walk.go() == [
        "alice-1 running (go)",
        "alice-1 failed (begin) the variable nobody has no value yet",
        "error: alice-1 the variable nobody has no value yet",
    ]


def test_no_variable_makes_a_target_that_is_no_uri() -> None:
    walk = Walk(late(MakeCall(to="?"), "sip:", Variable("who"), " @x"))

    assert states(walk.go())[-1] == "alice-1 failed"


def test_what_a_node_captures_is_known_to_those_after_it() -> None:
    who = Capture("who", Selector("header.From.user", "header", "from", "user"))
    call = MakeCall(to="?", leg="back")
    second = msgspec.structs.replace(
        node("bob-2", call),
        late=(Deferred(property="to", kind="text", parts=(Variable("who"),)),),
    )
    walk = Walk(plan("bob", node("bob-1", Incoming(capture=(who,)), success="bob-2"), second))

    walk.go()
    message = "INVITE sip:200@h SIP/2.0\r\nFrom: <sip:300@h>\r\n\r\n"
    assert walk.tell(InviteReceived("in-1", ALICE, message))[1:] == [
        "> 180 in-1",
        'info: who is "300"',
        "bob-1 completed (INVITE received)",
        "bob-2 running (bob-1 completed)",
        f"info: MakeCall to {CAROL}",
        f"> INVITE out-1 {CAROL}",
    ]
