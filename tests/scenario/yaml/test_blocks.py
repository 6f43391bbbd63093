"""Repeat and use as written."""

from sipflow.scenario.problems import Report
from sipflow.scenario.variables.scope import Given, Scope
from sipflow.scenario.yaml.blocks import Repeat, Use, repeat_of, use_of
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.tree import Mapping


def step(text: str) -> Mapping:
    """Return a step."""
    value = compose(text, "f", Report())
    assert isinstance(value, Mapping)
    return value


def test_how_often_and_what_is_repeated() -> None:
    scope = Scope(Given({"n": "3"}, {}), {})
    found = repeat_of(step("{Repeat: '${n}', steps: [Release]}"), scope, Report())
    assert isinstance(found, Repeat)
    assert (found.times, len(found.steps.items)) == (3, 1)


def test_which_file_is_used_and_with_what() -> None:
    found = use_of(step("{use: a.yaml, with: {x: 1}}"), Report())
    assert isinstance(found, Use)
    assert (found.file, found.values is not None) == ("a.yaml", True)
    without = use_of(step("{use: a.yaml, with: }"), Report())
    assert isinstance(without, Use)
    assert without.values is None
