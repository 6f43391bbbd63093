"""The one exit code of several runs."""

import pytest

from sipflow.projections.suite import exit_code
from sipflow.protocol.verdict import Outcome
from tests.projections.outcomes import bad, not_reached, verdict

COMPLETED = verdict("a.yaml")
FAILED = verdict("b.yaml", "failed")
BAD = bad("c.yaml")
CRASHED = verdict("d.yaml", "failed", exit_code=3)
STOPPED = verdict("e.yaml", "stopped")


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        ([COMPLETED, COMPLETED], 0),
        ([COMPLETED, FAILED, COMPLETED], 1),
        ([BAD, FAILED, COMPLETED], 1),
        ([BAD, COMPLETED], 1),
        ([BAD], 2),
        ([BAD, BAD], 2),
        ([BAD, not_reached("f.yaml")], 2),
        ([BAD, not_reached("f.yaml", 130)], 130),
        ([FAILED, CRASHED, BAD], 3),
        ([STOPPED, CRASHED, BAD, FAILED], 130),
        ([FAILED, not_reached("f.yaml")], 1),
        ([COMPLETED, not_reached("f.yaml")], 0),
        ([COMPLETED, not_reached("f.yaml", 130)], 130),
    ],
)
def test_all_files_have_one_exit_code_and_2_hides_no_failure(
    outcomes: list[Outcome], code: int
) -> None:
    assert exit_code(outcomes) == code
