"""What every word may answer with: how a dialog is hung up."""

import pytest

from sipflow.worker.actions import hang_up
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import HangUp, Order, Respond
from tests.worker.actions.telling import (
    ACKED,
    CONFIRMED,
    REFUSED,
    called,
    calling,
)


@pytest.mark.parametrize(
    ("legs", "order"),
    [
        (calling(), HangUp("out-1")),
        (calling(CONFIRMED), HangUp("out-1")),
        (called(), Respond("in-1", 480)),
        (called(ACKED), HangUp("in-1")),
    ],
)
def test_every_dialog_can_be_hung_up(legs: Legs, order: Order) -> None:
    dialog = legs["call-1"]

    assert hang_up(dialog) == order
    assert dialog.hanging_up


def test_what_was_refused_before_is_forgotten_with_the_hang_up() -> None:
    dialog = calling(CONFIRMED, REFUSED)["call-1"]

    hang_up(dialog)

    assert dialog.refusal is None
