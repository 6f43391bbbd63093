"""Beside the plain call, on the wire: early media, PRACK, timers, late offers, headers, TCP, …"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.signalling import Signalling
from sipflow.worker.ua.commands import HangUp, Headers, Invite, Respond, SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    MessageRefused,
    OrderRefused,
    Progressed,
    Redirected,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from tests.sip_peer import HOST, SDP, Message, Peer, peer
from tests.worker.ua.phone import Phone, phones

CLEARED = "Normal call clearing"
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
ADDED: Headers = (("X-Account", "4711"), ("Subject", "a, b"))
QUIET = 0.3


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    with phones(2) as (alice, bob):
        yield alice, bob


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def speak(phone: Phone, **properties: object) -> None:
    """Open a phone again, with other properties."""
    phone.assign(replace(phone.plan, signalling=Signalling(**properties)))  # type: ignore[arg-type]
    assert phone.error is None


def call(alice: Phone, other: Peer, order: Invite | None = None) -> Message:
    """Send an INVITE to the peer and return it."""
    alice.order(order or Invite("out-1", other.uri))
    assert alice.hear() == [InviteSent("out-1")]
    return other.receive("INVITE")


def take(alice: Phone, other: Peer, *headers: str, body: str = SDP) -> tuple[Message, str]:
    """Send an INVITE of the peer to Alice; return it, and the key of her dialog."""
    invite = other.request("INVITE", alice.plan.port, *headers, body=body)
    (received,) = alice.hear()
    assert isinstance(received, InviteReceived)
    return invite, received.dialog


# Early media.


@pytest.mark.parametrize("code", [182, 183, 189])
def test_an_18x_carries_sdp_and_a_180_after_it_too(pair: tuple[Phone, Phone], code: int) -> None:
    alice, bob = pair
    alice.order(Invite("out-1", bob.uri))
    bob.hear()
    alice.hear(2)
    for one, media in ((180, False), (181, False), (code, True), (180, True)):
        bob.order(Respond("in-1", one, "Wait"))
        assert bob.hear() == [Progressed("in-1", one, "Wait", media)]
        assert alice.hear() == [Progressed("out-1", one, "Wait", media)]


def test_the_sdp_of_the_other_side_is_seen_with_any_18x(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    invite = call(alice, other)
    other.respond(invite, "180 Ringing", body=SDP)
    other.respond(invite, "183 Session Progress", body="no SDP")
    other.respond(invite, "183 Session Progress")
    assert alice.hear(3) == [
        Progressed("out-1", 180, "Ringing", media=True),
        Progressed("out-1", 183, "Session Progress", media=False),
        Progressed("out-1", 183, "Session Progress", media=False),
    ]


def test_a_provisional_answer_after_the_cancel_changes_nothing(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = call(alice, other)
    other.respond(invite, "180 Ringing")
    assert alice.hear() == [Progressed("out-1", 180, "Ringing")]
    alice.order(HangUp("out-1"))
    cancel = other.receive("CANCEL")

    other.respond(invite, "183 Session Progress", body=SDP)
    other.respond(cancel, "200 OK")
    other.respond(invite, "487 Request Terminated")
    assert alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]


# Reliable provisional answers.


def test_a_reliable_answer_is_acknowledged_whatever_prack_says(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = call(alice, other)
    assert "100rel" in invite.get("Supported")
    assert invite.get("Require") == ""
    other.respond(invite, "183 Early", "Require: 100rel", "RSeq: 7", body=SDP)
    prack = other.receive("PRACK")
    assert prack.get("RAck") == f"7 {invite.get('CSeq')}"
    other.respond(prack, "200 OK")
    other.respond(invite, "200 OK", body=SDP)
    assert alice.hear(2) == [Progressed("out-1", 183, "Early", media=True), CONFIRMED]


@pytest.mark.parametrize(
    ("prack", "offered", "reliable"),
    [
        ("off", "Supported: 100rel", False),
        ("off", "Require: 100rel", True),
        ("supported", "Supported: 100rel", True),
        ("supported", "X-None: here", False),
        ("required", "Supported: 100rel", True),
    ],
)
def test_prack_says_whether_an_answer_is_reliable(
    with_peer: tuple[Phone, Peer], prack: str, offered: str, reliable: bool
) -> None:
    alice, other = with_peer
    speak(alice, prack=prack)
    _, dialog = take(alice, other, offered)
    alice.order(Respond(dialog, 183))
    answer = other.receive("183")
    assert ("100rel" in answer.get("Require"), bool(answer.get("RSeq"))) == (reliable, reliable)


def test_prack_that_is_required_is_asked_of_the_other_side(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    speak(alice, prack="required")
    assert call(alice, other).get("Require") == "100rel"
    other.request("INVITE", alice.plan.port, body=SDP)
    assert other.receive("421").get("Require") == "100rel"
    why = "it does not support 100rel, which is required"
    assert alice.hear() == [MessageRefused(f"127.0.0.1:{other.port}", "INVITE", 421, why)]


# Session timers.


@pytest.mark.parametrize(
    ("use", "required", "expires"),
    [
        ("off", "", ""),
        ("supported", "", "120"),
        ("required", "timer", "120"),
        ("always", "", "120"),
    ],
)
def test_a_session_timer_is_asked_for(
    with_peer: tuple[Phone, Peer], use: str, required: str, expires: str
) -> None:
    alice, other = with_peer
    speak(alice, session_timer=use, session_expires=120.0, min_se=100.0)
    invite = call(alice, other)
    assert (invite.get("Require"), invite.get("Session-Expires")) == (required, expires)
    assert invite.get("Min-SE") == ("100" if expires else "")
    assert ("timer" in invite.get("Supported")) == bool(expires)


@pytest.mark.parametrize(("refresher", "required"), [("uac", "timer"), ("uas", "")])
def test_a_session_timer_is_agreed_on(
    with_peer: tuple[Phone, Peer], refresher: str, required: str
) -> None:
    alice, other = with_peer
    interval = f"90;refresher={refresher}"
    _, dialog = take(alice, other, "Supported: timer", f"Session-Expires: {interval}")
    alice.order(Respond(dialog, 200))
    answer = other.receive("200")
    assert (answer.get("Require"), answer.get("Session-Expires")) == (required, interval)


def test_a_session_that_is_too_short_is_refused_before_anybody_takes_it(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    speak(alice, min_se=100.0)
    other.request("INVITE", alice.plan.port, "Supported: timer", "Session-Expires: 90", body=SDP)
    assert other.receive("422").get("Min-SE") == "100"
    why = "its session interval is shorter than 100 s"
    assert alice.hear() == [MessageRefused(f"127.0.0.1:{other.port}", "INVITE", 422, why)]


def test_a_refusal_of_the_interval_is_answered_with_a_longer_one(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    speak(alice, session_timer="always", session_expires=90.0)
    other.respond(call(alice, other), "422 Session Interval Too Small", "Min-SE: 300")
    again = other.receive("INVITE")
    assert again.get("Session-Expires") == "300"
    other.respond(again, "486 Busy Here")
    assert alice.hear() == [DialogEnded("out-1", 486, "Busy Here")]


# Late offers.


@pytest.mark.parametrize("reliable", [True, False])
@pytest.mark.parametrize("early", [True, False])
def test_the_offer_may_be_left_to_the_other_side(
    with_peer: tuple[Phone, Peer], early: bool, reliable: bool
) -> None:
    alice, other = with_peer
    invite = call(alice, other, Invite("out-1", other.uri, late_offer=True))
    assert (invite.body, invite.get("Content-Type")) == ("", "")
    if early and reliable:
        other.respond(invite, "183 Early", "Require: 100rel", "RSeq: 7", body=SDP)
        prack = other.receive("PRACK")
        assert "m=audio" in prack.body
        other.respond(prack, "200 OK")
        other.respond(invite, "200 OK")
    elif early:
        other.respond(invite, "183 Early", body=SDP)
        other.respond(invite, "200 OK", body=SDP)
    else:
        other.respond(invite, "200 OK", body=SDP)
    assert ("m=audio" in other.receive("ACK").body) == (not (early and reliable))
    assert alice.hear(2 if early else 1)[-1] == CONFIRMED
    alice.order(HangUp("out-1"))
    other.respond(other.receive("BYE"), "200 OK")
    assert alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


def test_who_gets_no_offer_makes_one(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    _, dialog = take(alice, other, body="")
    alice.order(Respond(dialog, 200))
    assert "m=audio" in other.receive("200").body


# Redirection.


def test_a_3xx_names_its_contact_alone(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    _, dialog = take(alice, other)
    alice.order(Respond(dialog, 302, contact="sip:300@127.0.0.1:7777", headers=ADDED))
    answer = other.receive("302")
    assert answer.get("Contact") == "<sip:300@127.0.0.1:7777>"
    assert (answer.get("X-Account"), answer.get("Subject")) == ("4711", "a, b")


def test_a_call_that_follows_goes_on_to_the_contact(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    with peer() as third:
        order = Invite("out-1", other.uri, follow=True, headers=ADDED)
        invite = call(alice, other, order)
        contacts = f"Contact: <sip:a@127.0.0.1:1>;q=0.1, <{third.uri}>;q=0.9"
        other.respond(invite, "302 Moved", contacts)
        again = third.receive("INVITE")
        assert again.get("X-Account") == "4711"
        third.respond(again, "183 Early", body=SDP)
        assert alice.hear(2) == [
            Redirected("out-1", third.uri),
            Progressed("out-1", 183, "Early", media=True),
        ]
        third.respond(again, "200 OK", body=SDP)
        third.receive("ACK")
        assert alice.hear() == [CONFIRMED]
        alice.order(HangUp("out-1"))
        third.respond(third.receive("BYE"), "200 OK")
        assert alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


def test_a_call_that_is_sent_round_in_a_circle_ends(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    invite = call(alice, other, Invite("out-1", other.uri, follow=True))
    followed = 0
    while True:
        other.respond(invite, "302 Moved", f"Contact: <sip:x{followed}@{HOST}:{other.port}>")
        (told,) = alice.hear()
        if not isinstance(told, Redirected):
            break
        invite = other.receive("INVITE")
        followed += 1
    assert told == DialogEnded("out-1", 302, "Moved")
    assert followed == 10


def test_a_call_that_was_sent_on_can_be_cancelled(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    with peer() as third:
        invite = call(alice, other, Invite("out-1", other.uri, follow=True))
        other.respond(invite, "302 Moved", f"Contact: <{third.uri}>")
        again = third.receive("INVITE")
        third.respond(again, "180 Ringing")
        assert alice.hear(2)[-1] == Progressed("out-1", 180, "Ringing")
        alice.order(HangUp("out-1"))
        third.respond(third.receive("CANCEL"), "200 OK")
        third.respond(again, "487 Request Terminated")
        assert alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]


# Headers.


def test_headers_go_into_all_that_a_caller_sends(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    invite = call(alice, other, Invite("out-1", other.uri, headers=ADDED))
    assert (invite.get("X-Account"), invite.get("Subject")) == ("4711", "a, b")
    other.respond(invite, "180 Ringing")
    alice.hear()
    alice.order(HangUp("out-1", ADDED))
    cancel = other.receive("CANCEL")
    assert (cancel.get("X-Account"), cancel.get("Subject")) == ("4711", "a, b")
    other.respond(cancel, "200 OK")
    other.respond(invite, "487 Request Terminated")
    assert alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]

    invite = call_again(alice, other)
    other.respond(invite, "200 OK", body=SDP)
    assert alice.hear() == [DialogConfirmed("out-2", 200, "OK")]
    alice.order(HangUp("out-2", ADDED))
    bye = other.receive("BYE")
    assert (bye.get("X-Account"), bye.get("Subject")) == ("4711", "a, b")


def call_again(alice: Phone, other: Peer) -> Message:
    """Send a second INVITE to the peer and return it."""
    alice.order(Invite("out-2", other.uri))
    assert alice.hear() == [InviteSent("out-2")]
    return other.receive("INVITE")


def test_headers_go_into_all_that_answers(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    _, dialog = take(alice, other)
    for code in (180, 200):
        alice.order(Respond(dialog, code, headers=((f"X-At-{code}", "yes"),)))
        assert other.receive(str(code)).get(f"X-At-{code}") == "yes"


# Forked calls (RFC 3261 §13.2.2.4).


def test_of_two_answers_the_first_wins_and_the_second_is_ended(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = call(alice, other)
    other.respond(invite, "183 Early", body=SDP, tag="a")
    other.respond(invite, "180 Ringing", tag="b")
    other.respond(invite, "200 OK", body=SDP, tag="b")
    assert other.receive("ACK").get("To").endswith("tag=b")
    assert alice.hear(3) == [
        Progressed("out-1", 183, "Early", media=True),
        Progressed("out-1", 180, "Ringing"),
        CONFIRMED,
    ]

    other.respond(invite, "200 OK", body=SDP, tag="a")
    assert other.receive("ACK").get("To").endswith("tag=a")
    bye = other.receive("BYE")
    assert bye.get("To").endswith("tag=a")
    other.respond(bye, "200 OK")
    assert alice.is_quiet(QUIET)

    alice.order(HangUp("out-1"))
    bye = other.receive("BYE")
    assert bye.get("To").endswith("tag=b")
    other.respond(bye, "200 OK")
    assert alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


# OPTIONS.


def test_options_are_answered_with_what_the_instance_can_do(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    other.request("OPTIONS", alice.plan.port)
    answer = other.receive()
    assert answer.start_line == "SIP/2.0 200 OK"
    assert {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "MESSAGE"} <= set(
        answer.get("Allow").split(", ")
    )
    assert {"application/sdp", "text/plain"} <= set(answer.get("Accept").split(", "))
    assert {"100rel", "timer", "replaces"} <= set(answer.get("Supported").split(", "))
    assert answer.body == ""
    assert alice.is_quiet(QUIET)


# TCP.


def listens(phone: Phone) -> bool:
    """Tell whether an endpoint takes TCP connections."""
    with socket.socket() as probe:
        return probe.connect_ex((phone.plan.host, phone.plan.port)) == 0


def test_an_endpoint_listens_on_tcp_for_as_long_as_a_run_needs_it(
    pair: tuple[Phone, Phone],
) -> None:
    alice, bob = pair
    assert not listens(bob)
    for _ in range(2):
        for phone in (alice, bob):
            phone.assign(replace(phone.plan, tcp=True))
            assert phone.error is None
        assert listens(bob)
        alice.order(SendText("m", "hello", "text/plain", target=f"{bob.uri};transport=tcp"))
        assert bob.hear() == [TextReceived(None, "sip:100@127.0.0.1", "hello")]
        assert alice.hear() == [TextAnswered("m", 200, "OK")]
        bob.assign(replace(bob.plan, tcp=False))
        assert not listens(bob)


def test_a_call_by_tcp_names_the_ports_that_are_listened_on(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    for phone in (alice, bob):
        phone.assign(replace(phone.plan, tcp=True))
    alice.order(Invite("out-1", f"{bob.uri};transport=tcp"))
    assert bob.hear() == [InviteReceived("in-1", f"{alice.uri};transport=TCP")]
    bob.order(Respond("in-1", 200))
    assert alice.hear(3) == [InviteSent("out-1"), TryingReceived("out-1"), CONFIRMED]
    assert bob.hear() == [DialogConfirmed("in-1", 200, "OK")]
    bob.order(HangUp("in-1"))
    assert alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    assert bob.hear() == [DialogEnded("in-1", 200, CLEARED)]


def test_without_tcp_nobody_can_be_called_by_it(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    alice.order(Invite("out-1", f"{bob.uri};transport=tcp"))
    (told,) = alice.hear()
    assert isinstance(told, DialogEnded | OrderRefused)
    alice.order(SendText("m", "hello", "text/plain", target=f"{bob.uri};transport=tcp"))
    (answer,) = alice.hear()
    assert isinstance(answer, TextAnswered)
    assert answer.code is None or answer.code >= 500
