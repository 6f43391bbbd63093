"""SendMessage and MESSAGE: tables of what they do and what decides them."""

import pytest

from sipflow.scenario.model.actions import Message, SendMessage
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    Happening,
    TextAnswered,
    TextReceived,
)
from tests.worker.actions.telling import BUSY, CONFIRMED, NO_LEG, RINGING, calling
from tests.worker.plans import BOB, CAROL, PEERS

TO_BOB = SendMessage(to="200", body="hello", timeout=2.0)
ON_LEG = SendMessage(leg="call-1", body="hello", headers={"X-A": "b"})
GONE = Failed("486 ended the leg", "Busy Here", 486)


def text(body: str, *, sender: str = "sip:200@127.0.0.1", dialog: str | None = None) -> Happening:
    """Return that a text came."""
    return TextReceived(dialog, sender, body)


def legs_with(*happenings: Happening) -> Legs:
    """Return legs without a call, of which these were told."""
    legs = Legs()
    for happening in happenings:
        legs.apply(happening)
    return legs


def observed(action: SendMessage | Message, legs: Legs, *happenings: Happening) -> Step:
    """Begin a node, let something happen, and look at it."""
    begin(action, legs, PEERS)
    for happening in happenings:
        legs.apply(happening)
    return observe(action, legs)


def test_a_message_goes_to_a_number_a_name_or_a_uri() -> None:
    order = SendText("message-1", "hello", "text/plain", target=BOB)
    assert begin(TO_BOB, Legs(), PEERS) == Step(orders=(order,), log=f'MESSAGE to {BOB}: "hello"')

    step = begin(SendMessage(to="sip:x@y", body="a\nb"), Legs(), PEERS)
    assert step.log == 'MESSAGE to sip:x@y: "a\ufffdb"'

    step = begin(SendMessage(to="nobody", body=""), Legs(), PEERS)
    assert step == Step(Failed("begin", "nobody is no number, name or SIP URI"))


def test_a_message_goes_on_a_leg_that_is_there() -> None:
    order = SendText("message-1", "hello", "text/plain", dialog="out-1", headers=(("X-A", "b"),))
    step = begin(ON_LEG, calling(RINGING), PEERS)
    assert step == Step(orders=(order,), log='MESSAGE on leg call-1: "hello"')

    assert begin(ON_LEG, Legs(), PEERS) == Step(NO_LEG)
    assert begin(ON_LEG, calling(BUSY), PEERS) == Step(GONE)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((), None),
        ((TextAnswered("message-1", 200, "OK"),), Succeeded("200 received")),
        ((TextAnswered("message-1", 202, "Accepted"),), Succeeded("202 received")),
        (
            (TextAnswered("message-1", 404, "Not Found"),),
            Failed("404 received", "Not Found", 404),
        ),
        ((TextAnswered("message-1", None, "too long"),), Failed("refused", "too long")),
        (
            (TextAnswered("message-1", None, "no answer", timed_out=True),),
            Failed("time limit", "no answer"),
        ),
        ((TextAnswered("message-7", 200, "OK"),), None),
    ],
)
def test_a_final_answer_decides(answers: tuple[Happening, ...], outcome: Outcome | None) -> None:
    assert observed(TO_BOB, Legs(), *answers).outcome == outcome
    assert observed(ON_LEG, calling(RINGING), *answers).outcome == outcome


def test_a_message_on_a_leg_that_is_lost_fails_at_once() -> None:
    assert observed(ON_LEG, calling(RINGING), BUSY).outcome == GONE
    assert observed(TO_BOB, calling(RINGING), BUSY).outcome is None


def test_a_message_on_a_leg_that_is_transferred_is_answered_in_the_dialog_it_was_sent_in() -> None:
    followed = (
        DialogFollowed("out-1", "ref-1", CAROL),
        DialogConfirmed("ref-1", 200, "OK"),
        DialogEnded("ref-1", 486, "Busy Here"),
    )
    assert observed(ON_LEG, calling(CONFIRMED), *followed).outcome is None
    assert observed(ON_LEG, calling(CONFIRMED), *followed[:2], BUSY).outcome == GONE


