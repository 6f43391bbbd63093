"""Happenings are values: equal when they say the same, and never changed."""

import pytest

from sipflow.media.stream_stats import MediaFigures
from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogHappening,
    DigitReceived,
    Happening,
    InviteReceived,
    InviteSent,
    Media,
    MediaMeasured,
    MediaNegotiated,
    MessageRefused,
    OrderRefused,
    Progressed,
    Redirected,
    ReinviteAnswered,
    RtpDropping,
    TextAnswered,
    TextReceived,
    TryingReceived,
)

MEDIA = Media(MediaDirection.SENDRECV, MediaDirection.SENDRECV, "PCMU/8000")

EACH: list[DialogHappening] = [
    InviteSent("d"),
    InviteReceived("d", "sip:100@127.0.0.1"),
    Progressed("d", 180, "Ringing"),
    TryingReceived("d"),
    DialogConfirmed("d", 200, "OK"),
    MediaNegotiated("d", MEDIA, "local"),
    ReinviteAnswered("d", 1, 200, "OK"),
    DialogEnded("d", 486, "Busy Here"),
    OrderRefused("d", "no"),
    Redirected("d", "sip:300@127.0.0.1"),
    DigitReceived("d", "5", "inband"),
    MediaMeasured("d", MediaFigures()),
    RtpDropping("d", 10),
]


@pytest.mark.parametrize("happening", EACH, ids=lambda happening: type(happening).__name__)
def test_a_happening_names_its_dialog_and_stays_what_it_is(happening: DialogHappening) -> None:
    assert happening.dialog == "d"
    with pytest.raises(AttributeError, match="immutable"):
        happening.dialog = "other"  # type: ignore[misc]


def test_a_message_may_be_outside_of_dialogs() -> None:
    told: list[Happening] = [
        TextReceived(None, "sip:100@127.0.0.1", "hi"),
        TextReceived("d", "sip:100@127.0.0.1", "hi"),
        TextAnswered("message-1", 200, "OK"),
    ]
    assert len(set(told)) == len(told)


def test_what_was_refused_is_on_no_dialog_and_says_what_came() -> None:
    refused = MessageRefused("127.0.0.1:5070", "INVITE", 420, "it requires foo")
    assert refused.cause == "INVITE received"


def test_no_two_kinds_of_happenings_are_equal() -> None:
    assert len(set(EACH)) == len(EACH)


def test_an_order_is_refused_without_a_code_unless_there_is_one() -> None:
    assert OrderRefused("d", "no").code is None


def test_a_confirmation_is_the_same_whatever_was_negotiated() -> None:
    assert DialogConfirmed("d", 200, "OK", media=MEDIA) == DialogConfirmed("d", 200, "OK")
