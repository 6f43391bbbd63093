"""How long calls took: between which moments, seen from whom, and what has no duration."""

import pytest

from sipflow.protocol.run_metrics import CallFigures
from sipflow.worker.session.call_timing import CallTimings
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    DigitReceived,
    Happening,
    InviteReceived,
    InviteSent,
    Progressed,
    TryingReceived,
)
from tests.worker.plans import ALICE, BOB, CAROL

CONFIRMED = DialogConfirmed("out-1", 200, "OK", at=10.005)
ENDED = "Normal call clearing"


def figures(*happenings: Happening, now: float = 10.0) -> tuple[CallFigures, ...]:
    """Return the figures of what happened, all of it told at the same moment."""
    stopwatch = CallTimings()
    for happening in happenings:
        stopwatch.note(happening, now)
    return stopwatch.figures()


def test_a_call_that_is_made_and_ended_here() -> None:
    assert figures(
        InviteSent("out-1", 10.0),
        TryingReceived("out-1"),
        Progressed("out-1", 180, "Ringing", at=10.002),
        Progressed("out-1", 183, "Session Progress", at=10.003),
        CONFIRMED,
        DialogEnded("out-1", 200, ENDED, at=11.001, bye=11.0),
    ) == (CallFigures(outgoing=True, code=200, srd=2000, answer=5000, sdd=1000, completed=True),)


def test_an_answer_without_ringing_is_the_first_response() -> None:
    assert figures(InviteSent("out-1", 10.0), CONFIRMED) == (
        CallFigures(outgoing=True, code=200, srd=5000, answer=5000),
    )


def test_the_side_that_is_called_measures_only_its_own_bye() -> None:
    assert figures(
        InviteReceived("in-1", ALICE),
        Progressed("in-1", 180, "Ringing", at=10.002),
        DialogConfirmed("in-1", 200, "OK", at=10.005),
        DialogEnded("in-1", 200, ENDED, at=11.003, bye=11.0),
    ) == (CallFigures(code=200, sdd=3000, completed=True),)


def test_a_call_that_the_other_side_ends_is_completed_without_a_duration() -> None:
    ended = DialogEnded("out-1", 200, ENDED, at=11.0)
    assert figures(InviteSent("out-1", 10.0), CONFIRMED, ended) == (
        CallFigures(outgoing=True, code=200, srd=5000, answer=5000, completed=True),
    )


def test_a_bye_that_is_refused_completes_nothing() -> None:
    assert figures(
        InviteSent("out-1", 10.0),
        CONFIRMED,
        DialogEnded("out-1", 481, "Call Does Not Exist", at=11.001, bye=11.0),
    ) == (CallFigures(outgoing=True, code=200, srd=5000, answer=5000),)


def test_a_bye_that_could_not_be_sent_completes_nothing() -> None:
    assert figures(
        InviteSent("out-1", 10.0),
        CONFIRMED,
        DialogEnded("out-1", None, "the BYE could not be sent", unconfirmed=True),
    ) == (CallFigures(outgoing=True, code=200, srd=5000, answer=5000),)


def test_a_call_that_is_refused_has_its_code_and_when_it_came() -> None:
    busy = DialogEnded("out-1", 486, "Busy Here", at=10.004)
    assert figures(InviteSent("out-1", 10.0), busy) == (
        CallFigures(outgoing=True, code=486, srd=4000),
    )
    ringing = Progressed("out-1", 180, "Ringing", at=10.001)
    assert figures(InviteSent("out-1", 10.0), ringing, busy) == (
        CallFigures(outgoing=True, code=486, srd=1000),
    )


def test_a_call_without_any_answer_has_no_durations() -> None:
    given_up = DialogEnded("out-1", None, "no answer", at=42.0)
    assert figures(InviteSent("out-1", 10.0), given_up) == (CallFigures(outgoing=True),)
    assert figures(InviteSent("out-1", 10.0)) == (CallFigures(outgoing=True),)


def test_what_is_told_after_the_end_changes_nothing() -> None:
    busy = DialogEnded("out-1", 486, "Busy Here", at=10.004)
    twice = DialogEnded("out-1", None, "the INVITE was never sent")
    assert figures(InviteSent("out-1", 10.0), busy, twice) == (
        CallFigures(outgoing=True, code=486, srd=4000),
    )
    refused = DialogEnded("out-1", 481, "Call Does Not Exist", at=11.001, bye=11.0)
    assert figures(InviteSent("out-1", 10.0), CONFIRMED, refused, twice) == (
        CallFigures(outgoing=True, code=200, srd=5000, answer=5000),
    )


def test_what_has_no_moment_of_its_own_happened_when_it_was_told() -> None:
    stopwatch = CallTimings()
    for happening, now in (
        (InviteSent("out-1"), 10.0),
        (Progressed("out-1", 180, "Ringing"), 10.001),
        (DialogConfirmed("out-1", 200, "OK"), 10.002),
        (DialogEnded("out-1", 200, ENDED, bye=11.0), 11.004),
    ):
        stopwatch.note(happening, now)
    assert stopwatch.figures() == (
        CallFigures(outgoing=True, code=200, srd=1000, answer=2000, sdd=4000, completed=True),
    )


def test_no_duration_is_negative() -> None:
    early = Progressed("out-1", 180, "Ringing", at=9.999)
    assert figures(InviteSent("out-1", 10.0), early) == (CallFigures(outgoing=True, srd=0),)


def test_dialogs_are_told_in_the_order_in_which_they_began() -> None:
    assert figures(
        InviteReceived("in-1", ALICE), InviteSent("out-1", 10.0), InviteReceived("in-2", CAROL)
    ) == (CallFigures(), CallFigures(outgoing=True), CallFigures())


def test_a_call_that_follows_from_a_transfer_is_one_like_any_other() -> None:
    assert figures(
        InviteReceived("in-1", ALICE),
        DialogFollowed("in-1", "ref-1", CAROL, at=10.0),
        Progressed("ref-1", 180, "Ringing", at=10.002),
        DialogConfirmed("ref-1", 200, "OK", at=10.005),
    ) == (CallFigures(), CallFigures(outgoing=True, code=200, srd=2000, answer=5000))
    assert figures(
        InviteReceived("in-1", ALICE),
        DialogReplaced("in-1", "in-2", BOB),
        DialogConfirmed("in-2", 200, "OK"),
        DialogEnded("in-2", 200, ENDED, at=11.001, bye=11.0),
    ) == (CallFigures(), CallFigures(code=200, sdd=1000, completed=True))


def test_what_happens_on_dialogs_that_nobody_began_is_not_measured() -> None:
    assert figures(CONFIRMED, DialogEnded("in-9", 200, ENDED)) == ()
    assert figures(DigitReceived("in-9", "5", "info")) == ()


@pytest.mark.parametrize("stands_for", [408, 503, None])
def test_a_call_without_a_final_response_counts_as_what_that_stands_for(
    stands_for: int | None,
) -> None:
    ended = DialogEnded("out-1", None, "no answer", at=42.0, stands_for=stands_for)
    assert figures(InviteSent("out-1", 10.0), ended) == (
        CallFigures(outgoing=True, code=stands_for),
    )


def test_a_call_that_ended_without_an_answer_to_its_bye_is_not_completed() -> None:
    ended = DialogEnded("out-1", None, "no final answer to the BYE within 32 s", at=42.0)
    assert figures(InviteSent("out-1", 10.0), CONFIRMED, ended) == (
        CallFigures(outgoing=True, code=200, srd=5000, answer=5000),
    )
