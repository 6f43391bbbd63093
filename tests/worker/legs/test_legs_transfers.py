"""A leg keeps its name through a transfer, and ends once."""

import pytest
from msgspec.structs import replace

from sipflow.sip.dialog import DialogState, Direction
from sipflow.sip.sdp import MediaDirection
from sipflow.worker.legs.audio import Progress
from sipflow.worker.legs.dialog import Dialog, Latch
from sipflow.worker.legs.legs import Legs
from sipflow.worker.legs.transfer import Transfer
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    DigitReceived,
    Happening,
    InviteReceived,
    Media,
    MediaNegotiated,
    Progressed,
    ReferAccepted,
    TextReceived,
    Track,
    TrackBegan,
    TransferProgressed,
)
from tests.worker.plans import ALICE, CAROL

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
UP = DialogConfirmed("in-1", 200, "OK")
FOLLOWED = DialogFollowed("in-1", "ref-1", CAROL)
REPLACED = DialogReplaced("in-1", "ref-1", CAROL)
RINGING = Progressed("ref-1", 180, "Ringing")
ANSWERED = DialogConfirmed("ref-1", 200, "OK")
BUSY = DialogEnded("ref-1", 486, "Busy Here")
OLD_GONE = DialogEnded("in-1", 200, "Normal call clearing")
NEW_GONE = DialogEnded("ref-1", 200, "Normal call clearing")


def legs_with(*happenings: Happening) -> Legs:
    """Return legs with a call that came in and is up, and what happened then."""
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    legs.take_invite("call-1")
    legs.apply(UP)
    legs["call-1"].take(Latch.CONNECTED)
    legs.changes()
    for happening in happenings:
        legs.apply(happening)
    return legs


@pytest.mark.parametrize(
    ("happenings", "key", "state", "latched"),
    [
        ([FOLLOWED], "in-1", "confirmed", []),
        ([FOLLOWED, RINGING], "in-1", "confirmed", []),
        ([FOLLOWED, RINGING, BUSY], "in-1", "confirmed", []),
        ([FOLLOWED, ANSWERED], "ref-1", "confirmed", ["CONNECTED", "TRANSFERRED"]),
        ([REPLACED, ANSWERED], "ref-1", "confirmed", ["CONNECTED", "TRANSFERRED"]),
        (
            [FOLLOWED, RINGING, ANSWERED, OLD_GONE],
            "ref-1",
            "confirmed",
            ["RINGING", "CONNECTED", "TRANSFERRED"],
        ),
        ([FOLLOWED, OLD_GONE], "ref-1", "trying", []),
        ([FOLLOWED, OLD_GONE, ANSWERED], "ref-1", "confirmed", ["CONNECTED", "TRANSFERRED"]),
        ([FOLLOWED, OLD_GONE, BUSY], "ref-1", "terminated", ["DISCONNECTED"]),
        ([FOLLOWED, BUSY, OLD_GONE], "in-1", "terminated", ["DISCONNECTED"]),
        (
            [FOLLOWED, ANSWERED, OLD_GONE, NEW_GONE],
            "ref-1",
            "terminated",
            ["CONNECTED", "TRANSFERRED", "DISCONNECTED"],
        ),
    ],
)
def test_a_name_goes_to_the_dialog_that_the_leg_is_now(
    happenings: list[Happening], key: str, state: str, latched: list[str]
) -> None:
    dialog = legs_with(*happenings)["call-1"]

    assert (dialog.key, dialog.state.value) == (key, state)
    assert list(dialog.latched) == latched


def latched(*happenings: Happening) -> Dialog:
    """Return a leg on which these happened, and which rang and was connected at first."""
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    legs.take_invite("call-1")
    rang = Progressed("in-1", 180, "Ringing", message="old ring")
    for happening in (rang, replace(UP, message="old ACK"), *happenings):
        legs.apply(happening)
    return legs["call-1"]


TARGETS = (
    replace(RINGING, message="new ring"),
    replace(ANSWERED, message="new 200"),
)


def test_what_nobody_has_waited_for_yet_goes_along_in_its_order() -> None:
    leg = latched(FOLLOWED, OLD_GONE, *TARGETS)

    assert list(leg.latched) == ["RINGING", "CONNECTED", "RINGING", "CONNECTED", "TRANSFERRED"]
    assert leg.take(Latch.CONNECTED)
    assert leg.received.confirmation == "old ACK"
    assert leg.take(Latch.CONNECTED)
    assert leg.received.confirmation == "new 200"


def test_once_a_transfer_is_waited_for_how_the_former_dialog_began_is_over() -> None:
    held = MediaNegotiated("in-1", Media(RECVONLY, SENDONLY, "PCMU/8000"), "remote")
    leg = latched(held, FOLLOWED, OLD_GONE, *TARGETS)

    assert leg.take(Latch.TRANSFERRED)

    assert list(leg.latched) == ["HELD", "RINGING", "CONNECTED"]
    ring = leg.take_ring(None, None)
    assert ring is not None
    assert ring.message == "new ring"
    assert leg.take(Latch.CONNECTED)
    assert leg.received.confirmation == "new 200"
    assert leg.take(Latch.HELD)
    assert not leg.latched


