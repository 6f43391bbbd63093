"""Re-INVITEs over real SIP: between two of ours, and with a stranger who refuses them."""

from collections.abc import Iterator

import pytest

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.commands import HangUp, Invite, Reinvite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteSent,
    Media,
    MediaNegotiated,
    MessageRefused,
    OrderRefused,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
)
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.raw_sip_peer import RawPeer

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
PCMU = "PCMU/8000"
QUIET = 0.3
UNDER_WAY = "another INVITE of the dialog is not answered or acknowledged yet"
ENOUGH = 20.0


def hold(dialog: str, turn: int = 1, within: float = ENOUGH) -> Reinvite:
    return Reinvite(dialog, True, turn, within)


def retrieve(dialog: str, turn: int = 1, within: float = ENOUGH) -> Reinvite:
    return Reinvite(dialog, False, turn, within)


def by_us(dialog: str, direction: MediaDirection, peer: MediaDirection) -> MediaNegotiated:
    return MediaNegotiated(dialog, Media(direction, peer, PCMU), "local")


def by_them(dialog: str, direction: MediaDirection, peer: MediaDirection) -> MediaNegotiated:
    return MediaNegotiated(dialog, Media(direction, peer, PCMU), "remote")


def accepted(dialog: str, turn: int = 1) -> ReinviteAnswered:
    return ReinviteAnswered(dialog, turn, 200, "OK")


class Call:
    """An answered call between two of ours."""

    def __init__(self, alice: Phone, bob: Phone) -> None:
        self.alice = alice
        self.bob = bob
        alice.order(Invite("out-1", bob.uri))
        bob.hear()
        bob.order(Respond("in-1", 200))
        self.confirmed = (alice.hear(3)[2], bob.hear()[0])

    def hear(self, alice: int, bob: int) -> tuple[list[Happening], list[Happening]]:
        """Return what happens next at both, so many happenings each."""
        return self.alice.hear(alice), self.bob.hear(bob)


@pytest.fixture
def call() -> Iterator[Call]:
    with phones(2) as (alice, bob):
        yield Call(alice, bob)


@pytest.fixture
def phone() -> Iterator[Phone]:
    with phones(1) as (alice,):
        yield alice


@pytest.fixture
def raw_peer() -> Iterator[RawPeer]:
    with RawPeer() as raw_peer:
        yield raw_peer


def talk(phone: Phone, raw_peer: RawPeer) -> None:
    """Bring a call to a stranger to its answer."""
    phone.order(Invite("out-1", raw_peer.uri))
    raw_peer.take_call()
    assert phone.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK")]


def test_a_confirmed_dialog_says_what_was_negotiated(call: Call) -> None:
    media = Media(SENDRECV, SENDRECV, PCMU)

    for confirmed in call.confirmed:
        assert isinstance(confirmed, DialogConfirmed)
        assert confirmed.media == media


@pytest.mark.parametrize("caller_holds", [True, False])
def test_either_side_can_hold_and_retrieve(call: Call, caller_holds: bool) -> None:
    ours, our = (call.alice, "out-1") if caller_holds else (call.bob, "in-1")
    theirs, their = (call.bob, "in-1") if caller_holds else (call.alice, "out-1")

    ours.order(hold(our))
    assert ours.hear(2) == [by_us(our, SENDONLY, RECVONLY), accepted(our)]
    assert theirs.hear() == [by_them(their, RECVONLY, SENDONLY)]

    ours.order(retrieve(our, 2))
    assert ours.hear(2) == [by_us(our, SENDRECV, SENDRECV), accepted(our, 2)]
    assert theirs.hear() == [by_them(their, SENDRECV, SENDRECV)]


def test_what_is_ordered_while_a_re_invite_is_under_way_follows_it(call: Call) -> None:
    call.alice.order(hold("out-1", 1), retrieve("out-1", 2))

    alice, bob = call.hear(6, 2)

    assert alice == [
        ReinvitePostponed("out-1", 2, UNDER_WAY),
        by_us("out-1", SENDONLY, RECVONLY),
        accepted("out-1", 1),
        ReinviteSent("out-1", 2),
        by_us("out-1", SENDRECV, SENDRECV),
        accepted("out-1", 2),
    ]
    assert bob == [by_them("in-1", RECVONLY, SENDONLY), by_them("in-1", SENDRECV, SENDRECV)]


