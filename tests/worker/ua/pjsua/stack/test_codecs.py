"""Codecs between real endpoints: what is offered, what is taken, and what the events call it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow.sip.codecs import CODECS, DEFAULT_CODECS
from sipflow.sip.sdp import read_codecs
from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteReceived
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.raw_sip_peer import RawPeer


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    with phones(2) as (alice, bob):
        yield alice, bob


def use(phone: Phone, *codecs: str) -> None:
    """Open a phone again, for another run in which it has these codecs."""
    phone.assign(replace(phone.plan, codecs=codecs))
    assert phone.error is None


def negotiated(alice: Phone, bob: Phone) -> set[str]:
    """Let Alice call Bob; return the codec that each of them sees, and end the call."""
    alice.order(Invite("out-1", bob.uri))
    (received,) = bob.hear()
    assert isinstance(received, InviteReceived)
    bob.order(Respond(received.dialog, 200))
    confirmed = [*alice.hear(3)[2:], *bob.hear()]
    alice.order(HangUp("out-1"))
    assert isinstance(alice.hear()[0], DialogEnded)
    assert isinstance(bob.hear()[0], DialogEnded)
    media = [one.media for one in confirmed if isinstance(one, DialogConfirmed)]
    return {one.codec for one in media if one is not None}


def test_every_codec_can_be_had_alone_in_run_after_run(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    for codec in CODECS:
        use(alice, codec)
        use(bob, codec)
        assert negotiated(alice, bob) == {codec}


@pytest.mark.parametrize(
    ("callers", "called", "codec"),
    [
        (DEFAULT_CODECS, DEFAULT_CODECS, "PCMU/8000"),
        (("PCMA/8000", "PCMU/8000"), DEFAULT_CODECS, "PCMA/8000"),
        (("G722/8000", "GSM/8000", "PCMA/8000"), ("PCMA/8000", "GSM/8000"), "GSM/8000"),
        (("speex/8000", "speex/16000"), ("speex/16000", "speex/8000"), "speex/8000"),
    ],
)
def test_the_called_takes_the_first_of_the_offer_that_it_has(
    pair: tuple[Phone, Phone], callers: tuple[str, ...], called: tuple[str, ...], codec: str
) -> None:
    alice, bob = pair
    use(alice, *callers)
    use(bob, *called)

    assert negotiated(alice, bob) == {codec}


def test_an_endpoint_offers_its_codecs_in_order_and_no_others() -> None:
    order = ("GSM/8000", "PCMA/8000", "speex/32000", "G722/8000")
    with phones(1) as (alice,), RawPeer() as raw_peer:
        use(alice, *order)
        alice.order(Invite("out-1", raw_peer.uri))

        assert read_codecs(raw_peer.hear("INVITE").text) == order
