"""Sending digits and waiting for them: tables."""

import pytest

from sipflow.scenario.model.actions import DTMFReceived, SendDTMF
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import SendDigits, StopTracks
from sipflow.worker.ua.events import (
    DialogEnded,
    DigitReceived,
    Happening,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)
from tests.worker.actions.telling import BUSY, CONFIRMED, SENT, calling
from tests.worker.plans import PEERS

SENDING = TrackBegan("out-1", Track.SENDING)
ALL_SENT = TrackEnded("out-1", Track.SENDING)
NOT_TAKEN = TrackRefused("out-1", Track.SENDING, "INFO was answered 415", 415)


def heard(digits: str, *happenings: Happening) -> Legs:
    """Return the legs of a call on which digits came."""
    legs = calling(CONFIRMED, *(DigitReceived("out-1", digit, "rfc2833") for digit in digits))
    for happening in happenings:
        legs.apply(happening)
    return legs


def test_digits_are_ordered_in_capitals() -> None:
    assert begin(SendDTMF(digits="1a#", method="info"), calling(CONFIRMED), PEERS) == Step(
        orders=(SendDigits("out-1", "1A#", 0.25, "info"),),
        log="sending 1A# on leg call-1 (info)",
    )


def test_there_are_no_digits_before_the_answer() -> None:
    assert begin(SendDTMF(digits="1"), calling(SENT), PEERS) == Step(
        Failed("begin", "leg call-1 has no audio yet: it is not answered")
    )


@pytest.mark.parametrize(
    ("happenings", "outcome"),
    [
        ([], None),
        ([SENDING], None),
        ([SENDING, ALL_SENT], Succeeded("digits sent")),
        ([SENDING, NOT_TAKEN], Failed("refused", "INFO was answered 415", 415)),
        ([SENDING, BUSY], Failed("486 ended the leg", "Busy Here", 486)),
    ],
)
def test_digits_are_through_when_the_last_has_been_sent(
    happenings: list[Happening], outcome: Outcome | None
) -> None:
    action = SendDTMF(digits="12")
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    for happening in happenings:
        legs.apply(happening)

    assert observe(action, legs) == Step(outcome)


def test_what_cannot_be_sent_in_time_is_broken_off() -> None:
    action = SendDTMF(digits="12", timeout=0.1)
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)

    assert expire(action, legs) == Step(
        Failed("time limit", "12 could not be sent within 0.1 s"),
        (StopTracks("out-1", (Track.SENDING,)),),
    )


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        (DTMFReceived(), "any digit"),
        (DTMFReceived(digit="9"), "9"),
        (DTMFReceived(digits="1a"), "1A"),
        (DTMFReceived(pattern="[0-9]+#"), "what matches [0-9]+#"),
    ],
)
def test_a_wait_says_what_for(action: DTMFReceived, wanted: str) -> None:
    assert begin(action, calling(), PEERS) == Step(log=f"waiting on leg call-1 for {wanted}")


@pytest.mark.parametrize(
    ("action", "digits", "used"),
    [
        (DTMFReceived(), "", ""),
        (DTMFReceived(), "12", "1"),
        (DTMFReceived(digit="9"), "9", "9"),
        (DTMFReceived(digit="9"), "19", ""),
        (DTMFReceived(digit="a"), "A", "A"),
        (DTMFReceived(digits="1234"), "123", ""),
        (DTMFReceived(digits="1234"), "12345", "1234"),
        (DTMFReceived(digits="1234"), "91234", ""),
        (DTMFReceived(pattern="[0-9]{4}#"), "1234", ""),
        (DTMFReceived(pattern="[0-9]{4}#"), "1234#5", "1234#"),
        (DTMFReceived(pattern="1|2"), "21", "2"),
    ],
)
def test_a_wait_is_satisfied_by_the_next_digits_and_uses_them_up(
    action: DTMFReceived, digits: str, used: str
) -> None:
    legs = heard(digits)
    outcome = Succeeded(f"{used} received") if used else None

    assert observe(action, legs) == Step(outcome)
    assert legs["call-1"].audio.received == digits.removeprefix(used)


@pytest.mark.parametrize(
    ("action", "digits", "message"),
    [
        (DTMFReceived(digits="1234"), "12", "received 12, not 1234"),
        (DTMFReceived(digit="9", timeout=1.0), "", "received no digit, not 9"),
        (DTMFReceived(pattern="[0-9]+#"), "*", "received *, not what matches [0-9]+#"),
    ],
)
def test_a_wait_that_fails_says_what_was_heard_and_uses_up_nothing(
    action: DTMFReceived, digits: str, message: str
) -> None:
    legs = heard(digits)
    limit = f"{action.timeout:g} s"

    assert expire(action, legs) == Step(
        Failed("time limit", f"{message} on leg call-1 within {limit}")
    )
    assert legs["call-1"].audio.received == digits


def test_the_code_of_a_bye_says_nothing_of_digits() -> None:
    legs = heard("1234", DialogEnded("out-1", 200, "OK"))

    assert observe(DTMFReceived(digits="1235"), legs) == Step(
        Failed("200 ended the leg", "received 1234, not 1235 before the leg ended")
    )


def test_digits_outlive_their_leg_and_what_can_no_longer_come_fails_at_once() -> None:
    legs = heard("12", BUSY)

    assert observe(DTMFReceived(digit="1"), legs) == Step(Succeeded("1 received"))
    assert observe(DTMFReceived(digits="21"), legs) == Step(
        Failed("486 ended the leg", "Busy Here", 486, "received 2, not 21 before the leg ended")
    )
