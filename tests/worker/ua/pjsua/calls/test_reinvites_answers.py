"""Re-INVITEs whose 2xx changes nothing, and those that cannot be sent for a while."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.commands import Invite, Reinvite
from sipflow.worker.ua.events import (
    DialogConfirmed,
    InviteSent,
    Media,
    MediaNegotiated,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteSent,
)
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.raw_sip_peer import RawPeer

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
ENOUGH = 20.0
PLAIN = (
    "v=0\r\no=- 1 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\na=recvonly\r\n"
)


@pytest.fixture
def talk() -> Iterator[tuple[Phone, RawPeer]]:
    """Give a call that a stranger has answered."""
    with ExitStack() as stack:
        (phone,) = stack.enter_context(phones(1))
        raw_peer = stack.enter_context(RawPeer())
        phone.order(Invite("out-1", raw_peer.uri))
        raw_peer.take_call()
        assert phone.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK")]
        yield phone, raw_peer


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "the 200 has no SDP"),
        (PLAIN.replace("40000", "0"), "the SDP of the 200 refuses the audio: its port is 0"),
        (
            PLAIN.replace("AVP 0", "AVP 9"),
            "no codec in common: the SDP of the 200 has G722/8000, "
            "this instance PCMU/8000, PCMA/8000",
        ),
        ("v=0\r\nhello\r\n", "the SDP of the 200 has no audio that can be understood"),
        (PLAIN.replace("t=0 0", "t=x"), "the SDP of the 200 cannot be understood"),
    ],
)
def test_a_2xx_that_changes_nothing_says_what_is_wrong_with_its_sdp(
    talk: tuple[Phone, RawPeer], body: str, fault: str
) -> None:
    phone, raw_peer = talk
    phone.order(Reinvite("out-1", True, 1, ENOUGH))
    raw_peer.answer(raw_peer.hear("INVITE"), 200, body)

    assert phone.hear() == [ReinviteAnswered("out-1", 1, 200, "OK", fault)]


def test_a_retrieval_that_is_answered_with_nonsense_has_a_fault(
    talk: tuple[Phone, RawPeer],
) -> None:
    phone, raw_peer = talk
    phone.order(Reinvite("out-1", True, 1, ENOUGH))
    raw_peer.answer(raw_peer.hear("INVITE"), 200, PLAIN)
    phone.hear(2)
    raw_peer.hear("ACK")

    phone.order(Reinvite("out-1", False, 2, ENOUGH))
    body = PLAIN.replace("recvonly", "sendrecv").replace("t=0 0", "t=x")
    raw_peer.answer(raw_peer.hear("INVITE"), 200, body)

    fault = "the SDP of the 200 cannot be understood"
    assert phone.hear() == [ReinviteAnswered("out-1", 2, 200, "OK", fault)]


def test_a_re_invite_that_has_to_wait_says_for_what(talk: tuple[Phone, RawPeer]) -> None:
    phone, raw_peer = talk
    phone.order(Reinvite("out-1", True, 1, ENOUGH), Reinvite("out-1", False, 2, ENOUGH))
    first = raw_peer.hear("INVITE")

    why = "another INVITE of the dialog is not answered or acknowledged yet"
    assert phone.hear() == [ReinvitePostponed("out-1", 2, why)]

    raw_peer.answer(first, 200, PLAIN)
    assert phone.hear(3)[1:] == [ReinviteAnswered("out-1", 1, 200, "OK"), ReinviteSent("out-1", 2)]


def test_a_491_is_why_a_re_invite_is_sent_again_later(talk: tuple[Phone, RawPeer]) -> None:
    phone, raw_peer = talk
    phone.order(Reinvite("out-1", True, 1, ENOUGH))
    raw_peer.answer(raw_peer.hear("INVITE"), 491)
    raw_peer.hear("ACK")

    why = "491 Request Pending came to the last one"
    assert phone.hear() == [ReinvitePostponed("out-1", 1, why)]
    raw_peer.answer(raw_peer.hear("INVITE"), 200, PLAIN)
    media = Media(SENDONLY, RECVONLY, "PCMU/8000")
    assert phone.hear(3) == [
        ReinviteSent("out-1", 1),
        MediaNegotiated("out-1", media, "local"),
        ReinviteAnswered("out-1", 1, 200, "OK"),
    ]


@pytest.mark.parametrize("connection", ["IN IP4 0.0.0.0", "IN IP6 ::"])
@pytest.mark.parametrize("of_session", [True, False])
@pytest.mark.parametrize(
    ("asked", "peer"),
    [("sendrecv", SENDONLY), ("recvonly", INACTIVE)],
)
def test_a_null_address_is_a_hold(
    talk: tuple[Phone, RawPeer],
    connection: str,
    of_session: bool,
    asked: str,
    peer: MediaDirection,
) -> None:
    phone, raw_peer = talk
    offer = PLAIN.replace("recvonly", asked)
    if of_session:
        offer = offer.replace("c=IN IP4 127.0.0.1", f"c={connection}")
    else:
        offer = offer.replace("a=", f"c={connection}\r\na=")
    raw_peer.request("INVITE", offer)
    raw_peer.hear("200")
    raw_peer.request("ACK")

    (told,) = phone.hear()
    assert isinstance(told, MediaNegotiated)
    assert (told.media.peer, told.by) == (peer, "remote")
    assert told.media.direction is INACTIVE
