"""What is negotiated on a dialog is latched if it is a hold, and told once if it has a leg."""

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.legs.dialog import Latch
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    Media,
    MediaNegotiated,
    ReinviteAnswered,
)
from tests.worker.plans import ALICE, BOB

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
HOLD = MediaNegotiated("out-1", Media(RECVONLY, SENDONLY, "PCMU/8000"), "remote")
FREE = MediaNegotiated("out-1", Media(SENDRECV, SENDRECV, "PCMU/8000"), "remote")


def test_holds_and_retrievals_are_latched_in_order() -> None:
    legs = Legs()
    dialog = legs.start("call-1", BOB)
    confirmed = DialogConfirmed("out-1", 200, "OK", media=FREE.media)

    for happening in (confirmed, HOLD, HOLD, FREE, FREE, HOLD):
        legs.apply(happening)

    assert list(dialog.latched) == [
        Latch.CONNECTED,
        Latch.HELD,
        Latch.RETRIEVED,
        Latch.HELD,
    ]


def test_a_call_may_begin_on_hold() -> None:
    legs = Legs()
    dialog = legs.start("call-1", BOB)

    legs.apply(DialogConfirmed("out-1", 200, "OK", media=HOLD.media))

    assert list(dialog.latched) == [Latch.CONNECTED, Latch.HELD]
    assert legs.media_changes() == []


def test_each_negotiation_is_told_once() -> None:
    legs = Legs()
    dialog = legs.start("call-1", BOB)
    legs.apply(DialogConfirmed("out-1", 200, "OK"))
    legs.apply(HOLD)

    assert legs.media_changes() == [(dialog, HOLD)]
    assert legs.media_changes() == []


def test_nothing_is_told_of_a_dialog_without_a_name_or_of_one_that_is_gone() -> None:
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    legs.apply(MediaNegotiated("in-1", FREE.media, "remote"))
    legs.start("call-1", BOB)
    legs.apply(DialogEnded("out-1", 200, ""))
    legs.apply(HOLD)

    assert legs.media_changes() == []


def test_the_answer_to_a_re_invite_is_kept_for_who_asked() -> None:
    legs = Legs()
    dialog = legs.start("call-1", BOB)
    turn = dialog.media.ask(hold=True)
    answer = ReinviteAnswered("out-1", turn, 200, "OK")

    legs.apply(answer)

    assert (dialog.media.answer, dialog.media.on_hold) == (answer, True)
