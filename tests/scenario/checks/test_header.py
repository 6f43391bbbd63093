"""Headers that a file adds: names and values, and what is said of those that could do harm."""

import pytest

from sipflow.scenario.checks.header import RESERVED
from sipflow.scenario.model.actions import MakeCall, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    BOB,
    command,
    edge,
    lines,
    nodes,
    read_json,
    read_yaml,
)

EXAMPLE = 'for example {X-Account: "4711"}'


def calling(headers: str) -> str:
    """Return a scenario with a call that adds headers."""
    return ALICE_DOES + f'    - MakeCall: {{to: "200", headers: {headers}}}'


@pytest.mark.parametrize(
    "headers",
    [{"X-Account": "4711"}, {"Subject": "a, b; c"}, {"P-Asserted-Identity": "<sip:a@b>"}, {}],
)
def test_headers_are_taken_from_both_formats(headers: dict[str, str]) -> None:
    written = ", ".join(f'{name}: "{value}"' for name, value in headers.items())
    node = nodes(read_yaml(calling("{" + written + "}")))["alice-1"]
    assert node.action == MakeCall(to="200", headers=headers)
    graph = {
        "nodes": [ALICE, BOB, command(targetUri="200", headers=headers)],
        "edges": [edge("i", "a")],
    }
    assert nodes(read_json(graph))["a"].action == MakeCall(to="200", headers=headers)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            "x",
            f'4:38: error: "headers" is the text "x", not a mapping of headers; give names and '
            f"texts, {EXAMPLE}",
        ),
        (
            "{via: x}",
            '4:39: error: the header "via" is the SIP stack\'s own; add headers of other names, '
            + EXAMPLE,
        ),
        (
            "{X A: x}",
            '4:39: error: "X A" cannot be a header\'s name; use letters, digits and '
            "- . ! % * _ + ` ' ~, at most 64 of them",
        ),
        (
            "{X-A: 5}",
            '4:44: error: the header "X-A" is the number 5, not a text; put it in quotes: "5"',
        ),
        (
            "{X-A: true}",
            '4:44: error: the header "X-A" is true, not a text; give a text on one line',
        ),
        (
            '{X-A: "a\\r\\nVia: x"}',
            '4:44: error: the header "X-A" is the text "a\\r\\nVia: x", which holds line breaks or '
            "control characters; give a text on one line",
        ),
        (
            '{X-A: " "}',
            '4:44: error: the header "X-A" is the text " "; give a text on one line',
        ),
        (
            "{X-A: " + "a" * 1513 + "}",
            f'4:44: error: the header "X-A" is the text "{"a" * 59}…", of 1,513 characters; '
            "give a text on one line, of at most 512 characters",
        ),
        (
            "{" + ", ".join(f"X-{one}: a" for one in range(33)) + "}",
            '4:38: error: "headers" has 33 headers; give at most 32',
        ),
    ],
)
def test_what_could_do_harm_is_an_error(headers: str, expected: str) -> None:
    assert lines(read_yaml(calling(headers))) == [f"call.yaml:{expected}"]


def test_half_a_character_is_an_error() -> None:
    graph = {
        "nodes": [ALICE, BOB, command(targetUri="200", headers={"X-A": "\ud800"})],
        "edges": [edge("i", "a")],
    }
    assert len(lines(read_json(graph))) == 1


@pytest.mark.parametrize("name", ["Via", "CALL-ID", "CSeq", "Contact", "Content-Length", "l", "m"])
def test_what_the_stack_writes_itself_is_reserved_in_any_letter_case(name: str) -> None:
    assert name.lower() in RESERVED
    assert len(lines(read_yaml(calling(f"{{{name}: x}}")))) == 1


def test_the_value_of_a_header_may_hold_variables() -> None:
    headers = "{X-One: '1${env:SECRET}', X-Two: 'a${run}', X-Three: '$${x}'}"
    given = Given({}, {"SECRET": "hush"})
    node = nodes(read_text(calling(headers).encode(), "call.yaml", given))["alice-1"]
    assert node.action == MakeCall(
        to="200", headers={"X-One": "1hush", "X-Two": "-", "X-Three": "${x}"}
    )
    assert node.late == (
        Deferred(property="headers", entry=1, kind="text", parts=("a", Variable("run"))),
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (
            "${env:SECRET}",
            'the header "X-A" is "${env:SECRET}", which does not fit; give a text on one line',
        ),
        (
            "${nobody}",
            'the header "X-A" names the variable "nobody", which does not exist; '
            "known here are run",
        ),
    ],
)
def test_a_variable_that_makes_no_header_is_told_without_its_value(value: str, says: str) -> None:
    text = calling("{X-A: '" + value + "'}")
    found = lines(read_text(text.encode(), "call.yaml", Given({}, {"SECRET": "hu\nsh"})))
    assert found == [f"call.yaml:4:44: error: {says}"]


def test_the_name_and_the_value_of_a_header_are_both_looked_at() -> None:
    text = ALICE_DOES + "    - MakeCall: {to: bob, headers: {Via: 5, 'a b': '${x}'}}\n"
    assert len(lines(read_yaml(text))) == 4
