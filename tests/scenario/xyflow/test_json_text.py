"""JSON texts: strict, and one clear error for what is none."""

import pytest

from sipflow.scenario.problems import Report
from sipflow.scenario.values import Shape
from sipflow.scenario.xyflow.json_text import Object, parse, raw, twice_within
from tests.scenario.snippets import brief


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"a": 1,\n "b" 2}',
            "f.json:2:6: error: bad-syntax",
        ),
        ("", "f.json:1:1: error: bad-syntax"),
        ('{"a":\n NaN}', "f.json:2:2: error: bad-syntax"),
        ("[1, -Infinity]", "f.json:1:5: error: bad-syntax"),
        ("[" * 65, "f.json:1:65: error: bad-syntax"),
        (
            '["NaN [[[[',
            "f.json:1:2: error: bad-syntax",
        ),
    ],
)
def test_what_is_no_json_is_one_problem_with_its_place(text: str, expected: str) -> None:
    report = Report()
    assert parse(text, "f.json", report) is None
    assert [brief(one) for one in report.in_order(lambda place: (0, 0))] == [expected]


def test_brackets_in_texts_and_beside_each_other_are_not_deep() -> None:
    report = Report()
    value = parse('{"a": "' + "[" * 100 + '\\"", "b": [' + "[],{}," * 100 + "0]}", "f", report)
    assert isinstance(value, Object)
    assert not report.has_errors


def test_numbers_of_any_length_are_read() -> None:
    report = Report()
    assert parse("[7, -" + "9" * 17 + "]", "f", report) == [7, -(10**17 - 1)]
    assert parse("[" + "9" * 5000 + "]", "f", report) == [float("inf")]


def test_an_object_knows_which_keys_came_twice_and_keeps_the_first() -> None:
    report = Report()
    value = parse('{"a": [{"b": 1, "b": 2, "b": 3}, {"c": 1}], "d": 1, "d": 2}', "f", report)
    assert isinstance(value, Object)
    assert value == {"a": [{"b": 1}, {"c": 1}], "d": 1}
    assert value.twice == ("d",)
    assert twice_within(value) == ["d", "b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [([], Shape.LIST), (Object(), Shape.MAPPING), ("x", "x"), (None, None), (True, True)],
)
def test_a_raw_value_is_a_scalar_or_a_shape(value: object, expected: object) -> None:
    assert raw(value) is expected
