"""Calls to where nothing answers: the INVITE is given up, and what follows on its leg goes on."""

import pytest

from sipflow.scenario.model.actions import Disconnected, MakeCall, Release
from sipflow.worker.actions import SILENCE
from sipflow.worker.session.walker import CANCEL_GRACE
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteSent, Progressed
from tests.worker.plans import chain, node, plan
from tests.worker.walk import Walk

SENT = InviteSent("out-1")
RINGING = Progressed("out-1", 180, "Ringing")
CANCELLED = DialogEnded("out-1", 487, "Request Terminated")
LATE = DialogEnded("out-1", None, "no final answer to the INVITE within 32 s")
WARNING = "warning: leg call-1 is given up: no response to the INVITE came"
GONE = "warning: leg call-1 was gone already: given up: no response to the INVITE came"


def test_a_release_of_a_call_that_was_given_up_succeeds_at_once() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200", timeout=2.0), failure="alice-2"),
            node("alice-2", Release()),
        )
    )
    walk.go()
    walk.tell(SENT)
    walk.at(2.0)

    assert walk.at(2.0 + CANCEL_GRACE) == [
        "alice-1 failed (time limit) no final answer within 2 s (no response came): cancelled",
        "alice-2 running (alice-1 failed)",
        GONE,
        "alice-2 completed (begin)",
    ]
    (dialog,) = walk.legs.alive()  # the user agent has it still
    assert dialog.ended
    walk.tell(LATE)
    assert walk.legs.alive() == []


def test_the_leg_of_a_call_that_was_given_up_can_have_another_call() -> None:
    walk = Walk(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200", timeout=2.0), failure="alice-2"),
            node("alice-2", MakeCall(to="300")),
        )
    )
    walk.go()
    walk.at(2.0)
    walk.at(2.0 + CANCEL_GRACE)

    assert walk.tell(DialogConfirmed("out-2", 200, "OK")) == ["alice-2 completed (200 received)"]


def test_a_release_gives_an_invite_up_that_has_no_response_after_a_moment() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Release(), Disconnected()))
    walk.go()
    assert walk.tell(SENT)[-1] == "> hang up out-1"
    assert walk.walker.next_timer() == SILENCE

    assert walk.at(SILENCE) == [
        WARNING,
        "alice-2 completed (given up)",
        "alice-3 running (alice-2 completed)",
        "info: waiting on leg call-1",
        "alice-3 completed (dialog gone: given up: no response to the INVITE came)",
    ]


def test_a_release_waits_for_an_invite_that_was_heard_meanwhile() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Release(timeout=5.0)))
    walk.go()
    walk.tell(SENT)
    walk.tell(RINGING)

    assert walk.at(SILENCE) == []
    assert walk.walker.next_timer() == 5.0
    assert walk.tell(CANCELLED) == ["alice-2 completed (dialog gone)"]


def test_a_release_that_is_heard_and_never_answered_fails_at_its_time_limit() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Release(timeout=5.0)))
    walk.go()
    walk.tell(SENT)
    walk.tell(RINGING)
    walk.at(SILENCE)

    failed = "alice-2 failed (time limit) leg call-1 did not end within 5 s"
    assert walk.at(5.0)[0] == failed


def test_the_moment_stands_still_in_a_pause() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Release(timeout=5.0)))
    walk.go()
    walk.tell(SENT)
    walk.pause()
    walk.at(10.0)
    walk.resume()

    assert walk.walker.next_timer() == pytest.approx(10.0 + SILENCE)
    walk.tell(RINGING)
    assert walk.at(10.0 + SILENCE) == []
    assert walk.walker.next_timer() == pytest.approx(15.0)


def test_a_release_with_a_shorter_limit_gives_up_then() -> None:
    walk = Walk(chain("alice", MakeCall(to="200", until="sent"), Release(timeout=0.5)))
    walk.go()
    walk.tell(SENT)

    assert walk.at(0.5) == [WARNING, "alice-2 completed (given up)"]
