"""``variables`` of a YAML file."""

from sipflow.scenario.problems import Report
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.parameters import defined


def test_variables_are_a_mapping_or_nothing() -> None:
    report = Report()
    found = defined(compose("{a: 1, b: }", "f", report), "variables", report)
    assert {name: one.text for name, one in found.items()} == {"a": "1", "b": None}
    assert defined(None, "variables", report) == {}
    assert defined(compose("~", "f", report), "variables", report) == {}
    assert not report.has_errors


def test_anything_else_is_told() -> None:
    report = Report()
    assert defined(compose("[1]", "f", report), "variables", report) == {}
    (problem,) = report.in_order(lambda place: (0,))
    assert problem.message == '"variables" is a list, not a mapping of names'