def test_what_was_waited_for_before_the_transfer_takes_nothing_from_the_target() -> None:
    leg = latched(FOLLOWED, OLD_GONE, *TARGETS)
    assert leg.take_ring(None, None)
    assert leg.take(Latch.CONNECTED)

    assert leg.take(Latch.TRANSFERRED)

    assert list(leg.latched) == ["RINGING", "CONNECTED"]


def test_digits_and_tracks_go_along() -> None:
    begun: list[Happening] = [
        DigitReceived("in-1", "1", "info"),
        DigitReceived("in-1", "2", "info"),
        TrackBegan("in-1", Track.PLAYING),
    ]
    leg = legs_with(*begun, FOLLOWED, ANSWERED, DigitReceived("ref-1", "3", "info"))["call-1"]

    assert leg.audio.received == "123"
    assert leg.audio.progress(Track.PLAYING) is Progress.GOING


def test_a_dialog_is_known_by_its_key_whoever_has_its_name() -> None:
    legs = legs_with(FOLLOWED, ANSWERED)

    assert legs.dialog("in-1").key == "in-1"
    assert legs["call-1"] is legs.dialog("ref-1")


def test_a_ring_and_a_text_that_nobody_has_waited_for_yet_go_along() -> None:
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    legs.take_invite("call-1")
    early = Progressed("in-1", 183, "Session Progress", media=True)
    for happening in (early, UP, TextReceived("in-1", ALICE, "hello"), FOLLOWED, OLD_GONE):
        legs.apply(happening)

    assert legs["call-1"].take_ring(183, True) == early
    assert Latch.RINGING not in legs["call-1"].latched
    assert legs.messages.take(lambda text: text.dialog == "ref-1") is not None


@pytest.mark.parametrize(
    ("happenings", "told"),
    [
        ([FOLLOWED], [("ref-1", "REFER followed")]),
        ([REPLACED], [("ref-1", "INVITE with Replaces")]),
        ([FOLLOWED, RINGING, BUSY], [
            ("ref-1", "REFER followed"), ("ref-1", "180 seen"), ("in-1", "the transfer failed"),
        ]),
        ([FOLLOWED, ANSWERED, OLD_GONE], [("ref-1", "REFER followed"), ("ref-1", "ACK seen")]),
        ([FOLLOWED, OLD_GONE, BUSY], [("ref-1", "REFER followed"), ("ref-1", "486 ended it")]),
    ],
)  # fmt: skip
def test_the_end_of_a_dialog_is_told_only_if_it_is_that_of_its_leg(
    happenings: list[Happening], told: list[tuple[str, str]]
) -> None:
    assert [(dialog.key, cause) for dialog, cause in legs_with(*happenings).changes()] == told


def test_who_is_followed_is_called_and_who_replaces_has_called_and_is_answered() -> None:
    called = legs_with().apply(FOLLOWED)
    calling = legs_with().apply(REPLACED)

    assert called is not None
    assert calling is not None
    assert (called.direction, called.peer) == (Direction.INITIATOR, CAROL)
    assert (calling.direction, calling.peer) == (Direction.RECIPIENT, CAROL)
    assert not calling.unanswered
    assert (called.responded, calling.responded) == (False, True)


def test_both_dialogs_are_alive_while_a_transfer_is_on_its_way() -> None:
    legs = legs_with(FOLLOWED)

    assert [dialog.key for dialog in legs.alive()] == ["in-1", "ref-1"]
    assert legs["call-1"].successor is not None


def test_what_was_told_last_of_a_leg_is_known_to_the_dialog_that_is_told_of_next() -> None:
    legs = legs_with()
    legs["call-1"].reported = "confirmed"
    new = legs.apply(FOLLOWED)
    assert new is not None
    assert new.reported == "confirmed"

    new.reported = "early"
    legs.apply(BUSY)

    assert legs["call-1"].reported == "early"


def test_a_call_that_nobody_has_taken_may_be_succeeded_too() -> None:
    legs = Legs()
    for happening in (InviteReceived("in-1", ALICE), FOLLOWED, ANSWERED, OLD_GONE):
        legs.apply(happening)

    assert legs.changes() == []
    assert legs.get("call-1") is None
    assert [dialog.state for dialog in legs.alive()] == [DialogState.CONFIRMED]


def test_how_a_transfer_fares_is_kept_for_the_node_that_asked_for_it() -> None:
    legs = legs_with(ReferAccepted("in-1", 202))
    assert legs["call-1"].transfer is None

    legs["call-1"].transfer = Transfer()
    legs.apply(ReferAccepted("in-1", 202))
    legs.apply(TransferProgressed("in-1", 200, "OK", True))

    assert legs["call-1"].transfer.answered
    assert legs.changes() == []


def test_news_of_a_transfer_changes_nothing_in_a_dialog() -> None:
    dialog = legs_with()["call-1"]

    dialog.apply(FOLLOWED)

    assert (dialog.state, dialog.successor) == (DialogState.CONFIRMED, None)
