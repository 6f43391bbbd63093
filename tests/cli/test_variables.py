"""``--set NAME=VALUE``: variables, or one clear line for each that is none or that no file has."""

import pytest

from sipflow.cli.variables import check_known, variables
from sipflow.errors import Mistakes, UsageError, UsageErrors
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given


def test_a_setting_is_a_name_and_a_value_with_whatever_is_in_it() -> None:
    mistakes = Mistakes()
    assert variables(["a=1", "b=x=y", "c="], mistakes) == {"a": "1", "b": "x=y", "c": ""}
    assert variables([], mistakes) == {}
    assert len(mistakes) == 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["target"], '--set "target": write NAME=VALUE'),
        (["=x"], '--set: "" cannot be the name of a variable'),
        (["a b=x"], '--set: "a b" cannot be the name of a variable'),
        (["run=x"], '--set: "run" is reserved for the run'),
        (["a=1", "a=2"], '--set: "a" is set twice; keep one of them'),
    ],
)
def test_what_is_no_setting_is_told(settings: list[str], says: str) -> None:
    mistakes = Mistakes()
    variables(settings, mistakes)
    with pytest.raises(UsageError) as caught:
        mistakes.raise_all()
    assert str(caught.value).startswith(says)


def test_what_is_right_is_known_beside_what_is_not() -> None:
    mistakes = Mistakes()
    assert variables(["a", "b=1", "=c", "b=2"], mistakes) == {"b": "1"}
    assert len(mistakes) == 3


DECLARED = "variables: {registrar: here, number: '100'}\ninstances: {a: {number: '1'}}\n"
NAMED = "instances: {a: {number: '1'}}\nflow: {a: [TIMEOUT: '${delay}']}\n"
BARE = "instances: {a: {number: '1'}}\n"
BROKEN = "instances: ["


def read(text: str, *names: str) -> Reading:
    """Read a file with variables of the command line."""
    return read_text(text.encode(), "call.yaml", Given(dict.fromkeys(names, "5ms")))


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (DECLARED, "registrar", None),
        (DECLARED, "registar", 'did you mean "registrar"?'),
        (DECLARED, "zzz", "its variables are registrar and number"),
        (NAMED, "delay", None),
        (NAMED, "dely", 'did you mean "delay"?'),
        (BARE, "delay", "it has no variables"),
    ],
)
def test_a_variable_that_the_file_does_not_have_is_an_error(
    text: str, name: str, says: str | None
) -> None:
    readings = [read(text, name)]
    if says is None:
        check_known(readings)
        return
    with pytest.raises(UsageError) as caught:
        check_known(readings)
    assert str(caught.value) == f'unknown variable "{name}" in --set ({says})'


def test_every_one_of_them_is_said() -> None:
    with pytest.raises(UsageErrors) as caught:
        check_known([read(DECLARED, "registar", "number", "nubmer")])
    assert [str(one) for one in caught.value.errors] == [
        'unknown variable "registar" in --set (did you mean "registrar"?)',
        'unknown variable "nubmer" in --set (did you mean "number"?)',
    ]


def test_one_file_of_several_that_has_it_is_enough() -> None:
    check_known([read(BARE, "delay"), read(NAMED, "delay")])


@pytest.mark.parametrize("readings", [[], [read(BROKEN, "delay")]])
def test_what_no_file_can_say_is_no_error(readings: list[Reading]) -> None:
    check_known(readings)
