"""What the stack refuses by itself is told, as it is answered: once, with why."""

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import Invite, Respond
from sipflow.worker.ua.events import DialogEnded, InviteReceived, MessageRefused
from tests.worker.ua.odd_peer import SDP, OddPeer
from tests.worker.ua.phone import Phone, phones

WHY = "no codec in common: offered GSM/8000, this instance has PCMU/8000, PCMA/8000"
SRTP = SDP.replace("RTP/AVP", "RTP/SAVP") + (
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
)
QUIET = 0.3


def test_a_call_without_a_common_codec_is_refused_with_488_and_both_sides_are_told() -> None:
    with phones(2) as (alice, bob):
        alice.assign(replace(alice.plan, codecs=("GSM/8000",)))
        bob.assign(replace(bob.plan, codecs=("PCMU/8000", "PCMA/8000")))

        alice.order(Invite("out-1", bob.uri))

        assert bob.hear(3) == [
            InviteReceived("refused-1", alice.uri),
            DialogEnded("refused-1", 488, WHY),
            MessageRefused(f"127.0.0.1:{alice.plan.port}", "INVITE", 488, WHY),
        ]
        assert alice.hear(2)[1:] == [DialogEnded("out-1", 488, "Not Acceptable Here")]


@pytest.mark.parametrize(
    ("headers", "body", "code", "why"),
    [
        ((), SRTP, 488, "it offers RTP/SAVP alone, this instance has RTP/AVP"),
        ((), SDP.replace("c=IN IP4 127.0.0.1\r\n", ""), 400, "Bad SDP"),
        (("Require: foo",), SDP, 420, "it requires foo, which is not supported"),
    ],
)
def test_an_invite_that_is_refused_is_told_with_the_code_that_was_sent_and_why(
    alice: Phone, other: OddPeer, headers: tuple[str, ...], body: str, code: int, why: str
) -> None:
    other.request("INVITE", *headers, body=body)

    assert other.code() == code
    (refused,) = alice.hear()
    assert isinstance(refused, MessageRefused)
    assert (refused.peer, refused.method, refused.code) == (other.address, "INVITE", code)
    assert refused.message == why


def test_it_is_told_once_however_often_the_invite_comes(alice: Phone, other: OddPeer) -> None:
    for _ in range(2):
        other.request("INVITE", "Require: foo", body=SDP, cseq=1)
        assert other.code() == 420

    assert len(alice.hear()) == 1
    assert alice.is_quiet(QUIET)


def test_what_is_ordered_is_no_refusal(alice: Phone, other: OddPeer) -> None:
    other.call()
    assert alice.hear() == [InviteReceived("in-1", other.uri)]
    alice.order(Respond("in-1", 486))

    assert other.code() == 486
    assert alice.hear() == [DialogEnded("in-1", 486, "Busy Here")]
    assert alice.is_quiet(QUIET)


def test_nothing_of_one_run_is_told_in_the_next(alice: Phone, other: OddPeer) -> None:
    alice.freeze()
    other.request("INVITE", "Require: foo", body=SDP)
    alice.thaw()
    assert other.code() == 420

    alice.take_number("101")

    assert alice.is_quiet(QUIET)
