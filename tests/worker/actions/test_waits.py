"""Waits for what is latched on a leg."""

import pytest

from sipflow.protocol.scenario import (
    Connected,
    Disconnected,
    NodeAction,
    Ringing,
    Transferred,
)
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, observe
from sipflow.worker.happenings import (
    DialogConfirmed,
    DialogFollowed,
    Happening,
    Progressed,
)
from sipflow.worker.legs import Latch
from tests.worker.actions.telling import (
    BUSY,
    CONFIRMED,
    LOST,
    RINGING,
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
