"""How the things of several runs are said."""

import pytest

from sipflow.projections.run import RunProjection
from sipflow.projections.suite import Entry, SuiteProjection
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import NotStarted, Outcome
from sipflow.wording.suite import blame, cause, tally, totals
from tests.projections.outcomes import REFUSED, bad, not_reached, verdict
from tests.projections.transcript import FOUR


def ended(*outcomes: Outcome) -> SuiteProjection:
    projection = SuiteProjection([outcome.file for outcome in outcomes], 0.0)
    for index, outcome in enumerate(outcomes):
        projection.ended(index, Entry(outcome))
    return projection


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (None, ""),
        (REFUSED, "alice alice-1 MakeCall 486 Busy Here"),
        (RunReason(instance="-", node="bob-1", code=408), "bob-1 INCOMING 408 Request Timeout"),
        (RunReason(instance="-", message="no port is free"), "no port is free"),
        (RunReason(message="3 events of the run were lost"), "3 events of the run were lost"),
        (RunReason(instance="bob", message="signal 9"), "bob signal 9"),
    ],
)
def test_the_blame_names_who_where_and_why_as_far_as_it_is_known(
    reason: RunReason | None, text: str
) -> None:
    assert blame(reason, RunProjection(FOUR)) == text


def test_without_the_scenario_ids_serve() -> None:
    assert blame(REFUSED, RunProjection()) == "alice alice-1 486 Busy Here"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (bad("a.yaml", "a.yaml:1:1: error: x; y", "a.yaml:2:1: error: x; y"), "2 problems"),
        (NotStarted(file="a.yaml", reason=RunReason(), problems=("p", "q")), "p"),
        (NotStarted(file="a.yaml", reason=RunReason()), ""),
    ],
)
def test_a_file_that_is_not_run_has_a_cause_of_one_line(entry: NotStarted, text: str) -> None:
    assert cause(entry) == text


def test_counts_that_are_zero_are_left_out() -> None:
    counts = ended(verdict("a"), bad("b"), not_reached("c"), verdict("d", "failed")).counts

    assert tally(counts) == "1 completed, 1 failed, 1 not started, 1 not reached"
    assert tally(counts, without=("completed", "not reached")) == "1 failed, 1 not started"


def test_when_all_complete_the_end_is_one_line() -> None:
    projection = ended(*(verdict(f"{number}.yaml") for number in range(100)))

    assert totals(projection, 2.34) == ["100 scenarios: 100 completed  2.3 s"]


@pytest.mark.parametrize(
    ("outcomes", "lines"),
    [
        (
            [verdict("a.yaml", "failed")],
            ["1 scenario: 1 failed  2.3 s", "exit code 1, failed: a.yaml"],
        ),
        (
            [verdict("a.yaml", "failed"), bad("b.yaml"), verdict("c.yaml")],
            [
                "3 scenarios: 1 completed, 1 failed, 1 not started  2.3 s",
                "exit code 1, failed: a.yaml and 1 more",
            ],
        ),
        (
            [
                verdict("a.yaml", "failed"),
                verdict("b.yaml", "failed", exit_code=3),
                verdict("c.yaml", "failed", exit_code=3),
                not_reached("d.yaml"),
            ],
            [
                "4 scenarios: 3 failed, 1 not reached  2.3 s",
                "exit code 3, infrastructure failure: b.yaml and 1 more",
            ],
        ),
        (
            [verdict("a.yaml", "stopped"), not_reached("b\n.yaml", 130)],
            [
                "2 scenarios: 1 stopped, 1 not reached  2.3 s",
                "exit code 130, stopped: a.yaml and 1 more",
            ],
        ),
        (
            [bad("a.yaml"), bad("b.yaml")],
            ["2 scenarios: 2 not started  2.3 s", "exit code 2, not started: a.yaml and 1 more"],
        ),
    ],
)
def test_the_end_says_the_counts_and_whose_the_exit_code_is(
    outcomes: list[Outcome], lines: list[str]
) -> None:
    assert totals(ended(*outcomes), 2.34) == lines


def test_a_file_name_from_outside_stays_within_its_line() -> None:
    assert totals(ended(bad("a\x1b[2J\n.yaml")), 0.0)[-1] == (
        "exit code 2, not started: a�[2J�.yaml"
    )
