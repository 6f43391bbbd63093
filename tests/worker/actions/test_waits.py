"""Waits for what is latched on a leg."""

import pytest

from sipflow.scenario.model.actions import Connected, Disconnected, NodeAction, Ringing, Transferred
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, expire, observe
from sipflow.worker.legs.dialog import Latch
from sipflow.worker.ua.events import DialogConfirmed, DialogFollowed, Happening, Progressed
from tests.worker.actions.telling import (
    BUSY,
    CONFIRMED,
    LOST,
    RANG,
    RINGING,
    TRYING,
    called,
    calling,
)
from tests.worker.plans import CAROL

FOLLOWED = DialogFollowed("out-1", "ref-1", CAROL)
MOVED = DialogConfirmed("ref-1", 200, "OK")


@pytest.mark.parametrize(
    ("action", "happenings", "outcome"),
    [
        (Ringing(), [], None),
        (Ringing(), [RINGING], Succeeded("18x seen")),
        (Ringing(), [RINGING, BUSY], Succeeded("18x seen")),
        (Ringing(), [CONFIRMED], None),
        (Ringing(), [BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        (Connected(), [RINGING], None),
        (Connected(), [CONFIRMED], Succeeded("dialog confirmed")),
        (Connected(), [LOST], Failed("dialog gone", "leg call-1 is gone")),
        (Disconnected(), [CONFIRMED], None),
        (Disconnected(), [BUSY], Succeeded("dialog gone: 486 Busy Here")),
        (Transferred(), [CONFIRMED], None),
        (Transferred(), [CONFIRMED, FOLLOWED], None),
        (Transferred(), [CONFIRMED, FOLLOWED, MOVED], Succeeded(f"transferred to {CAROL}")),
        (Transferred(), [BUSY], Failed("486 ended the leg", "Busy Here", 486)),
    ],
)
def test_a_wait_is_satisfied_by_what_is_latched_and_fails_when_it_can_no_longer_be(
    action: NodeAction, happenings: list[Happening], outcome: Outcome | None
) -> None:
    assert observe(action, calling(*happenings)) == Step(outcome)


def test_one_happening_satisfies_one_wait() -> None:
    legs = calling(BUSY)

    assert observe(Disconnected(), legs).outcome == Succeeded("dialog gone: 486 Busy Here")
    assert observe(Disconnected(), legs).outcome == Failed("486 ended the leg", "Busy Here", 486)


EARLY = Progressed("out-1", 183, "Session Progress", media=True)


@pytest.mark.parametrize(
    ("action", "cause"),
    [
        (Ringing(), "18x seen"),
        (Ringing(code=183), "183 with SDP seen"),
        (Ringing(media=True), "183 with SDP seen"),
        (Ringing(media=False), "18x seen"),
        (Ringing(code=180, media=False), "18x seen"),
        (Ringing(code=180, media=True), None),
        (Ringing(code=182), None),
    ],
)
def test_ringing_may_want_a_certain_18x(action: Ringing, cause: str | None) -> None:
    legs = calling(RINGING, EARLY)
    outcome = None if cause is None else Succeeded(cause)
    assert observe(action, legs).outcome == outcome
    left = 2 if cause is None else 1
    assert len(legs["call-1"].rings) == legs["call-1"].latched.count(Latch.RINGING) == left


WITH_SDP = Progressed("out-1", 180, "Ringing", media=True)
SILENT_RINGING = Ringing(code=180, media=False, timeout=1.0)


@pytest.mark.parametrize(
    ("action", "happenings", "instead"),
    [
        (SILENT_RINGING, [], ": no response came"),
        (SILENT_RINGING, [TRYING], ": 100 came"),
        (SILENT_RINGING, [WITH_SDP], ": 180 with SDP came, not 180 without SDP"),
        (SILENT_RINGING, [WITH_SDP, CONFIRMED], ": 180 with SDP came, not 180 without SDP"),
        (
            SILENT_RINGING,
            [WITH_SDP, EARLY, WITH_SDP],
            ": 180 with SDP and 183 with SDP came, not 180 without SDP",
        ),
        (Ringing(media=True, timeout=1.0), [RINGING], ": 180 without SDP came, not 18x with SDP"),
        (Ringing(code=182, timeout=1.0), [RINGING], ": 180 without SDP came, not 182"),
        (Ringing(timeout=1.0), [CONFIRMED], ": 200 came"),
        (Connected(timeout=1.0), [], ": no response came"),
        (Connected(timeout=1.0), [TRYING, RINGING], ": 100 and 180 Ringing came"),
        (Disconnected(timeout=1.0), [TRYING, RINGING], ""),
    ],
)
def test_a_wait_that_ends_in_vain_says_what_came_instead(
    action: Ringing | Connected | Disconnected, happenings: list[Happening], instead: str
) -> None:
    name = type(action).__name__.upper()
    message = f"no {name} on leg call-1 within 1 s{instead}"
    assert expire(action, calling(*happenings)).outcome == Failed("time limit", message)


def test_a_ringing_that_was_used_up_is_no_other_one() -> None:
    legs = calling(RINGING)
    observe(Ringing(), legs)

    message = "no RINGING on leg call-1 within 1 s: an earlier RINGING has used each 18x"
    assert expire(Ringing(timeout=1.0), legs).outcome == Failed("time limit", message)


@pytest.mark.parametrize(
    ("happenings", "instead"), [([], ""), ([RANG], ": 180 without SDP was sent, not 183")]
)
def test_on_a_leg_that_is_called_a_ringing_is_one_that_was_sent(
    happenings: list[Happening], instead: str
) -> None:
    message = f"no RINGING on leg call-1 within 1 s{instead}"
    outcome = expire(Ringing(code=183, timeout=1.0), called(*happenings)).outcome
    assert outcome == Failed("time limit", message)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (
            BUSY,
            Failed(
                "486 ended the leg",
                "Busy Here",
                486,
                "180 with SDP came, not 180 without SDP, before the leg ended",
            ),
        ),
        (
            LOST,
            Failed("dialog gone", "180 with SDP came, not 180 without SDP, before the leg ended"),
        ),
    ],
)
def test_a_leg_that_ended_says_which_18x_there_were(end: Happening, outcome: Failed) -> None:
    assert observe(SILENT_RINGING, calling(WITH_SDP, end)).outcome == outcome
