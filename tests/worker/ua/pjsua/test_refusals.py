"""INVITEs that the stack refuses by itself: told as dialogs that came in and ended at once."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow.worker.happenings import DialogEnded, Happening, InviteReceived
from sipflow.worker.orders import Invite
from sipflow.worker.ua.pjsua.refusals import Refusals
from tests.worker.ua.phone import Phone, phones

WHY = "no codec in common: offered GSM/8000, this instance has PCMU/8000, PCMA/8000"


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    with phones(2) as (alice, bob):
        yield alice, bob


def invite(identity: str, formats: str, body: str = "m=audio 4000 RTP/AVP", head: str = "") -> str:
    """Return an INVITE that offers payload types."""
    return (
        f"INVITE sip:200@127.0.0.1 SIP/2.0\r\nCall-ID: {identity}\r\n"
        f"{head or 'Contact: <sip:100@127.0.0.1:5060>'}\r\n\r\n{body} {formats}\r\n"
    )


@pytest.fixture
def refusals() -> Refusals:
    refusals = Refusals()
    refusals.use(("PCMU/8000", "PCMA/8000"))
    return refusals


def ended(number: int, peer: str = "sip:100@127.0.0.1:5060") -> list[Happening]:
    key = f"refused-{number}"
    return [InviteReceived(key, peer), DialogEnded(key, 488, WHY)]


def test_a_call_without_a_common_codec_is_refused_with_488_and_both_sides_are_told(
    pair: tuple[Phone, Phone],
) -> None:
    alice, bob = pair
    alice.assign(replace(alice.plan, codecs=("GSM/8000",)))
    bob.assign(replace(bob.plan, codecs=("PCMU/8000", "PCMA/8000")))

    alice.order(Invite("out-1", bob.uri))

    assert bob.hear(2) == ended(1, alice.uri)
    assert alice.hear(2)[1:] == [DialogEnded("out-1", 488, "Not Acceptable Here")]


def test_an_invite_with_a_codec_of_ours_is_not_told(refusals: Refusals) -> None:
    refusals.saw(invite("a", "3 8"))
    refusals.use(("speex/8000",))
    refusals.saw(invite("b", "3 97\r\na=rtpmap:97 SPEEX/8000"))

    assert refusals.told() == []


def test_what_is_no_invite_or_offers_nothing_at_all_is_not_told(refusals: Refusals) -> None:
    refusals.saw(invite("a", "3").replace("INVITE sip", "OPTIONS sip"))
    refusals.saw(invite("b", "", body=""))

    assert refusals.told() == []


def test_an_invite_is_told_once_however_often_it_comes(refusals: Refusals) -> None:
    refusals.saw(invite("a", "3"))
    refusals.saw(invite("a", "3"))

    assert refusals.told() == ended(1)
    refusals.saw(invite("a", "3"))
    assert refusals.told() == []
    refusals.saw(invite("b", "3"))
    assert refusals.told() == ended(2)


def test_only_the_latest_ones_are_remembered(refusals: Refusals) -> None:
    for number in range(100):
        refusals.saw(invite(f"a{number}", "3"))
        refusals.told()
    refusals.saw(invite("a0", "3"))
    refusals.saw(invite("a99", "3"))

    assert refusals.told() == ended(101)


def test_an_invite_that_became_a_call_after_all_is_not_told(refusals: Refusals) -> None:
    refusals.saw(invite("a", "3"))
    refusals.taken("a")
    refusals.taken("other")

    assert refusals.told() == []


def test_nothing_of_one_run_is_told_in_the_next(refusals: Refusals) -> None:
    refusals.saw(invite("a", "3"))
    refusals.forget()

    assert refusals.told() == []


@pytest.mark.parametrize(
    ("head", "peer"),
    [
        ("m: <sip:short@127.0.0.1>;expires=5", "sip:short@127.0.0.1"),
        ("From: Alice <sip:from@127.0.0.1>;tag=x", "sip:from@127.0.0.1"),
        ("From: sip:bare@127.0.0.1;tag=x", "sip:bare@127.0.0.1"),
        ("Subject: none", ""),
    ],
)
def test_the_caller_is_who_the_contact_or_else_the_from_says(
    refusals: Refusals, head: str, peer: str
) -> None:
    refusals.saw(invite("a", "3", head=head))

    assert refusals.told() == ended(1, peer)
