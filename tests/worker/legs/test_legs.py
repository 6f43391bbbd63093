"""What happens on a dialog is latched in order; INVITEs queue; a name passes on only when free."""

import pytest

from sipflow.sip.dialog import DialogState, Direction
from sipflow.worker.legs.dialog import Dialog, Latch
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    Redirected,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from tests.worker.plans import ALICE, BOB, CAROL

RINGING = Progressed("out-1", 180, "Ringing")
PROGRESS = Progressed("out-1", 183, "Session Progress")
QUEUED = Progressed("out-1", 199, "Early Dialog Terminated")
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
BUSY = DialogEnded("out-1", 486, "Busy Here")
CLEARED = DialogEnded("out-1", 200, "Normal call clearing")


@pytest.fixture
def legs() -> Legs:
    return Legs()


def tell(legs: Legs, *happenings: Happening) -> None:
    for happening in happenings:
        legs.apply(happening)


@pytest.mark.parametrize(
    ("happenings", "state", "code", "reason", "latched"),
    [
        ([], DialogState.TRYING, None, "", []),
        ([InviteSent("out-1")], DialogState.TRYING, None, "", []),
        ([TryingReceived("out-1")], DialogState.PROCEEDING, None, "", []),
        ([RINGING], DialogState.EARLY, 180, "Ringing", ["RINGING"]),
        ([PROGRESS], DialogState.EARLY, 183, "Session Progress", ["RINGING"]),
        ([QUEUED], DialogState.EARLY, 199, "Early Dialog Terminated", []),
        ([RINGING, RINGING], DialogState.EARLY, 180, "Ringing", ["RINGING", "RINGING"]),
        ([RINGING, CONFIRMED], DialogState.CONFIRMED, 200, "OK", ["RINGING", "CONNECTED"]),
        ([BUSY], DialogState.TERMINATED, 486, "Busy Here", ["DISCONNECTED"]),
        (
            [CONFIRMED, CLEARED],
            DialogState.TERMINATED,
            200,
            "Normal call clearing",
            ["CONNECTED", "DISCONNECTED"],
        ),
        ([OrderRefused("out-1", "no")], DialogState.TRYING, None, "", []),
    ],
)
def test_a_dialog_follows_what_happens_on_it(
    legs: Legs,
    happenings: list[Happening],
    state: DialogState,
    code: int | None,
    reason: str,
    latched: list[str],
) -> None:
    dialog = legs.start("call-1", BOB)

    tell(legs, *happenings)

    assert (dialog.state, dialog.code, dialog.reason) == (state, code, reason)
    assert list(dialog.latched) == latched


def test_a_100_that_the_user_agent_tells_as_progress_changes_no_state(legs: Legs) -> None:
    dialog = legs.start("call-1", BOB)

    tell(legs, Progressed("out-1", 100, "Trying"))

    assert (dialog.state, dialog.responded, dialog.rang) == (DialogState.TRYING, True, False)


@pytest.mark.parametrize(
    ("happening", "responded"),
    [
        (InviteSent("out-1"), False),
        (OrderRefused("out-1", "no"), False),
        (TryingReceived("out-1"), True),
        (RINGING, True),
        (CONFIRMED, True),
    ],
)
def test_the_other_end_is_known_to_be_there_once_it_has_answered_anything(
    legs: Legs, happening: Happening, responded: bool
) -> None:
    dialog = legs.start("call-1", BOB)

    tell(legs, happening)

    assert dialog.responded is responded


def test_an_end_is_the_end_whatever_is_still_told(legs: Legs) -> None:
    dialog = legs.start("call-1", BOB)

    tell(legs, BUSY, RINGING, DialogEnded("out-1", None, "the INVITE was never sent"))

    assert dialog.state is DialogState.TERMINATED
    assert (dialog.code, dialog.reason) == (486, "Busy Here")
    assert list(dialog.latched) == [Latch.DISCONNECTED]


def test_each_happening_satisfies_one_wait_of_its_kind(legs: Legs) -> None:
    dialog = legs.start("call-1", BOB)
    tell(legs, RINGING, RINGING, CONFIRMED)

    assert dialog.take(Latch.CONNECTED)
    assert not dialog.take(Latch.CONNECTED)
    assert dialog.take(Latch.RINGING)
    assert dialog.take(Latch.RINGING)
    assert not dialog.take(Latch.RINGING)
    assert not dialog.take(Latch.DISCONNECTED)


@pytest.mark.parametrize(
    ("direction", "state", "answered", "expected"),
    [
        (Direction.RECIPIENT, DialogState.TRYING, False, True),
        (Direction.RECIPIENT, DialogState.EARLY, False, True),
        (Direction.RECIPIENT, DialogState.EARLY, True, False),
        (Direction.RECIPIENT, DialogState.CONFIRMED, True, False),
        (Direction.RECIPIENT, DialogState.TERMINATED, False, False),
        (Direction.INITIATOR, DialogState.TRYING, False, False),
        (Direction.INITIATOR, DialogState.EARLY, False, False),
    ],
)
def test_only_an_incoming_dialog_without_a_final_response_is_unanswered(
    direction: Direction, state: DialogState, answered: bool, expected: bool
) -> None:
    dialog = Dialog("d", direction, ALICE, state=state, answered=answered)

    assert dialog.unanswered is expected


