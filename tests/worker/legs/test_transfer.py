"""How a transfer fares: what is told counts until it is final."""

import pytest

from sipflow.worker.legs.transfer import Transfer
from sipflow.worker.ua.events import ReferAccepted, TransferProgressed

ACCEPTED = ReferAccepted("out-1", 202)
TRYING = TransferProgressed("out-1", 100, "Trying", False)
ANSWERED = TransferProgressed("out-1", 200, "OK", True)
BUSY = TransferProgressed("out-1", 486, "Busy Here", True)
GIVEN_UP = TransferProgressed("out-1", 100, "Trying", True)


@pytest.mark.parametrize(
    ("told", "accepted", "answered", "failed", "code"),
    [
        ([], False, False, False, None),
        ([ACCEPTED], True, False, False, None),
        ([ACCEPTED, TRYING], True, False, False, 100),
        ([TRYING, ACCEPTED], True, False, False, 100),
        ([ACCEPTED, TRYING, ANSWERED], True, True, False, 200),
        ([ACCEPTED, BUSY], True, False, True, 486),
        ([BUSY], False, False, True, 486),
        ([ACCEPTED, GIVEN_UP], True, False, True, 100),
        ([ACCEPTED, BUSY, ANSWERED], True, False, True, 486),
        ([ANSWERED, BUSY], False, True, False, 200),
    ],
)
def test_a_transfer_is_decided_by_its_first_final_word(
    told: list[ReferAccepted | TransferProgressed],
    accepted: bool,
    answered: bool,
    failed: bool,
    code: int | None,
) -> None:
    transfer = Transfer()

    for happening in told:
        transfer.apply(happening)

    assert (transfer.accepted, transfer.answered, transfer.failed) == (accepted, answered, failed)
    assert transfer.code == code
