"""The state of many runs."""

import pytest

from sipflow.projections.suite import Entry, Standing, SuiteProjection
from sipflow.protocol.verdict import Outcome
from tests.projections.outcomes import bad, not_reached, verdict

FILES = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]


@pytest.mark.parametrize(
    ("outcome", "standing"),
    [
        (verdict("a.yaml"), "completed"),
        (verdict("a.yaml", "failed", exit_code=3), "failed"),
        (verdict("a.yaml", "stopped"), "stopped"),
        (bad("a.yaml"), "not started"),
        (not_reached("a.yaml"), "not reached"),
        (not_reached("a.yaml", 130), "not reached"),
        (not_reached("a.yaml", 3), "not started"),
    ],
)
def test_a_file_stands_as_its_verdict_or_its_exit_code_says(
    outcome: Outcome, standing: Standing
) -> None:
    assert Entry(outcome).standing == standing


def test_a_file_of_which_nothing_is_said_was_not_reached() -> None:
    projection = SuiteProjection(FILES, 100.0)

    assert [entry.outcome.file for entry in projection.entries] == FILES
    assert projection.counts == {"not reached": 4}
    assert projection.done == 0


def test_what_runs_and_what_has_ended_is_known() -> None:
    projection = SuiteProjection(FILES, 100.0)

    for index in (0, 1, 2):
        projection.started(index, f"call {index}")
    projection.ended(1, Entry(verdict("b.yaml", "failed"), "486 Busy Here"))
    projection.ended(3, Entry(bad("d.yaml")))

    assert projection.running == {0: "call 0", 2: "call 2"}
    assert +projection.counts == {"failed": 1, "not started": 1, "not reached": 2}
    assert projection.done == 2
    assert projection.entries[1].reason == "486 Busy Here"


def test_a_file_that_is_not_reached_has_not_come_to_its_end() -> None:
    projection = SuiteProjection(FILES, 100.0)

    projection.ended(0, Entry(not_reached("a.yaml")))

    assert projection.done == 0


def test_the_rest_is_estimated_from_what_was_done() -> None:
    projection = SuiteProjection(FILES, 100.0)
    assert projection.rest(101.0) is None

    projection.ended(0, Entry(verdict("a.yaml")))

    assert projection.rest(102.0) == 6.0
    assert projection.rest(90.0) == 0.0