def test_a_message_without_an_answer_fails_without_a_code() -> None:
    assert expire(TO_BOB, Legs()) == Step(
        Failed("time limit", "no answer to the MESSAGE within 2 s")
    )


@pytest.mark.parametrize(
    "wait",
    [
        Message(),
        Message(sender="200"),
        Message(sender="bob"),
        Message(sender="sip:200@127.0.0.1:7777"),
        Message(body="code 42"),
        Message(contains="42"),
        Message(pattern="code [0-9]+$"),
        Message(sender="bob", body="code 42", contains="de", pattern="^c"),
    ],
)
def test_a_wait_takes_the_first_message_that_it_wants(wait: Message) -> None:
    legs = legs_with(text("code 42"), text("code 42"), text("other", sender="sip:300@127.0.0.1"))
    log = 'MESSAGE from sip:200@127.0.0.1: "code 42"'
    assert observed(wait, legs) == Step(Succeeded("MESSAGE received"), log=log)
    assert len(legs.messages.received) == 2


@pytest.mark.parametrize(
    "wait",
    [
        Message(sender="300"),
        Message(sender="sip:200@127.0.0.2"),
        Message(body="code 4"),
        Message(contains="43"),
        Message(pattern="^ode"),
        Message(contains="42", pattern="x"),
    ],
)
def test_a_message_that_a_wait_does_not_want_stays_for_others(wait: Message) -> None:
    legs = legs_with(text("code 42"))
    assert observed(wait, legs) == Step()
    assert observed(Message(), legs).outcome == Succeeded("MESSAGE received")
    assert observed(Message(), legs) == Step()


def test_a_wait_on_a_leg_takes_the_messages_of_that_leg_alone() -> None:
    legs = calling(RINGING, text("outside"), text("inside", dialog="out-1"))
    assert observed(Message(leg="call-1"), legs).log == ('MESSAGE from sip:200@127.0.0.1: "inside"')
    assert observed(Message(leg="call-1"), legs) == Step()
    assert observed(Message(), legs).outcome == Succeeded("MESSAGE received")


def test_a_wait_on_a_leg_fails_with_it_unless_the_message_came_before() -> None:
    legs = calling(RINGING, text("inside", dialog="out-1"), text("outside"), BUSY)
    assert observed(Message(leg="call-1"), legs).outcome == Succeeded("MESSAGE received")
    assert observed(Message(leg="call-1"), legs).outcome == Failed(
        "486 ended the leg",
        "Busy Here",
        486,
        "no MESSAGE on leg call-1 before the leg ended; received instead: "
        '"outside" from sip:200@127.0.0.1',
    )
    assert observed(Message(), legs).outcome == Succeeded("MESSAGE received")
    assert observed(Message(), legs) == Step()


def test_a_wait_says_what_it_waits_for() -> None:
    wait = Message(sender="200", leg="call-1", body="a", contains="b", pattern="c")
    assert begin(wait, calling(), PEERS) == Step(
        log='waiting for a MESSAGE from 200 on leg call-1 that says "a" that contains "b" '
        'that matches "c"'
    )
    assert begin(Message(), Legs(), PEERS) == Step(log="waiting for a MESSAGE")
    assert begin(Message(leg="call-1"), Legs(), PEERS) == Step(NO_LEG)


def test_a_wait_that_fails_says_what_was_heard_instead() -> None:
    wait = Message(contains="x", timeout=1.0)
    nothing = Failed("time limit", 'no MESSAGE that contains "x" within 1 s')
    assert expire(wait, Legs()) == Step(nothing)

    legs = legs_with(*(text(body) for body in ("a" * 70, "b", "c", "d", "e")))
    assert expire(wait, legs) == Step(
        Failed(
            "time limit",
            'no MESSAGE that contains "x" within 1 s; received instead: '
            f'"{"a" * 59}…" from sip:200@127.0.0.1, "b" from sip:200@127.0.0.1, '
            '"c" from sip:200@127.0.0.1, and 2 more',
        )
    )


def test_a_leg_that_ended_without_a_code_fails_the_wait() -> None:
    legs = calling(RINGING, DialogEnded("out-1", None, ""))
    assert observed(Message(leg="call-1"), legs).outcome == Failed(
        "dialog gone", "no MESSAGE on leg call-1 before the leg ended"
    )
