"""Calls that are hung up before their INVITE is through: what is left of them touches nothing."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.account import Account
from sipflow.worker.ua.commands import HangUp, Invite, SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteSent,
    Progressed,
    TextAnswered,
)
from sipflow.worker.ua.limits import MAX_LEGS
from tests.sip_peer import SDP, Peer, peer
from tests.worker.ua.phone import Phone, phones

CLEARED = "Normal call clearing"
# Longer than a request waits until it is sent again (RFC 3261 §17.1.2.2, timer E).
SENT_AGAIN = 0.8
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n"'


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        alice.assign(replace(alice.plan, account=Account(password="secret")))
        yield alice, stack.enter_context(peer())


def talk(alice: Phone, other: Peer, dialog: str) -> None:
    alice.order(Invite(dialog, other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    other.receive("ACK")
    assert alice.hear(2) == [InviteSent(dialog), DialogConfirmed(dialog, 200, "OK")]


def hang_up(alice: Phone, other: Peer, dialog: str) -> None:
    alice.order(HangUp(dialog))
    other.respond(other.receive("BYE"), "200 OK")
    assert alice.hear() == [DialogEnded(dialog, 200, CLEARED)]


def test_what_was_cancelled_leaves_no_request_behind(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "183 Session Progress", body=SDP)
    alice.hear(2)
    alice.order(SendText("message-1", "hi", "text/plain", dialog="out-1"))
    message = other.receive("MESSAGE")
    alice.order(HangUp("out-1"))
    other.respond(other.receive("CANCEL"), "200 OK")
    other.respond(invite, "487 Request Terminated")
    other.receive("ACK")
    assert alice.hear(2) == [
        TextAnswered("message-1", None, "the dialog ended before the MESSAGE was answered"),
        DialogEnded("out-1", 487, "Request Terminated"),
    ]

    other.respond(message, "401 Unauthorized", CHALLENGE)
    assert other.is_quiet(SENT_AGAIN)
    talk(alice, other, "out-2")
    hang_up(alice, other, "out-2")


def test_a_prack_without_answer_ends_with_its_call(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "180 Ringing", "Require: 100rel", "RSeq: 1")
    prack = other.receive("PRACK")
    assert alice.hear(2) == [InviteSent("out-1"), Progressed("out-1", 180, "Ringing")]
    other.respond(invite, "486 Busy Here")
    other.receive("ACK")
    assert alice.hear() == [DialogEnded("out-1", 486, "Busy Here")]

    assert other.is_quiet(SENT_AGAIN)
    other.respond(prack, "401 Unauthorized", CHALLENGE)
    for place in range(MAX_LEGS):  # one of them has its slot
        talk(alice, other, f"after-{place}")
    for place in range(MAX_LEGS):
        hang_up(alice, other, f"after-{place}")


def test_a_200_that_crosses_the_cancel_is_followed_by_a_bye(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "180 Ringing")
    assert alice.hear(2) == [InviteSent("out-1"), Progressed("out-1", 180, "Ringing")]
    alice.order(HangUp("out-1"))
    cancel = other.receive("CANCEL")
    other.respond(invite, "200 OK", body=SDP)
    other.receive("ACK")
    other.respond(cancel, "200 OK")
    other.respond(other.receive("BYE"), "401 Unauthorized", CHALLENGE)
    bye = other.receive("BYE")
    assert bye.get("Authorization")
    other.respond(bye, "200 OK")
    (ended,) = alice.hear()
    assert isinstance(ended, DialogEnded)
    talk(alice, other, "out-2")
    hang_up(alice, other, "out-2")
