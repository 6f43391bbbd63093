"""What waits between two runs of a load: what came in and still lives."""

from sipflow.worker.session.early_calls import EarlyCalls
from sipflow.worker.ua.events import (
    DialogEnded,
    DigitReceived,
    Happening,
    InviteReceived,
    MessageRefused,
    TextAnswered,
    TextReceived,
    Track,
    TrackEnded,
)
from tests.worker.plans import ALICE, CAROL

FIRST = InviteReceived("in-1", ALICE)
SECOND = InviteReceived("in-2", CAROL)


def kept(*happenings: Happening) -> list[Happening]:
    """Return what is left of some happenings."""
    early_calls = EarlyCalls()
    for happening in happenings:
        early_calls.take(happening)
    return early_calls.leave()


def test_dialogs_that_came_in_wait_in_order_with_what_happened_on_them() -> None:
    digit = DigitReceived("in-1", "5", "info")
    text = TextReceived("in-2", CAROL, "hello")
    assert kept(FIRST, SECOND, digit, text) == [FIRST, SECOND, digit, text]


def test_a_dialog_that_ends_is_forgotten_and_no_other() -> None:
    digit = DigitReceived("in-2", "5", "info")
    text = TextReceived(None, ALICE, "hello")
    ended = DialogEnded("in-1", 487, "Request Terminated")
    assert kept(FIRST, SECOND, text, digit, TextReceived("in-1", ALICE, "hey"), ended) == [
        SECOND,
        text,
        digit,
    ]


def test_what_still_happens_on_dialogs_of_the_run_before_is_nobody_s() -> None:
    ended = DialogEnded("out-1", None, "the INVITE was never sent")
    track = TrackEnded("in-1", Track.PLAYING)
    text, answer = TextReceived("in-1", ALICE, "hey"), TextAnswered("message-1", 200, "OK")
    assert kept(ended, track, text, answer) == []


def test_messages_outside_of_dialogs_wait_all_of_them() -> None:
    texts = [TextReceived(None, ALICE, body) for body in ("a", "b", "c")]
    ended = DialogEnded("in-1", 487, "Request Terminated")
    assert kept(texts[0], FIRST, texts[1], ended, texts[2]) == texts


def test_what_was_refused_waits_too() -> None:
    refused = MessageRefused("127.0.0.1:5070", "INVITE", 420, "it requires foo")
    assert kept(FIRST, refused) == [FIRST, refused]


def test_everything_leaves_once() -> None:
    early_calls = EarlyCalls()
    early_calls.take(FIRST)
    assert early_calls.leave() == [FIRST]
    early_calls.take(DigitReceived("in-1", "5", "info"))
    assert early_calls.leave() == []
