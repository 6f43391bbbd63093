"""What comes for a call that is over, while another call has its slot: it touches nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.account import Account
from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.commands import (
    HangUp,
    Invite,
    Order,
    Refer,
    Reinvite,
    Respond,
    SendDigits,
    SendText,
)
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    TextAnswered,
    TextReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from tests.sip_peer import SDP, Message, Peer, peer
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.raw_sip_peer import RawPeer

CLEARED = "Normal call clearing"
# Longer than a request waits until it is sent again (RFC 3261 §17.1.2.2, timer E).
SENT_AGAIN = 0.8
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n"'
REQUESTS: dict[str, Callable[[str], Order]] = {
    "MESSAGE": lambda dialog: SendText("message-1", "hi", "text/plain", dialog=dialog),
    "INFO": lambda dialog: SendDigits(dialog, "1", 0.2, "info"),
    "REFER": lambda dialog: Refer(dialog, "sip:300@127.0.0.1:9"),
    "INVITE": lambda dialog: Reinvite(dialog, hold=True, turn=1, within=5.0),
}


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        alice.assign(replace(alice.plan, account=Account(password="secret")))
        yield alice, stack.enter_context(peer())


def talk(alice: Phone, other: Peer, dialog: str) -> Message:
    """Bring a call to its answer; return its INVITE."""
    alice.order(Invite(dialog, other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "200 OK", body=SDP)
    other.receive("ACK")
    assert alice.hear(2) == [InviteSent(dialog), DialogConfirmed(dialog, 200, "OK")]
    return invite


def hang_up(alice: Phone, other: Peer, dialog: str) -> list[Happening]:
    """End a call from here; return what is reported of it besides its end."""
    alice.order(HangUp(dialog))
    other.respond(other.receive("BYE"), "200 OK")
    reported = alice.hear()
    while not isinstance(reported[-1], DialogEnded):
        reported += alice.hear()
    assert reported.pop() == DialogEnded(dialog, 200, CLEARED)
    return reported


def take_all_slots(alice: Phone, other: Peer) -> None:
    """Make as many calls as there are slots; the last one's dialog is ``last``."""
    for place in range(MAX_LEGS - 1):
        talk(alice, other, f"held-{place}")
    talk(alice, other, "last")


@pytest.mark.parametrize("code", [401, 407, 200, 408, 481, 500])
@pytest.mark.parametrize("method", REQUESTS)
def test_a_response_after_the_end_of_its_dialog_touches_no_call(
    with_peer: tuple[Phone, Peer], method: str, code: int
) -> None:
    alice, other = with_peer
    take_all_slots(alice, other)
    alice.order(REQUESTS[method]("last"))
    request = other.receive(method)
    hang_up(alice, other, "last")
    talk(alice, other, "next")

    challenge = CHALLENGE if code == 401 else CHALLENGE.replace("WWW", "Proxy")
    body = SDP if (method, code) == ("INVITE", 200) else ""
    other.respond(request, f"{code} {reason_phrase(code)}", challenge, body=body)
    assert alice.is_quiet(SENT_AGAIN)
    assert hang_up(alice, other, "next") == []


@pytest.mark.parametrize("method", REQUESTS)
def test_a_request_is_not_sent_again_after_the_end_of_its_dialog(
    with_peer: tuple[Phone, Peer], method: str
) -> None:
    alice, other = with_peer
    talk(alice, other, "out-1")
    alice.order(REQUESTS[method]("out-1"))
    other.receive(method)
    hang_up(alice, other, "out-1")

    assert other.is_quiet(SENT_AGAIN)


def test_a_request_that_waits_is_withdrawn_as_the_other_side_hangs_up(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, _ = with_peer
    with RawPeer() as other:
        alice.order(Invite("out-1", other.uri))
        other.take_call()
        alice.hear(2)
        alice.order(REQUESTS["MESSAGE"]("out-1"))
        other.hear("MESSAGE")
        other.request("BYE")
        other.hear("200")
        assert alice.hear(2) == [
            TextAnswered("message-1", None, "the dialog ended before the MESSAGE was answered"),
            DialogEnded("out-1", 200, CLEARED),
        ]
        assert other.is_quiet(SENT_AGAIN)


def test_a_final_response_to_a_reinvite_is_acknowledged_after_the_end(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    talk(alice, other, "out-1")
    alice.order(REQUESTS["INVITE"]("out-1"))
    reinvite = other.receive("INVITE")
    hang_up(alice, other, "out-1")

    other.respond(reinvite, "487 Request Terminated")
    assert other.receive("ACK").get("CSeq").split() == [reinvite.get("CSeq").split()[0], "ACK"]


def test_a_call_takes_the_slot_of_one_that_ends_at_that_moment(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    for place in range(MAX_LEGS - 1):
        talk(alice, other, f"held-{place}")
    with RawPeer() as leaving:
        alice.order(Invite("leaving", leaving.uri))
        leaving.take_call()
        alice.hear(2)
        alice.freeze()
        leaving.request("BYE")
        invite = other.request("INVITE", alice.plan.port, body=SDP)
        alice.thaw()
        ended, received = alice.hear(2)
    assert ended == DialogEnded("leaving", 200, CLEARED)
    assert received == InviteReceived("in-1", other.uri)

    alice.order(Respond("in-1", 200))
    assert other.receive("200").get("Call-ID") == invite.get("Call-ID")
    other.request("MESSAGE", alice.plan.port, body="still here")
    (text,) = alice.hear()
    assert isinstance(text, TextReceived)
