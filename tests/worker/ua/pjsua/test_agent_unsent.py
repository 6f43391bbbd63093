"""ACKs and BYEs that cannot be sent where the other side wants them, and BYEs that are refused."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.commands import HangUp, Headers, Invite, Reinvite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
)
from tests.sip_peer import SDP, Message, Peer, peer
from tests.worker.ua.phone import Phone, phones

UNSUPPORTED = "this instance has no such transport"
UNKNOWN = "the host's name is not known"
BY_TCP = "sip:peer@127.0.0.1:9;transport=tcp"
NOWHERE = "sip:peer@pbx.example.invalid"
PROXY = "sip:127.0.0.1:9;transport=tcp;lr"


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def call(alice: Phone, other: Peer, *headers: str) -> Message:
    """Answer a call of Alice; return her INVITE."""
    alice.order(Invite("out-1", other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "200 OK", *headers, body=SDP)
    assert alice.hear() == [InviteSent("out-1")]
    return invite


@pytest.mark.parametrize(
    ("header", "target", "why"),
    [
        (f"Contact: <{BY_TCP}>", BY_TCP, UNSUPPORTED),
        (f"Contact: <{NOWHERE}>", NOWHERE, UNKNOWN),
        (f"Record-Route: <{PROXY}>", PROXY, UNSUPPORTED),
    ],
)
def test_a_200_that_cannot_be_acknowledged_confirms_nothing(
    with_peer: tuple[Phone, Peer], header: str, target: str, why: str
) -> None:
    alice, other = with_peer
    call(alice, other, header)
    assert alice.hear() == [OrderRefused("out-1", f"the ACK could not be sent to {target}")]

    alice.order(HangUp("out-1"))
    reason = f"the BYE could not be sent: {why}"
    assert alice.hear() == [DialogEnded("out-1", None, reason, stands_for=503, unconfirmed=True)]


@pytest.mark.parametrize(
    ("tcp", "contact", "why"), [(False, NOWHERE, UNKNOWN), (True, BY_TCP, "nothing listens there")]
)
def test_a_call_that_came_in_is_not_gone_without_a_bye(
    with_peer: tuple[Phone, Peer], tcp: bool, contact: str, why: str
) -> None:
    alice, other = with_peer
    alice.assign(replace(alice.plan, tcp=tcp))
    invite = other.request("INVITE", alice.plan.port, f"Contact: <{contact}>", body=SDP)
    assert isinstance(alice.hear()[0], InviteReceived)
    alice.order(Respond("in-1", 200))
    other.acknowledge(invite, other.receive("200"))
    assert alice.hear() == [DialogConfirmed("in-1", 200, "OK")]

    alice.order(HangUp("in-1"))
    reason = f"the BYE could not be sent: {why}"
    assert alice.hear() == [DialogEnded("in-1", None, reason, stands_for=503, unconfirmed=True)]


def test_a_reinvite_that_cannot_be_acknowledged_is_no_success(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    call(alice, other)
    assert alice.hear() == [DialogConfirmed("out-1", 200, "OK")]
    other.receive("ACK")
    alice.order(Reinvite("out-1", hold=True, turn=1, within=5.0))
    other.respond(other.receive("INVITE"), "200 OK", f"Contact: <{BY_TCP}>", body=SDP)
    assert alice.hear() == [OrderRefused("out-1", "the ACK could not be sent")]


@pytest.mark.parametrize("code", [302, 401, 404, 408, 481, 503, 603])
def test_a_bye_that_is_refused_ends_the_call_with_the_code_that_came(
    with_peer: tuple[Phone, Peer], code: int
) -> None:
    alice, other = with_peer
    call(alice, other)
    assert alice.hear() == [DialogConfirmed("out-1", 200, "OK")]
    alice.order(HangUp("out-1"))
    other.respond(other.receive("BYE"), f"{code} {reason_phrase(code)}")
    (ended,) = alice.hear()
    assert ended == DialogEnded("out-1", code, reason_phrase(code))
    assert isinstance(ended, DialogEnded)
    assert ended.bye is not None


def test_a_bye_that_crosses_ours_is_not_the_answer_to_it(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    invite = other.request("INVITE", alice.plan.port, body=SDP)
    alice.hear()
    alice.order(Respond("in-1", 200))
    answer = other.receive("200")
    other.acknowledge(invite, answer)
    alice.hear()
    alice.order(HangUp("in-1"))
    other.receive("BYE")
    other.request_in(invite, answer, "BYE")
    (ended,) = alice.hear()
    assert ended == DialogEnded("in-1", 200, "Normal call clearing")
    assert isinstance(ended, DialogEnded)
    assert ended.bye is None


def test_a_bye_without_an_ack_before_it_proves_that_the_200_arrived(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = other.request("INVITE", alice.plan.port, body=SDP)
    alice.hear()
    alice.order(Respond("in-1", 200))
    other.request_in(invite, other.receive("200"), "BYE")
    assert alice.hear(2) == [
        DialogConfirmed("in-1", 200, "OK", acknowledged=False),
        DialogEnded("in-1", 200, "Normal call clearing"),
    ]


def test_a_bye_before_the_200_confirms_nothing(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    invite = other.request("INVITE", alice.plan.port, body=SDP)
    alice.hear()
    alice.order(Respond("in-1", 180))
    other.request_in(invite, other.receive("180"), "BYE")
    progressed, ended = alice.hear(2)
    assert progressed == Progressed("in-1", 180, "Ringing")
    assert isinstance(ended, DialogEnded)


def long_headers(size: int) -> Headers:
    """Return headers that take so many hundred bytes."""
    return tuple((f"X-{number:02}", "a" * 94) for number in range(size // 100))


@pytest.mark.parametrize("code", [180, 183, 200])
def test_a_response_that_is_too_long_is_not_sent(with_peer: tuple[Phone, Peer], code: int) -> None:
    alice, other = with_peer
    other.request("INVITE", alice.plan.port, body=SDP)
    assert isinstance(alice.hear()[0], InviteReceived)
    alice.order(Respond("in-1", code, headers=long_headers(3900)))
    reason = f"the {code} could not be sent: it has more than 4,000 bytes"
    assert alice.hear() == [OrderRefused("in-1", reason)]


def test_a_refusal_that_is_too_long_ends_the_call_here_alone(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    other.request("INVITE", alice.plan.port, body=SDP)
    assert isinstance(alice.hear()[0], InviteReceived)
    alice.order(Respond("in-1", 486, headers=long_headers(3900)))
    reason = "the 486 could not be sent: it has more than 4,000 bytes"
    assert alice.hear() == [DialogEnded("in-1", None, reason)]


def test_long_responses_are_sent_as_far_as_they_fit(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    other.request("INVITE", alice.plan.port, body=SDP)
    assert isinstance(alice.hear()[0], InviteReceived)
    alice.order(Respond("in-1", 180, headers=long_headers(2800)), Respond("in-1", 180))
    alice.order(Respond("in-1", 200))
    assert other.receive("200").get("X-27") == "a" * 94
    assert alice.hear(2) == [Progressed("in-1", 180, "Ringing")] * 2
