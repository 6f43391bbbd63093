"""RFC 6076's ratios: which final status counts for which of them."""

import pytest

from sipflow.coordinator.load.stats.ratios import SessionRatios
from sipflow.protocol.load_result import Ratios
from sipflow.protocol.run_metrics import CallFigures


def ratios(*calls: tuple[int | None, bool]) -> Ratios:
    attempts = SessionRatios()
    for code, completed in calls:
        attempts.add(CallFigures(outgoing=True, code=code, completed=completed))
    return attempts.ratios()


def test_without_an_attempt_there_is_no_ratio() -> None:
    assert ratios() == Ratios(attempts=0, ser=None, seer=None, isa=None, scr=None)


# One call beside one that was established: what each ratio makes of its final status.
@pytest.mark.parametrize(
    ("code", "ser", "seer", "isa"),
    [
        (200, 100.0, 100.0, 0.0),
        (299, 100.0, 100.0, 0.0),
        (300, 100.0, 100.0, 0.0),  # redirected: in no denominator but ISA's
        (302, 100.0, 100.0, 0.0),
        (399, 100.0, 100.0, 0.0),
        (404, 50.0, 50.0, 0.0),
        (480, 50.0, 100.0, 0.0),
        (486, 50.0, 100.0, 0.0),
        (600, 50.0, 100.0, 0.0),
        (603, 50.0, 100.0, 0.0),
        (487, 50.0, 50.0, 0.0),
        (604, 50.0, 50.0, 0.0),
        (408, 50.0, 50.0, 50.0),
        (500, 50.0, 50.0, 50.0),
        (503, 50.0, 50.0, 50.0),
        (504, 50.0, 50.0, 50.0),
        (502, 50.0, 50.0, 0.0),
        (None, 50.0, 50.0, 0.0),
    ],
)
def test_what_a_final_status_counts_for(
    code: int | None, ser: float, seer: float, isa: float
) -> None:
    assert ratios((200, True), (code, True)) == Ratios(
        attempts=2, ser=ser, seer=seer, isa=isa, scr=100.0
    )


def test_redirections_alone_establish_nothing_that_could_be_divided() -> None:
    assert ratios((302, False)) == Ratios(attempts=1, ser=None, seer=None, isa=0.0, scr=0.0)


def test_a_session_is_completed_only_when_its_end_was_confirmed() -> None:
    assert ratios((200, True), (200, False), (486, False)) == Ratios(
        attempts=3, ser=66.667, seer=100.0, isa=0.0, scr=33.333
    )
