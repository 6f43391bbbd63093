"""Texts with variables: taken apart, or what is wrong with them; no text raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.variables.template import (
    RESERVED,
    Reference,
    Trouble,
    has_variables,
    name_trouble,
    taken_apart,
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("$5 {x} $$ }", ("$5 {x} $$ }",)),
        ("${name}", (Reference("name"),)),
        ("sip:${user}@${env:HOST}!", ("sip:", Reference("user"), "@", Reference("env:HOST"), "!")),
        ("$${name}", ("${", "name}")),
        ("$$${name}", ("$${", "name}")),
        ("${a}$${b}${c}", (Reference("a"), "${", "b}", Reference("c"))),
        ("${instance.Ann Lee v1.2.port}", (Reference("instance.Ann Lee v1.2.port"),)),
    ],
)
def test_a_text_is_taken_apart_at_its_variables(text: str, pieces: object) -> None:
    assert taken_apart(text) == pieces


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${", 'has a "${" without its "}" at character 1'),
        ("ab${c", 'has a "${" without its "}" at character 3'),
        ("${a${b}", 'has a "${" without its "}" at character 1'),
        ("${a{b}", 'has a "${" without its "}" at character 1'),
        ("${}", 'names the variable "", which cannot be one'),
        ("${a b}", 'names the variable "a b", which cannot be one'),
        ("${env:}", 'names the variable "env:", which cannot be one'),
        ("${env:A-B}", 'names the variable "env:A-B", which cannot be one'),
        ("${instance.port}", 'names the variable "instance.port", which cannot be one'),
        ("${9}", 'names the variable "9", which cannot be one'),
    ],
)
def test_what_is_malformed_is_told_with_its_place(text: str, message: str) -> None:
    trouble = taken_apart(text)
    assert isinstance(trouble, Trouble)
    assert trouble.message == message
    assert "$${" in trouble.right


@pytest.mark.parametrize("name", ["a", "_x", "call-id", "A9_", "n" * 64])
def test_a_variable_may_be_called_so(name: str) -> None:
    assert name_trouble(name) is None


@pytest.mark.parametrize("name", [*RESERVED, "", "9a", "a.b", "a b", "n" * 65, "env:X", "ä", "a\n"])
def test_a_variable_may_not_be_called_so(name: str) -> None:
    assert name_trouble(name) is not None


@given(st.text(alphabet="${}ab:. \n", max_size=40))
def test_no_text_raises_and_a_text_without_variables_is_itself(text: str) -> None:
    pieces = taken_apart(text)
    if not has_variables(text):
        assert pieces == ((text,) if text else ())
