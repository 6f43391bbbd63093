"""Variables in the steps of files: checked as what they stand for, told where they are written."""

import pytest

from sipflow.scenario.model.actions import Incoming, MakeCall, Response, Timeout, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Node
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import ALICE, BOB, command, edge, lines, nodes, read_json, scenario

NEEDED = Given({"given": "200", "need": "x"}, {"SECRET": "hush hush", "TARGET": "bob"})
GIVEN = Given({"given": "200"}, {"SECRET": "hush hush", "TARGET": "bob"})
FILE = """\
variables: {callee: bob, limit: 5s, code: 486, ring: false, phrase: Gone, need: }
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice:
    - INCOMING
    - %s
"""


def read(step: str, given: Given = NEEDED) -> Reading:
    """Read a scenario with one step of interest."""
    return read_text((FILE % step).encode(), "call.yaml", given)


def node(step: str) -> Node:
    """Return the node of the step of interest."""
    found = nodes(read(step + "\n      id: it\n    - TIMEOUT: '${given}'"))
    return found["it"]


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("MakeCall: {to: '${callee}', timeout: '${limit}'}", MakeCall(to="bob", timeout=5.0)),
        ("MakeCall: {to: '${given}'}", MakeCall(to="200")),
        ("MakeCall: {to: '${env:TARGET}'}", MakeCall(to="bob")),
        ("MakeCall: {to: 'sip:${given}@h', until: '$${x'}", None),
        ("Response: {code: '${code}', reason: '${phrase} $${code}'}", None),
        ("INCOMING: {ring: '${ring}', leg: 'l-${given}'}", Incoming(ring=False, leg="l-200")),
        ("TIMEOUT: '${given}'", Timeout(timeout=0.2)),
        ("TIMEOUT: {timeout: '${given}ms'}", Timeout(timeout=0.2)),
    ],
)
def test_a_variable_stands_for_its_value_in_any_property(step: str, action: object) -> None:
    if action is not None:
        assert node(step).action == action


def test_a_text_with_a_plain_dollar_brace_is_taken_as_it_is() -> None:
    assert node("Response: {code: '${code}', reason: '${phrase} $${code}'}").action == Response(
        code=486, reason="Gone ${code}"
    )


@pytest.mark.parametrize(
    ("step", "late"),
    [
        (
            "MakeCall: {to: 'sip:${given}@127.0.0.1:${instance.bob.port}'}",
            Deferred(
                property="to",
                kind="text",
                parts=("sip:", "200", "@127.0.0.1:", Variable("instance.bob.port")),
            ),
        ),
        (
            "TIMEOUT: '${instance.bob.number}'",
            Deferred(property="timeout", kind="duration", parts=(Variable("instance.bob.number"),)),
        ),
        (
            "Response: {code: '${instance.bob.number}'}",
            Deferred(property="code", kind="plain", parts=(Variable("instance.bob.number"),)),
        ),
        (
            "INCOMING: {ring: '${run}'}",
            Deferred(property="ring", kind="plain", parts=(Variable("run"),)),
        ),
    ],
)
def test_what_is_known_later_is_left_to_the_run(step: str, late: Deferred) -> None:
    assert node(step).late == (late,)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            "MakeCall: {to: '${calee}'}",
            'call.yaml:6:22: error: "to" of MakeCall names the variable "calee", which does not '
            'exist; did you mean "callee"?',
        ),
        (
            "MakeCall: {to: '${callee'}",
            'call.yaml:6:22: error: "to" of MakeCall has a "${" without its "}" at character 1; '
            "close it, or write $${ where a plain ${ is meant",
        ),
        (
            "TIMEOUT: ${callee}",
            'call.yaml:6:16: error: "timeout" of TIMEOUT is the text "bob", which is not a '
            'duration (it is written "${callee}"); '
            "write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds",
        ),
        (
            "Response: {code: '${given}'}",
            'call.yaml:6:24: error: "code" of Response is the number 200, which is a 2xx '
            '(it is written "${given}"); use Answer to accept a call',
        ),
        (
            "MakeCall: {to: '${env:SECRET}'}",
            "call.yaml:6:22: error: a value of the environment is no number or name of the "
            'scenario and no SIP URI; the numbers of the scenario are "100" and "200"',
        ),
        (
            "TIMEOUT: '${env:SECRET}s'",
            'call.yaml:6:16: error: "timeout" of TIMEOUT is "${env:SECRET}s", whose value is not '
            "valid here; write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds",
        ),
        (
            "Release: {leg: '${instance.bob.port}'}",
            'call.yaml:6:22: error: "leg" of Release has a variable that is known only during '
            "the run; give the leg: the scenario's name for one dialog of the instance before the "
            "start",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_is_written(step: str, says: str) -> None:
    said = [line for line in lines(read(step)) if " error: " in line]
    assert said == [says]
    assert "hush" not in "".join(said)


def test_a_variable_without_a_value_is_one_problem_wherever_it_is_used() -> None:
    assert lines(read("MakeCall: {to: '${need}'}", GIVEN)) == [
        'call.yaml:1:81: error: the variable "need" has no value; '
        "give it one with --set need=VALUE",
    ]


def test_variables_stand_in_drawn_graphs_too() -> None:
    graph = {
        "variables": {"callee": "200"},
        "nodes": [ALICE, BOB, command(targetUri="${callee}"), command("b", targetUri="${run}@")],
        "edges": [edge("i", "a"), edge("a", "b")],
    }
    found = {one.id: one for each in scenario(read_json(graph)).instances for one in each.nodes}
    assert found["a"].action == MakeCall(to="200")
    assert found["b"].late == (Deferred(property="to", kind="text", parts=(Variable("run"), "@")),)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ([], 'call.json: error: "variables" is a list, not an object; give names and values'),
        (
            {"x": "${y}"},
            'call.json: error: the variable "x" names the variable "y", which does not exist; '
            'did you mean "x"?',
        ),
    ],
)
def test_wrong_variables_of_a_drawn_graph_are_told(variables: object, says: str) -> None:
    assert says.split("; ")[0] in "\n".join(
        lines(read_json({"variables": variables, "nodes": [ALICE], "edges": []}))
    )