def test_both_sides_can_hold_and_nothing_flows_until_both_have_retrieved(call: Call) -> None:
    call.alice.order(hold("out-1"))
    call.hear(2, 1)

    call.bob.order(hold("in-1"))
    assert call.hear(1, 2) == (
        [by_them("out-1", INACTIVE, INACTIVE)],
        [by_us("in-1", INACTIVE, INACTIVE), accepted("in-1")],
    )
    call.alice.order(retrieve("out-1", 2))
    assert call.hear(2, 1) == (
        [by_us("out-1", RECVONLY, SENDONLY), accepted("out-1", 2)],
        [by_them("in-1", SENDONLY, SENDRECV)],
    )
    call.bob.order(retrieve("in-1", 2))
    assert call.hear(1, 2) == (
        [by_them("out-1", SENDRECV, SENDRECV)],
        [by_us("in-1", SENDRECV, SENDRECV), accepted("in-1", 2)],
    )


def test_two_that_meet_are_both_refused_and_ours_is_tried_again_later(
    phone: Phone, raw_peer: RawPeer
) -> None:
    talk(phone, raw_peer)

    phone.order(hold("out-1"))
    first = raw_peer.hear("INVITE")
    raw_peer.request("INVITE", raw_peer.sdp("sendonly"))
    raw_peer.hear("491")
    raw_peer.request("ACK", refused=True)
    raw_peer.answer(first, 491)
    raw_peer.hear("ACK")
    assert phone.hear() == [
        ReinvitePostponed("out-1", 1, "491 Request Pending came to the last one")
    ]
    assert phone.is_quiet(QUIET)
    second = raw_peer.hear("INVITE")
    raw_peer.answer(second, 200, raw_peer.sdp("recvonly"))
    raw_peer.hear("ACK")

    assert second.header("CSeq") != first.header("CSeq")
    assert phone.hear(3)[1:] == [by_us("out-1", SENDONLY, RECVONLY), accepted("out-1")]


@pytest.mark.parametrize(
    ("code", "reason"), [(488, "Not Acceptable Here"), (503, "Service Unavailable")]
)
def test_a_refused_re_invite_is_told_with_its_code_and_changes_nothing(
    phone: Phone, raw_peer: RawPeer, code: int, reason: str
) -> None:
    talk(phone, raw_peer)

    phone.order(hold("out-1"))
    raw_peer.answer(raw_peer.hear("INVITE"), code)
    raw_peer.hear("ACK")
    assert phone.hear() == [ReinviteAnswered("out-1", 1, code, reason)]

    phone.order(hold("out-1", 2))
    invite = raw_peer.hear("INVITE")
    assert invite.direction == "sendonly"
    raw_peer.answer(invite, 200, raw_peer.sdp("recvonly"))
    raw_peer.hear("ACK")
    assert phone.hear(2) == [by_us("out-1", SENDONLY, RECVONLY), accepted("out-1", 2)]


def test_a_refused_retrieval_leaves_the_call_on_hold(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)
    phone.order(hold("out-1"))
    raw_peer.answer(raw_peer.hear("INVITE"), 200, raw_peer.sdp("recvonly"))
    raw_peer.hear("ACK")
    phone.hear(2)

    phone.order(retrieve("out-1", 2))
    raw_peer.answer(raw_peer.hear("INVITE"), 488)
    raw_peer.hear("ACK")
    assert phone.hear() == [ReinviteAnswered("out-1", 2, 488, "Not Acceptable Here")]

    raw_peer.request("INVITE", raw_peer.sdp("sendrecv"))
    assert raw_peer.hear("200").direction == "sendonly"
    raw_peer.request("ACK")
    assert phone.hear() == [by_them("out-1", SENDONLY, SENDRECV)]


def test_a_491_is_told_where_there_is_no_time_to_try_again(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)

    phone.order(hold("out-1", within=2.0))  # who made the call waits for 2.1 s and more
    raw_peer.answer(raw_peer.hear("INVITE"), 491)
    raw_peer.hear("ACK")

    assert phone.hear() == [ReinviteAnswered("out-1", 1, 491, "Request Pending")]


