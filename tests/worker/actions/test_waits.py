"""Waits for what is latched on a leg."""

import pytest

from sipflow.protocol.scenario import (
    Connected,
    Disconnected,
    NodeAction,
    Ringing,
)
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, observe
from sipflow.worker.happenings import (
    Happening,
)
from tests.worker.actions.telling import (
    BUSY,
    CONFIRMED,
    LOST,
    RINGING,
    calling,
)


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
