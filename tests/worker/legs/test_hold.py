"""The media of a leg: who holds whom, whatever comes in whichever order."""

from typing import Literal

import pytest

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.legs.hold import LegMedia
from sipflow.worker.ua.events import Media, ReinviteAnswered

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
By = Literal["local", "remote"]


def media(direction: MediaDirection, peer: MediaDirection) -> Media:
    """Return what an offer came to."""
    return Media(direction, peer, "PCMU/8000")


def on_hold() -> LegMedia:
    """Return the media of a leg that we have put on hold."""
    leg = LegMedia()
    turn = leg.ask(hold=True)
    assert not leg.negotiated(media(SENDONLY, RECVONLY), "local")
    leg.apply(ReinviteAnswered("d", turn, 200, "OK"))
    assert leg.on_hold
    return leg


def test_nothing_is_known_before_anything_is_negotiated() -> None:
    leg = LegMedia()

    assert (leg.direction, leg.codec, leg.held, leg.on_hold) == (None, "", False, False)


@pytest.mark.parametrize(
    ("peer", "by", "held"),
    [
        (SENDRECV, "remote", False),
        (RECVONLY, "remote", False),
        (SENDONLY, "remote", True),
        (INACTIVE, "remote", True),
        (SENDONLY, "local", True),
        (INACTIVE, "local", True),
        (SENDRECV, "local", False),
    ],
)
def test_the_other_side_holds_us_while_it_does_not_receive(
    peer: MediaDirection, by: By, held: bool
) -> None:
    leg = LegMedia()

    assert leg.negotiated(media(peer.mirrored, peer), by) is held
    assert (leg.held, leg.direction, leg.codec) == (held, peer.mirrored, "PCMU/8000")


def test_what_does_not_change_is_no_change() -> None:
    leg = LegMedia()

    assert leg.negotiated(media(RECVONLY, SENDONLY), "remote")
    assert not leg.negotiated(media(RECVONLY, SENDONLY), "remote")
    assert leg.negotiated(media(SENDRECV, SENDRECV), "remote")
    assert not leg.negotiated(media(SENDRECV, SENDRECV), "remote")


def test_an_answer_to_our_hold_does_not_say_that_we_are_held() -> None:
    leg = LegMedia()
    leg.ask(hold=True)

    assert not leg.negotiated(media(INACTIVE, INACTIVE), "local")
    assert not leg.held


def test_an_answer_to_our_hold_does_not_say_that_we_are_not() -> None:
    leg = LegMedia()
    leg.negotiated(media(RECVONLY, SENDONLY), "remote")
    leg.ask(hold=True)

    assert not leg.negotiated(media(INACTIVE, INACTIVE), "local")
    assert leg.held


def test_an_offer_of_ours_on_hold_that_nobody_asked_for_says_as_little() -> None:
    leg = on_hold()

    assert not leg.negotiated(media(INACTIVE, INACTIVE), "local")


def test_both_sides_can_hold_and_each_retrieves_its_own() -> None:
    leg = on_hold()

    assert leg.negotiated(media(INACTIVE, INACTIVE), "remote")
    turn = leg.ask(hold=False)
    assert not leg.negotiated(media(RECVONLY, SENDONLY), "local")
    leg.apply(ReinviteAnswered("d", turn, 200, "OK"))
    assert (leg.held, leg.on_hold) == (True, False)
    assert leg.negotiated(media(SENDRECV, SENDRECV), "remote")


def test_a_refused_re_invite_leaves_the_leg_as_it_was() -> None:
    leg = on_hold()
    turn = leg.ask(hold=False)

    leg.apply(ReinviteAnswered("d", turn, 488, "Not Acceptable Here"))

    assert leg.on_hold
    assert leg.answer == ReinviteAnswered("d", turn, 488, "Not Acceptable Here")


def test_only_the_latest_re_invite_counts() -> None:
    leg = LegMedia()
    first = leg.ask(hold=True)
    second = leg.ask(hold=False)

    leg.apply(ReinviteAnswered("d", first, 200, "OK"))
    assert (leg.answer, leg.on_hold) == (None, False)
    leg.apply(ReinviteAnswered("d", second, 200, "OK"))
    assert leg.answer is not None
    leg.apply(ReinviteAnswered("d", second, 200, "OK"))  # told twice: nothing is asked any more
    assert not leg.on_hold


@pytest.mark.parametrize(
    ("hold", "held", "offered"),
    [
        (True, False, SENDONLY),
        (True, True, INACTIVE),
        (False, False, SENDRECV),
        (False, True, SENDRECV),
    ],
)
def test_a_re_invite_offers(hold: bool, held: bool, offered: MediaDirection) -> None:
    assert LegMedia(held=held).offered(hold) is offered
