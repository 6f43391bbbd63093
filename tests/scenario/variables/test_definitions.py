"""The variables of a file: texts, whatever is written, or a problem with its place."""

import pytest

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.values import RawValue, Shape
from sipflow.scenario.variables.definitions import GIVEN_WITH_SET, Entry, as_text, definitions
from sipflow.scenario.variables.scope import Definition
from tests.scenario.snippets import brief

NAME = Place(file="f", line=1, column=1)
VALUE = Place(file="f", line=1, column=5)


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (200, "200"), (True, "true"), (False, "false"), (1.5, None), (Shape.LIST, None)],
)
def test_a_variable_is_a_text_if_nothing_is_lost(value: RawValue, text: str | None) -> None:
    assert as_text(value) == text


def test_a_variable_without_a_value_says_how_to_give_it_one() -> None:
    found = definitions([Entry("to", None, NAME, VALUE)], Report(), GIVEN_WITH_SET)
    assert found == {"to": Definition(None, VALUE, "give it one with --set to=VALUE")}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            Entry("a b", "x", NAME, VALUE),
            "f:1:1: error: bad-variable",
        ),
        (
            Entry("run", "x", NAME, VALUE),
            "f:1:1: error: bad-variable",
        ),
        (
            Entry("v", 1.5, NAME, VALUE),
            "f:1:5: error: wrong-type",
        ),
        (
            Entry("v", Shape.LIST, NAME, VALUE),
            "f:1:5: error: wrong-type",
        ),
    ],
)
def test_what_cannot_be_a_variable_is_told(entry: Entry, says: str) -> None:
    report = Report()
    definitions([entry], report, GIVEN_WITH_SET)
    assert [brief(one) for one in report.in_order(lambda place: (0, 0))] == [says]
