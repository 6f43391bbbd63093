"""Variables whose values come later, in properties of every kind of value."""

import msgspec
import pytest

from sipflow.scenario.checks.fill import stand_in
from sipflow.scenario.model.actions import MakeCall, SendDTMF, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Node
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from sipflow.scenario.vocabulary import action_types, properties
from tests.scenario.snippets import lines, nodes

TEXT = """
instances:
  alice: {{number: "100"}}
  bob: {{number: "200"}}
flow:
  alice:
    - INCOMING: {{capture: {{it: header.X-It}}}}
    - {step}
  bob:
    - MakeCall: {{to: "100", headers: {{X-It: "1"}}}}
    - INCOMING: {{leg: in}}
"""


@pytest.mark.parametrize(
    "step",
    [
        'Response: {code: "${it}"}',
        'TIMEOUT: "${it}"',
        'SendDTMF: {digits: "1", method: "${it}"}',
        'CheckMedia: {min_packets: "${it}"}',
        'MakeCall: {to: "${it}", leg: out}',
        'MakeCall: {to: "200", leg: out, until: "${it}", expect: 486}',
        'MakeCall: {to: "200", leg: out, follow: "${it}"}',
        'Answer: {timeout: "${it}"}',
    ],
)
def test_a_value_that_comes_later_is_no_problem(step: str) -> None:
    node = nodes(read_text(TEXT.format(step=step).encode(), "call.yaml", Given()))["alice-2"]
    assert [late.property for late in node.late] != []


def test_a_duration_and_a_number_keep_their_limits() -> None:
    text = TEXT.format(step="CheckMedia: {max_loss: often, window: never}")
    loss, window = lines(read_text(text.encode(), "call.yaml", Given()))
    assert "a number" in loss + window
    assert "duration" in loss + window


def test_until_its_node_begins_a_choice_is_its_first_and_a_truth_is_false() -> None:
    late = Deferred(property="x", kind="text", parts=("a",))
    method = next(one for one in properties(SendDTMF) if one.name == "method")
    follow = next(one for one in properties(MakeCall) if one.name == "follow")
    assert stand_in(method, late) in ("info", "inband", "rfc2833")
    assert stand_in(follow, late) is False


LATER = Deferred(property="x", kind="text", parts=(Variable("x y"), "\u00e4#?"))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        (word, property.name)
        for word, kind in action_types().items()
        for property in properties(kind)
        if property.may_be_late
    ],
)
def test_until_its_node_begins_a_property_holds_what_its_type_takes(word: str, name: str) -> None:
    """A worker takes no plan with anything else, however the variable is called."""
    property = next(one for one in properties(action_types()[word]) if one.name == name)
    held = stand_in(property, LATER)
    assert msgspec.convert(held, property.kind) == held


@pytest.mark.parametrize("digits", ["${it}#", "${it}", "1${it}2"])
def test_digits_of_a_variable_make_a_plan_that_a_worker_takes(digits: str) -> None:
    text = TEXT.format(step=f'SendDTMF: {{digits: "{digits}"}}')
    node = nodes(read_text(text.encode(), "call.yaml", Given()))["alice-2"]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(node), type=Node) == node
