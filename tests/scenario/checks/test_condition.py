"""``check`` and ``capture`` as files write them: understood, or told with a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.checks.condition import Understood, check_conditions
from sipflow.scenario.model.actions import Incoming, Place, Variable
from sipflow.scenario.model.conditions import Capture, Condition, Selector
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Node
from sipflow.scenario.problems import Reading, Report
from sipflow.scenario.raw_graph import RawProperty
from sipflow.scenario.reader import read_text
from sipflow.scenario.values import Shape
from sipflow.scenario.variables.scope import Given, Resolver, Scope
from tests.extent import examples
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    BOB,
    TWO,
    edge,
    event,
    lines,
    nodes,
    read_json,
    read_yaml,
)

GIVEN = Given({}, {"KEY": "hush"})
FILE = "variables: {want: '== x', code: 486}\n" + TWO + "  bob:\n    - INCOMING: {%s}\n"


def read(properties: str) -> Reading:
    """Read a scenario in which bob waits for an INVITE with these properties."""
    return read_text((FILE % properties).encode(), "call.yaml", GIVEN)


def conditions(check: str) -> list[Condition]:
    """Return the conditions of a check."""
    (node,) = nodes(read(f"check: {{{check}}}")).values()
    return list(getattr(node.action, "check", ()))


@pytest.mark.parametrize(
    ("text", "what", "operator", "operand"),
    [
        ("code: '== 180'", Selector("code", "code"), "==", "180"),
        ("code: 180", Selector("code", "code"), "==", "180"),
        ("code: in 180 183", Selector("code", "code"), "in", "180 183"),
        ("reason: starts Busy Here", Selector("reason", "reason"), "starts", "Busy Here"),
        ("method: '!= BYE'", Selector("method", "method"), "!=", "BYE"),
        ("uri: ends example", Selector("uri", "uri"), "ends", "example"),
        ("body: contains x", Selector("body", "body"), "contains", "x"),
        (
            "header.X-Id: matches ^a+$",
            Selector("header.X-Id", "header", "x-id"),
            "matches",
            "^a+$",
        ),
        (
            "header.From.User: present",
            Selector("header.From.User", "header", "from", "user"),
            "present",
            "",
        ),
        ("sdp.a: absent", Selector("sdp.a", "sdp", "a"), "absent", ""),
        ("header.Expires: '>= 60'", Selector("header.Expires", "header", "expires"), ">=", "60"),
        ("header.Expires: '<60'", Selector("header.Expires", "header", "expires"), "<", "60"),
        ("reason: '=='", Selector("reason", "reason"), "==", ""),
        ("reason: '${want}'", Selector("reason", "reason"), "==", "x"),
        ("code: '== ${code}'", Selector("code", "code"), "==", "486"),
    ],
)
def test_a_condition_is_understood(text: str, what: Selector, operator: str, operand: str) -> None:
    (found,) = conditions(text)
    assert (found.what, found.operator, found.operand, found.secret) == (
        what,
        operator,
        operand,
        False,
    )


def test_an_operand_from_the_environment_is_secret() -> None:
    (found,) = conditions("header.X-Key: '== ${env:KEY}'")
    assert (found.operand, found.secret) == ("hush", True)


def test_an_operand_may_be_known_only_as_the_run_goes_on() -> None:
    text = "check: {code: absent, header.X-Run: '== r-${run}!'}"
    (node,) = nodes(read(text)).values()
    assert node.late == (
        Deferred(property="check", entry=1, kind="text", parts=("r-", Variable("run"), "!")),
    )


def test_a_captured_variable_is_known_to_the_later_nodes_of_the_instance() -> None:
    text = TWO + "  bob:\n    - INCOMING: {capture: {who: header.From.user}}\n"
    text += "    - MakeCall: {to: '${who}', leg: x}\n"
    _, call = nodes(read_text(text.encode(), "call.yaml")).values()
    assert call.late == (Deferred(property="to", kind="text", parts=(Variable("who"),)),)
    other = text + "  alice:\n    - MakeCall: {to: '${who}'}\n"
    (said,) = lines(read_text(other.encode(), "call.yaml"))
    assert 'names the variable "who", which does not exist' in said


def test_a_drawn_graph_checks_and_captures_too() -> None:
    waits = event(check={"code": "absent"}, capture={"who": "header.From.user"})
    call = {"id": "c", "type": "command", "data": {"command": "MakeCall", "to": "${who}"}}
    graph = {"nodes": [ALICE, BOB, waits, call], "edges": [edge("i", "e"), edge("e", "c")]}
    call["data"]["leg"] = "x"  # type: ignore[index]
    found: dict[str, Node] = nodes(read_json(graph))
    assert getattr(found["e"].action, "capture", ()) == (
        Capture("who", Selector("header.From.user", "header", "from", "user")),
    )
    assert found["c"].late[0].parts == (Variable("who"),)


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ("check: 5", '"check" is the number 5, not a mapping of conditions; write for example'),
        ("capture: [x]", '"capture" is a list, not a mapping of variables; write {caller:'),
        ("check: {cod: 1}", '"cod" is no part of a message; did you mean code? look at code,'),
        ("check: {heeeader: 1}", '"heeeader" is no part of a message; '),
        ("check: {header.: 1}", '"header." is no part of a message'),
        ("check: {sdp.ab: 1}", '"sdp.ab" is no part of a message'),
        ("check: {code: true}", '"code" is true, which is no condition; begin with =='),
        ("check: {code: }", '"code" is empty, which is no condition'),
        ("check: {code: ''}", '"code" is an empty text, which is no condition'),
        ("check: {code: presently}", '"code" is the text "presently", which is no condition'),
        ("check: {code: '${run}'}", '"code" is the text "${run}", which is no condition'),
        ("check: {code: '> x'}", '"code" has no number behind >; begin with'),
        ("check: {code: 'in '}", '"code" has nothing behind in'),
        ("check: {code: contains  }", '"code" is the text "contains", which is no condition'),
        ("check: {code: present x}", '"code" is the text "present x", which is no condition'),
        ('check: {code: "== a\\nb"}', '"code" holds control characters'),
        (
            "check: {code: matches (}",
            '"code" has a pattern that is no regular expression of RE2: missing ): (',
        ),
        ("check: {code: '> ${want}'}", '"code" has no number behind > of "> ${want}"'),
        ("check: {code: '== ${wnat}'}", '"code" names the variable "wnat", which does not exist'),
        ("capture: {run: code}", '"run" is reserved for the run'),
        ("capture: {want: code}", '"want" is a variable already, with a value from before'),
        ("capture: {x: 5}", '"x" is the number 5, not a text'),
        ("capture: {x: cod}", '"cod" is no part of a message; did you mean code?'),
    ],
)
def test_what_is_not_understood_is_told(properties: str, says: str) -> None:
    (said,) = lines(read(properties))
    assert said.startswith("call.yaml:5:")
    assert says in said


def test_a_variable_that_is_reported_is_not_reported_again() -> None:
    text = "variables: {bad: '${nope}'}\n" + TWO + "  bob: [INCOMING: {check: {code: '${bad}'}}]\n"
    (said,) = lines(read_text(text.encode(), "call.yaml"))
    assert 'the variable "bad" names' in said


def test_too_many_entries_are_refused() -> None:
    many = ", ".join(f"header.x{n}: present" for n in range(33))
    (said,) = lines(read(f"check: {{{many}}}"))
    assert '"check" has 33 entries; give at most 32' in said


PLACE = Place(file="f", line=1, column=1)


@examples(100, 500)
@given(
    st.dictionaries(
        st.sampled_from(["code", "header.X.y", "sdp.a", "x"]) | st.text(max_size=6),
        st.text(alphabet="=<>! containsmatche()[]{}$run*?\\", max_size=20) | st.integers(),
        max_size=4,
    )
)
def test_no_condition_raises(check: dict[str, str | int]) -> None:
    entries = tuple(RawProperty(name, value, PLACE, PLACE) for name, value in check.items())
    written = RawProperty("check", Shape.MAPPING, PLACE, PLACE, entries)
    report = Report()
    found = check_conditions(written, Resolver(Scope(GIVEN, {}), frozenset()), report)
    assert isinstance(found, Understood) != report.has_errors


def test_every_condition_and_capture_of_a_node_is_looked_at() -> None:
    step = (
        "INCOMING: {check: {heade.X: '~ 1', code: maybe, uri: starts}, "
        "capture: {run: foo, x: header.From}}"
    )
    found = lines(read_yaml(ALICE_DOES + f"    - {step}\n"))
    assert [line.partition("error: ")[2].partition(";")[0].partition(",")[0] for line in found] == [
        '"heade.X" is no part of a message',
        '"heade.X" is the text "~ 1"',
        '"code" is the text "maybe"',
        '"uri" is the text "starts"',
        '"run" is reserved for the run',
        '"foo" is no part of a message',
    ]


def test_digits_alone_are_to_be_equal() -> None:
    found = nodes(read_yaml(ALICE_DOES + "    - INCOMING: {check: {header.X: '0123', code: 5}}\n"))
    action = found["alice-1"].action
    assert isinstance(action, Incoming)
    assert [(one.operator, one.operand) for one in action.check] == [("==", "0123"), ("==", "5")]
