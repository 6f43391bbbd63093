"""The variables of a whole file, and those in the numbers of instances."""

import pytest

from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import lines, scenario

FILE = "variables: {n: '200', bad: '${nope}'}\ninstances: {alice: {number: %s}}\n"


def test_a_number_may_hold_what_is_known_before_the_start() -> None:
    text = 'variables: {n: 20}\ninstances: {a: {number: "${n}${env:N}"}, b: {number: "1"}}\n'
    read = scenario(read_text(text.encode(), "call.yaml", Given({}, {"N": "7"})))
    assert [one.number for one in read.instances] == ["207", "1"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("'${run}'", '"number" has a variable that is known only during the run'),
        ("'${m}'", '"number" names the variable "m", which does not exist'),
        ("'${n'", '"number" has a "${" without its "}" at character 1'),
        ("'${n} 0'", '"200 0" cannot be a number'),
        ("'${env:SECRET}'", "a value of the environment cannot be a number"),
    ],
)
def test_a_number_that_cannot_be_filled_is_told_once(number: str, says: str) -> None:
    given = Given({}, {"SECRET": "hu sh"})
    said = lines(read_text((FILE % number).encode(), "call.yaml", given))
    assert said[0].startswith('call.yaml:1:28: error: the variable "bad" names the variable "nope"')
    assert [
        line for line in said[1:] if not line.startswith(f"call.yaml:2:29: error: {says}")
    ] == []
    assert len(said) == 2


def test_a_number_whose_variable_is_reported_is_not_reported_again() -> None:
    assert len(lines(read_text((FILE % "'${bad}'").encode(), "call.yaml"))) == 1


def test_a_secret_number_is_not_listed() -> None:
    text = FILE.replace(", bad: '${nope}'", "") % "'${env:N}'"
    text += "flow: {alice: [MakeCall: {to: '300'}]}\n"
    (said,) = lines(read_text(text.encode(), "call.yaml", Given({}, {"N": "4711"})))
    assert "4711" not in said
    assert "the numbers of the scenario are a value of the environment" in said
