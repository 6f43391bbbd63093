"""One end's media in memory: what it offers and answers."""

import pytest

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.commands import Reinvite
from sipflow.worker.ua.events import Media
from sipflow.worker.ua.memory.media import EndMedia, Offer, OfferAnswer, common_codec

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
HOLD = Reinvite("d", True, 1, 10.0)
RETRIEVE = Reinvite("d", False, 2, 10.0)


@pytest.mark.parametrize(
    ("offer", "on_hold", "answer"),
    [
        (SENDRECV, False, SENDRECV),
        (SENDONLY, False, RECVONLY),
        (SENDRECV, True, SENDONLY),
        (SENDONLY, True, INACTIVE),
        (INACTIVE, False, INACTIVE),
    ],
)
def test_an_answer_keeps_a_hold(
    offer: MediaDirection, on_hold: bool, answer: MediaDirection
) -> None:
    end = EndMedia(calls=True, on_hold=on_hold)

    assert end.answer(Offer(offer)) == OfferAnswer(200, answer)
    assert end.direction is answer


def test_an_end_with_a_re_invite_under_way_takes_no_other() -> None:
    end = EndMedia(calls=True)
    end.offer(HOLD)

    assert end.answer(Offer(SENDRECV)) == OfferAnswer(491)


@pytest.mark.parametrize(
    ("order", "direction", "offer"),
    [(HOLD, SENDRECV, SENDONLY), (HOLD, RECVONLY, INACTIVE), (RETRIEVE, SENDONLY, SENDRECV)],
)
def test_an_offer_is_what_the_order_asks_for(
    order: Reinvite, direction: MediaDirection, offer: MediaDirection
) -> None:
    assert EndMedia(calls=True, direction=direction).offer(order) == Offer(offer)


def test_an_accepted_offer_counts() -> None:
    end = EndMedia(calls=True)
    end.offer(HOLD)

    assert end.conclude(OfferAnswer(200, RECVONLY)) == HOLD
    assert (end.on_hold, end.direction, end.asked) == (True, SENDONLY, None)


@pytest.mark.parametrize("calls", [True, False])
def test_who_called_tries_again_after_an_answer_who_was_called_at_once(calls: bool) -> None:
    end = EndMedia(calls=calls)
    assert end.again(answered=calls) is None
    end.offer(HOLD)
    assert end.conclude(OfferAnswer(491)) is None

    assert end.again(answered=not calls) is None
    assert end.again(answered=calls) == HOLD
    assert end.again(answered=calls) is None


def test_what_an_end_has_is_told_with_the_other_ones_word() -> None:
    end = EndMedia(calls=True, codec="PCMA/8000", direction=RECVONLY)

    assert end.negotiated(SENDONLY) == Media(RECVONLY, SENDONLY, "PCMA/8000")


def test_a_common_codec_is_the_first_of_the_offer() -> None:
    assert common_codec(("a", "b", "c"), ("c", "b")) == "b"
    assert common_codec(("a",), ("c", "b")) is None
