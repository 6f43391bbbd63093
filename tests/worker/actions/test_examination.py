"""What is made of the message behind a success: conditions, captures, clear words."""

import pytest

from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    NodeAction,
    Ringing,
)
from sipflow.scenario.model.conditions import Capture, Condition, Operator, Selector
from sipflow.worker.actions import Failed, Succeeded, observe
from sipflow.worker.actions.examination import shown
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    Progressed,
)
from tests.worker.actions.telling import calling
from tests.worker.plans import ALICE

CODE = Selector("code", "code")
ID = Selector("header.X-Id", "header", "x-id")
METHOD = Selector("method", "method")
RING = Progressed("out-1", 180, "Ringing", message="SIP/2.0 180 Ringing\r\nX-Id: one\r\n\r\n")
PROGRESS = Progressed(
    "out-1", 183, "Session Progress", message="SIP/2.0 183 Session Progress\r\n\r\n"
)
OK = DialogConfirmed("out-1", 200, "OK", "SIP/2.0 200 OK\r\nX-Id: two\r\n\r\n")
BYE = DialogEnded("out-1", 200, "cleared", "BYE sip:x@h SIP/2.0\r\n\r\n")
BUSY = DialogEnded("out-1", 486, "Busy", "SIP/2.0 486 Busy Here\r\nX-Id: three\r\n\r\n")


def condition(what: Selector, operator: Operator, operand: str = "") -> tuple[Condition]:
    """Return one condition."""
    return (Condition(what=what, operator=operator, operand=operand),)


IS_180, IS_200 = condition(CODE, "==", "180"), condition(CODE, "==", "200")


@pytest.mark.parametrize(
    ("action", "happenings"),
    [
        (MakeCall(to="x", check=IS_200), [RING, OK]),
        (MakeCall(to="x", until="ringing", check=IS_180), [RING]),
        (MakeCall(to="x", expect=486, check=condition(ID, "==", "three")), [RING, BUSY]),
        (Ringing(check=IS_180), [RING, PROGRESS]),
        (Connected(check=IS_200), [RING, OK, BYE]),
        (Disconnected(check=condition(METHOD, "==", "BYE")), [RING, OK, BYE]),
        (Disconnected(check=condition(CODE, "absent")), [BYE]),
    ],
)
def test_the_message_behind_a_success_is_looked_into(
    action: NodeAction, happenings: list[Happening]
) -> None:
    assert isinstance(observe(action, calling(*happenings)).outcome, Succeeded)


def test_the_invite_is_looked_into_where_it_is_taken() -> None:
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE, "INVITE sip:x@h SIP/2.0\r\nX-Id: 7\r\n\r\n"))
    action = Incoming(
        check=condition(METHOD, "==", "INVITE"), capture=(Capture("id", ID), Capture("m", METHOD))
    )
    step = observe(action, legs)
    assert isinstance(step.outcome, Succeeded)
    assert step.captured == (("id", "7"), ("m", "INVITE"))
    assert len(step.orders) == 1


def test_each_18x_is_looked_into_by_the_wait_that_it_satisfies() -> None:
    legs = calling(RING, PROGRESS)
    assert isinstance(observe(Ringing(), legs).outcome, Succeeded)
    second = Ringing(check=condition(CODE, "==", "183"))
    assert isinstance(observe(second, legs).outcome, Succeeded)


@pytest.mark.parametrize(
    ("check", "says"),
    [
        (condition(CODE, "==", "183"), 'code is "180", and is to be == "183"'),
        (condition(CODE, "absent"), 'code is "180", and is to be absent'),
        (condition(METHOD, "present"), "method is missing, and is to be present"),
        (condition(ID, "in", "a b"), 'header.X-Id is "one", and is to be in "a b"'),
        (
            (Condition(what=ID, operator="==", operand="hush", secret=True),),
            'header.X-Id is "one", and is to be == a value of the environment',
        ),
    ],
)
def test_what_does_not_hold_is_told_with_what_is_there(
    check: tuple[Condition, ...], says: str
) -> None:
    assert observe(Ringing(check=check), calling(RING)).outcome == Failed("check", says, 180)


def test_every_condition_that_does_not_hold_is_named() -> None:
    checks = (*IS_200, *condition(METHOD, "absent"), *condition(ID, "==", "two"))
    outcome = observe(Ringing(check=checks), calling(RING)).outcome
    assert isinstance(outcome, Failed)
    assert outcome.message == (
        'code is "180", and is to be == "200"; header.X-Id is "one", and is to be == "two"'
    )


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("SIP/2.0 180 Ringing\r\n\r\n", "header.X-Id is missing, needed for the variable id"),
        (
            f"SIP/2.0 180 Ringing\r\nX-Id: {'x' * 2000}\r\n\r\n",
            "header.X-Id is longer than 1024 characters",
        ),
    ],
)
def test_what_cannot_be_captured_fails_the_node(message: str, says: str) -> None:
    action = Ringing(capture=(Capture("id", ID),))
    found = observe(action, calling(Progressed("out-1", 180, "Ringing", message=message)))
    assert found.outcome == Failed("capture", says, 180)


def test_nothing_is_looked_into_where_nothing_is_asked() -> None:
    step = observe(Ringing(), calling(RING))
    assert (step.outcome, step.captured) == (Succeeded("18x seen"), ())
    assert observe(Answer(), calling(RING)).outcome is None
    assert isinstance(observe(Answer(), calling(OK)).outcome, Succeeded)


def test_what_is_shown_is_short_and_on_one_line() -> None:
    assert shown("a\r\nb") == '"a��b"'
    assert len(shown("x" * 500)) == 62
