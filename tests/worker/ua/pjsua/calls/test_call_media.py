"""A call whose SDP comes to no audio, as the stack ends it: both sides say what was wrong."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sipflow.worker.ua.commands import Invite, Respond
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteSent
from tests.sip_peer import SDP, Peer, peer
from tests.worker.ua.phone import Phone, phones

REFUSED = SDP.replace("29000", "0")
G722 = SDP.replace("AVP 0", "AVP 9").replace("0 PCMU", "9 G722")
DIGITS_ALONE = SDP.replace("AVP 0", "AVP 101").replace("0 PCMU", "101 telephone-event")
NONE_IN_COMMON = "no codec in common: the SDP of the {} has {}, this instance PCMU/8000, PCMA/8000"
PORT = "the SDP of the {} refuses the audio: its port is 0"


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def answer_bye(other: Peer) -> None:
    """Answer the BYE that the stack sends; its Reason is not asked for."""
    other.respond(other.receive("BYE"), "200 OK")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (REFUSED, PORT.format("200")),
        (G722, NONE_IN_COMMON.format("200", "G722/8000")),
        (DIGITS_ALONE, NONE_IN_COMMON.format("200", "none")),
    ],
)
def test_a_200_that_comes_to_no_audio_confirms_a_dialog_with_a_fault(
    with_peer: tuple[Phone, Peer], body: str, fault: str
) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=body)

    assert alice.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK", fault=fault)]
    answer_bye(other)
    assert alice.hear() == [DialogEnded("out-1", None, fault)]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "the 200 has no SDP"),
        ("v=0\r\nhello\r\n", "the SDP of the 200 has no audio that can be understood"),
    ],
)
def test_a_200_without_an_answer_to_the_offer_ends_the_call(
    with_peer: tuple[Phone, Peer], body: str, fault: str
) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=body)

    assert alice.hear() == [InviteSent("out-1")]
    answer_bye(other)
    assert alice.hear() == [DialogEnded("out-1", None, fault)]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "the ACK has no SDP"),
        ("hello", "the ACK has no SDP"),
        (REFUSED, PORT.format("ACK")),
        (G722, NONE_IN_COMMON.format("ACK", "G722/8000")),
    ],
)
def test_an_ack_without_an_answer_to_our_offer_confirms_a_dialog_with_a_fault(
    with_peer: tuple[Phone, Peer], body: str, fault: str
) -> None:
    bob, other = with_peer
    invite = other.request("INVITE", bob.plan.port)
    bob.hear()
    bob.order(Respond("in-1", 200))
    other.acknowledge(invite, other.receive("200"), body)

    assert bob.hear() == [DialogConfirmed("in-1", 200, "OK", fault=fault)]