def test_a_re_invite_without_an_offer_is_told_when_its_ack_has_the_answer(
    phone: Phone, raw_peer: RawPeer
) -> None:
    talk(phone, raw_peer)

    raw_peer.request("INVITE")
    raw_peer.hear("200")
    assert phone.is_quiet(QUIET)
    raw_peer.request("ACK", raw_peer.sdp("sendonly"))

    assert phone.hear() == [by_them("out-1", RECVONLY, SENDONLY)]


def test_an_update_can_hold_too(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)

    raw_peer.request("UPDATE", raw_peer.sdp("sendonly"))
    raw_peer.hear("200")

    assert phone.hear() == [by_them("out-1", RECVONLY, SENDONLY)]


def test_an_update_without_an_offer_is_no_negotiation(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)

    raw_peer.request("UPDATE")
    raw_peer.hear("200")

    assert phone.is_quiet(QUIET)


def test_the_address_0_0_0_0_holds_as_it_did_of_old(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)

    raw_peer.request("INVITE", raw_peer.sdp("sendrecv", connection="0.0.0.0"))
    raw_peer.hear("200")
    raw_peer.request("ACK")
    (told,) = phone.hear()

    assert isinstance(told, MediaNegotiated)
    assert told.media.peer is SENDONLY


def test_an_offer_that_is_refused_is_told_as_that_alone(phone: Phone, raw_peer: RawPeer) -> None:
    talk(phone, raw_peer)

    raw_peer.request("INVITE", raw_peer.sdp("sendonly", codecs="3"))
    raw_peer.hear("500")
    raw_peer.request("ACK", refused=True)
    peer = f"127.0.0.1:{raw_peer.port}"
    assert phone.hear() == [MessageRefused(peer, "INVITE", 500, "SDP negotiation failed")]

    phone.order(hold("out-1"))
    raw_peer.answer(raw_peer.hear("INVITE"), 200, raw_peer.sdp("recvonly"))
    raw_peer.hear("ACK")
    assert phone.hear(2) == [by_us("out-1", SENDONLY, RECVONLY), accepted("out-1")]


def test_a_call_may_be_hung_up_while_its_re_invite_is_not_answered(
    phone: Phone, raw_peer: RawPeer
) -> None:
    talk(phone, raw_peer)
    phone.order(hold("out-1"))
    invite = raw_peer.hear("INVITE")
    raw_peer.answer(invite, 100)
    assert phone.hear() == [ReinviteProgressed("out-1", 1, 100)]

    phone.order(retrieve("out-1", 2), HangUp("out-1"))
    raw_peer.answer(raw_peer.hear("BYE"), 200)

    assert phone.hear(2) == [
        ReinvitePostponed("out-1", 2, UNDER_WAY),
        DialogEnded("out-1", 200, "Normal call clearing"),
    ]
    raw_peer.answer(invite, 487)
    raw_peer.hear("ACK")
    assert phone.is_quiet(QUIET)


def test_a_dialog_that_the_other_side_has_forgotten_ends_with_481(
    phone: Phone, raw_peer: RawPeer
) -> None:
    talk(phone, raw_peer)

    phone.order(hold("out-1"))
    raw_peer.answer(raw_peer.hear("INVITE"), 481)
    raw_peer.hear("ACK")
    raw_peer.answer(raw_peer.hear("BYE"), 481)

    assert phone.hear(2) == [
        ReinviteAnswered("out-1", 1, 481, "Call/Transaction Does Not Exist"),
        DialogEnded("out-1", 481, "Call/Transaction Does Not Exist"),
    ]


def test_a_call_that_is_not_confirmed_is_refused_a_re_invite(
    phone: Phone, raw_peer: RawPeer
) -> None:
    phone.order(Invite("out-1", raw_peer.uri))
    raw_peer.answer(raw_peer.hear("INVITE"), 180)
    phone.hear(2)

    phone.order(hold("out-1"))

    (told,) = phone.hear()
    assert isinstance(told, OrderRefused)
