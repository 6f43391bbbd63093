"""The files that a scenario uses: fetched by somebody else, understood once, in no circle."""

import pytest

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.variables.template import Trouble
from sipflow.scenario.yaml.sub_flows import Fetched, SubFlows, nothing_to_fetch

PLACE = Place(file="call.yaml", line=3, column=7)


def fetch(using: str, wanted: str) -> Fetched | Trouble:
    """Return the text of a file that does one thing."""
    return Fetched(f"steps/{wanted}", wanted, "steps: [Release]")


def test_a_file_is_understood_once() -> None:
    library = SubFlows(Report(), fetch)
    first = library.sub_flow("a", PLACE, ())
    assert first is not None
    assert first is library.sub_flow("a", PLACE, ())
    assert (first.name, first.short_name, len(first.steps.items)) == ("steps/a", "a", 1)
    library.sub_flow("b", PLACE, (first,))
    assert library.order == {"steps/a": 1, "steps/b": 2}


def test_a_file_that_uses_itself_is_told() -> None:
    report = Report()
    library = SubFlows(report, fetch)
    first = library.sub_flow("a", PLACE, ())
    assert first is not None
    assert library.sub_flow("a", PLACE, (first,)) is None
    assert report.has_errors


@pytest.mark.parametrize("text", ["- Release", "steps", "description: nothing to do"])
def test_a_file_without_steps_is_reported_by_its_name(text: str) -> None:
    report = Report()
    library = SubFlows(report, lambda using, wanted: Fetched(f"steps/{wanted}", wanted, text))
    assert library.sub_flow("a", PLACE, ()) is None
    (problem,) = report.in_order(lambda place: (0, 0))
    assert str(problem) == (
        'steps/a:1:1: error: the file "a" has no list of steps; '
        "write steps: and below it what the sub-flow does"
    )


def test_without_a_file_there_are_no_neighbours() -> None:
    assert isinstance(nothing_to_fetch("x", "y"), Trouble)
    assert SubFlows(Report()).sub_flow("a", PLACE, ()) is None
