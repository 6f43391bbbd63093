"""How a place in a scenario file is written."""

import pytest

from sipflow.scenario.model.location import Place

PLACE = Place(file="call.yaml", line=5, column=7)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (PLACE, "call.yaml:5:7"),
        (Place(file="flow.json", node="a-make"), "flow.json: node a-make"),
        (Place(file="flow.json"), "flow.json"),
    ],
)
def test_a_place_is_written_as_editors_and_people_read_it(place: Place, text: str) -> None:
    assert str(place) == text
