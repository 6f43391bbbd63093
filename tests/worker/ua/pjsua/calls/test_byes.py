"""A BYE lets an answer go ahead that takes another way, and waits for nothing else."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow import clock
from sipflow.worker.ua.commands import HangUp, Invite, Respond, SendDigits, SendText
from sipflow.worker.ua.events import (
    DialogEnded,
    DigitReceived,
    TextAnswered,
    TextReceived,
    Track,
    TrackEnded,
)
from sipflow.worker.ua.pjsua.calls.byes import COURTESY
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.talk import CLEARED, until_end

BY_TCP = ";transport=tcp"
ENDED = DialogEnded("out-1", 200, CLEARED)


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    """Give a call by TCP that is answered."""
    with phones(2) as (alice, bob):
        for phone in (alice, bob):
            phone.assign(replace(phone.plan, tcp=True))
        alice.order(Invite("out-1", bob.uri + BY_TCP))
        bob.hear()
        bob.order(Respond("in-1", 200))
        alice.hear(3)
        bob.hear()
        yield alice, bob


def test_the_answer_to_a_text_goes_ahead(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    bob.order(SendText("m", "bye", "text/plain", dialog="in-1"))
    (heard,) = alice.hear()
    assert isinstance(heard, TextReceived)
    began = clock.monotonic()

    alice.order(HangUp("out-1"), HangUp("out-1"))

    assert bob.hear(2) == [TextAnswered("m", 200, "OK"), DialogEnded("in-1", 200, CLEARED)]
    assert alice.hear() == [ENDED]
    assert clock.monotonic() - began > COURTESY / 2


def test_the_answer_to_an_info_goes_ahead(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    bob.order(SendDigits("in-1", "5", 0.1, "info"))
    assert alice.hear() == [DigitReceived("out-1", "5", "info")]

    alice.order(HangUp("out-1"))

    assert TrackEnded("in-1", Track.SENDING) in until_end(bob)
    assert alice.hear() == [ENDED]


def test_a_call_that_ends_meanwhile_needs_no_bye(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    bob.order(SendText("m", "bye", "text/plain", dialog="in-1"), HangUp("in-1"))

    alice.hear()
    alice.order(HangUp("out-1"))

    assert alice.hear() == [ENDED]
    assert bob.hear(2)[-1] == DialogEnded("in-1", 200, CLEARED)
