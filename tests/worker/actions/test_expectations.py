"""What a scenario expects: the very code, and that something does not happen."""

import pytest

from sipflow.scenario.model.actions import (
    Connected,
    Disconnected,
    DTMFReceived,
    Incoming,
    MakeCall,
    Message,
    NodeAction,
    Ringing,
    Transferred,
)
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, expire, hang_up, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import HangUp, Respond
from sipflow.worker.ua.events import (
    DialogEnded,
    DigitReceived,
    Happening,
    OrderRefused,
    TextReceived,
)
from tests.worker.actions.telling import (
    BUSY,
    CONFIRMED,
    LOST,
    REFUSED,
    RINGING,
    calling,
    waiting,
)

UNANSWERED = DialogEnded("out-1", None, "", stands_for=408)
CLEARED = DialogEnded("out-1", 200, "Normal call clearing")
RELEASE_REFUSED = OrderRefused("out-1", "no transport", 503)


@pytest.mark.parametrize(
    ("expect", "happenings", "outcome"),
    [
        (486, [], None),
        (486, [RINGING], None),
        (486, [BUSY], Succeeded("486 received")),
        (200, [CONFIRMED], Succeeded("200 received")),
        (200, [CONFIRMED, CLEARED], Succeeded("200 received")),
        (404, [BUSY], Failed("486 received", "expected 404, got 486 Busy Here", 486)),
        (404, [LOST], Failed("dialog gone", "expected 404, and no final code came", None)),
        (404, [UNANSWERED], Failed("time limit", "expected 404, and no final code came", None)),
        (486, [REFUSED], Failed("refused", "no media", 500)),
        (
            486,
            [CONFIRMED, CLEARED],
            Failed("200 received", "expected 486, got 200 OK: released", 200),
        ),
        (486, [CONFIRMED, RELEASE_REFUSED], Failed("refused", "no transport", 503)),
    ],
)
def test_only_the_expected_code_is_a_success(
    expect: int, happenings: list[Happening], outcome: Outcome | None
) -> None:
    step = observe(MakeCall(to="200", expect=expect), calling(*happenings))
    assert step == Step(outcome)


def test_an_unexpected_answer_is_released_before_the_node_fails() -> None:
    legs, action = calling(CONFIRMED), MakeCall(to="200", expect=486)

    assert observe(action, legs) == Step(
        orders=(HangUp("out-1"),),
        log="200 received where 486 was expected: releasing leg call-1",
    )
    assert observe(action, legs) == Step()
    assert expire(action, legs) == Step(
        Failed("200 received", "expected 486, got 200 OK: it did not end within 10 s", 200)
    )
    legs.apply(CLEARED)
    assert observe(action, legs).outcome == Failed(
        "200 received", "expected 486, got 200 OK: released", 200
    )


def test_a_call_without_any_answer_is_cancelled_all_the_same() -> None:
    legs = calling(RINGING)
    step = expire(MakeCall(to="200", expect=486), legs)
    assert step.orders == (hang_up(legs["call-1"]),)


@pytest.mark.parametrize(
    ("action", "happenings", "outcome"),
    [
        (Ringing(must_not=True), [], None),
        (Ringing(must_not=True), [RINGING], "RINGING must not happen, but did: 18x seen"),
        (
            Connected(must_not=True),
            [CONFIRMED],
            "CONNECTED must not happen, but did: dialog confirmed",
        ),
        (Connected(must_not=True), [BUSY], Succeeded("no CONNECTED can come any more")),
        (
            Disconnected(must_not=True),
            [BUSY],
            "DISCONNECTED must not happen, but did: dialog gone: 486 Busy Here",
        ),
        (Transferred(must_not=True), [CONFIRMED], None),
        (Transferred(must_not=True), [BUSY], Succeeded("no TRANSFERRED can come any more")),
        (
            DTMFReceived(must_not=True, digits="12"),
            [CONFIRMED, DigitReceived("out-1", "1", "info"), DigitReceived("out-1", "2", "info")],
            "DTMFReceived must not happen, but did: 12 received",
        ),
        (
            DTMFReceived(must_not=True, digits="12"),
            [CONFIRMED, DigitReceived("out-1", "1", "info"), DigitReceived("out-1", "3", "info")],
            None,
        ),
        (
            Message(must_not=True, contains="lo"),
            [TextReceived(None, "sip:200@127.0.0.1", "hello")],
            "MESSAGE must not happen, but did: MESSAGE received",
        ),
        (
            Message(must_not=True, contains="la"),
            [TextReceived(None, "sip:200@127.0.0.1", "hello")],
            None,
        ),
    ],
)
def test_what_must_not_happen_fails_the_node_at_once(
    action: NodeAction, happenings: list[Happening], outcome: Outcome | str | None
) -> None:
    found = observe(action, calling(*happenings)).outcome
    if isinstance(outcome, str):
        assert isinstance(found, Failed)
        assert found.message == outcome
    else:
        assert found == outcome


@pytest.mark.parametrize(
    "action",
    [
        Incoming(must_not=True),
        Ringing(must_not=True),
        Disconnected(must_not=True),
        Transferred(must_not=True),
        DTMFReceived(must_not=True),
        Message(must_not=True),
    ],
)
def test_what_has_not_happened_in_time_is_a_success(action: NodeAction) -> None:
    assert isinstance(expire(action, calling()).outcome, Succeeded)


def test_an_invite_that_must_not_come_has_its_leg_for_the_failure_branch() -> None:
    legs = waiting()
    step = observe(Incoming(must_not=True), legs)
    assert step.outcome == Failed(
        "INVITE received", "INCOMING must not happen, but did: INVITE received"
    )
    assert step.orders == (Respond("in-1", 180),)
    assert legs.in_use("call-1")
    assert observe(Incoming(must_not=True), Legs()) == Step()