@pytest.mark.parametrize(
    ("hanging_up", "answered"), [(False, False), (True, True)], ids=["response", "hang-up"]
)
def test_a_refused_final_response_leaves_the_invite_unanswered(
    hanging_up: bool, answered: bool
) -> None:
    dialog = Dialog("in-1", Direction.RECIPIENT, ALICE, answered=True, hanging_up=hanging_up)

    dialog.apply(OrderRefused("in-1", "no media"))

    assert dialog.answered is answered
    assert dialog.refusal == OrderRefused("in-1", "no media")


def test_invites_queue_first_in_first_out(legs: Legs) -> None:
    assert legs.take_invite("early") is None
    tell(legs, InviteReceived("in-1", ALICE), InviteReceived("in-2", CAROL))

    first, second = legs.take_invite("first"), legs.take_invite("second")

    assert first is legs["first"]
    assert second is legs["second"]
    assert (legs["first"].peer, legs["second"].peer) == (ALICE, CAROL)
    assert legs.take_invite("third") is None


def test_what_happens_before_an_invite_is_taken_is_not_lost(legs: Legs) -> None:
    tell(legs, InviteReceived("in-1", ALICE), DialogEnded("in-1", 487, "Request Terminated"))

    dialog = legs.take_invite("call-1")

    assert dialog is not None
    assert dialog.take(Latch.DISCONNECTED)
    assert dialog.code == 487


def test_a_name_is_in_use_until_its_dialog_is_gone(legs: Legs) -> None:
    assert legs.get("call-1") is None
    assert not legs.in_use("call-1")

    first = legs.start("call-1", BOB)
    assert legs.in_use("call-1")
    tell(legs, BUSY)
    assert not legs.in_use("call-1")
    assert legs.get("call-1") is first

    second = legs.start("call-1", BOB)
    assert legs["call-1"] is second is not first
    assert (first.key, second.key) == ("out-1", "out-2")


def test_alive_are_the_dialogs_that_are_not_gone_named_or_not(legs: Legs) -> None:
    legs.start("call-1", BOB)
    tell(legs, InviteReceived("in-1", ALICE))
    legs.start("call-2", BOB)

    assert [dialog.key for dialog in legs.alive()] == ["out-1", "in-1", "out-2"]
    tell(legs, BUSY)
    assert [dialog.key for dialog in legs.alive()] == ["in-1", "out-2"]


@pytest.mark.parametrize(
    ("happening", "causes"),
    [
        (InviteSent("out-1"), []),
        (OrderRefused("out-1", "no"), []),
        (TryingReceived("out-1"), ["100 received"]),
        (RINGING, ["180 seen"]),
        (CONFIRMED, ["ACK seen"]),
        (DialogConfirmed("out-1", 200, "OK", acknowledged=False), ["BYE seen"]),
        (BUSY, ["486 ended it"]),
        (DialogEnded("out-1", None, "never sent"), ["dialog gone"]),
    ],
)
def test_a_change_of_state_is_told_once_and_with_its_cause(
    legs: Legs, happening: Happening, causes: list[str]
) -> None:
    dialog = legs.start("call-1", BOB)
    assert legs.changes() == [(dialog, "MakeCall")]

    tell(legs, happening)

    assert legs.changes() == [(dialog, cause) for cause in causes]
    assert legs.changes() == []


def test_a_dialog_without_a_name_is_not_told_of_until_it_is_taken(legs: Legs) -> None:
    tell(legs, InviteReceived("in-1", ALICE), DialogEnded("in-1", 487, "Request Terminated"))
    assert legs.changes() == []

    dialog = legs.take_invite("call-1")

    assert legs.changes() == [(dialog, "INVITE taken")]


def test_a_redirected_dialog_is_with_whom_it_was_sent_on_to() -> None:
    legs = Legs()
    legs.start("call-1", BOB)
    legs.changes()

    assert legs.apply(Redirected("out-1", "sip:300@127.0.0.1:5064")) is legs["call-1"]

    assert legs["call-1"].peer == "sip:300@127.0.0.1:5064"
    assert legs.changes() == [(legs["call-1"], "redirected to sip:300@127.0.0.1:5064")]


def test_a_message_is_kept_and_changes_no_dialog() -> None:
    legs = Legs()
    assert legs.apply(TextReceived(None, BOB, "hello")) is None
    assert legs.apply(TextAnswered("message-1", 200, "OK")) is None
    assert (len(legs.messages.received), legs.changes()) == (1, [])


def test_the_message_of_an_18x_is_at_hand_once_a_wait_has_used_it_up() -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, BOB)
    for code in (180, 183, 199):
        dialog.apply(Progressed("out-1", code, "", message=f"the {code}"))
    found = []
    for wanted in (183, None, None):
        dialog.take_ring(wanted, None)
        found.append(dialog.received.ring)
    assert found == ["the 183", "the 180", "the 180"]
