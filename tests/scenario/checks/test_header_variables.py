"""Variables in headers: what is known is filled in and checked, what is not is filled in later."""

import pytest

from sipflow.scenario.model.actions import MakeCall
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from sipflow.worker.actions import Failed
from sipflow.worker.session.substitution import filled
from tests.scenario.snippets import lines, nodes

ACCOUNT = Given({"account": "4711"}, {})
GIVEN = Given({}, {"BAD": "two\nlines", "GOOD": "hush"})
TEXT = """
instances:
  alice: {{number: "100"}}
  bob: {{number: "200"}}
flow:
  alice:
    - INCOMING: {{capture: {{caller: header.From.user}}}}
    - MakeCall: {{to: "200", leg: out, headers: {headers}}}
  bob:
    - MakeCall: "100"
    - INCOMING: {{leg: in}}
"""


def read(headers: str) -> bytes:
    """Return a scenario whose call has these headers."""
    return TEXT.format(headers=headers).encode()


def test_a_known_value_is_filled_in_and_another_when_its_node_begins() -> None:
    headers = '{X-Account: "${account}", X-Caller: "<${caller}>"}'
    node = nodes(read_text(read(headers), "call.yaml", ACCOUNT))["alice-2"]
    action = filled(node, {"caller": "100"})
    assert isinstance(action, MakeCall)
    assert action.headers == {"X-Account": "4711", "X-Caller": "<100>"}


def test_a_value_that_would_add_a_line_fails_the_node() -> None:
    node = nodes(read_text(read('{X-Caller: "${caller}"}'), "call.yaml", GIVEN))["alice-2"]
    assert isinstance(filled(node, {"caller": "1\r\nVia: x"}), Failed)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("${nobody}", "nobody"),
        ("${account", 'the header "X-A" has a'),
        ("${env:BAD}", "which does not fit"),
    ],
)
def test_a_value_that_cannot_be_is_one_problem(value: str, said: str) -> None:
    (line,) = lines(read_text(read(f"{{X-A: '{value}'}}"), "call.yaml", GIVEN))
    assert said in line
    assert "two" not in line


def test_a_value_of_the_environment_is_filled_in() -> None:
    node = nodes(read_text(read("{X-A: '${env:GOOD}'}"), "call.yaml", GIVEN))["alice-2"]
    assert isinstance(node.action, MakeCall)
    assert node.action.headers == {"X-A": "hush"}


def test_a_variable_that_is_wrong_itself_is_told_of_once() -> None:
    text = b"variables: {a: '${nobody}'}\n" + read("{X-A: '${a}', X-B: '${a}'}")
    (line,) = lines(read_text(text, "call.yaml", GIVEN))
    assert "nobody" in line
