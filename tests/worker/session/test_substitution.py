"""Variables as a node begins: the action that its texts make, or why they make none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.model.actions import (
    DTMFReceived,
    MakeCall,
    NodeAction,
    Place,
    Release,
    Response,
    Ringing,
    SendDTMF,
    Timeout,
    Variable,
)
from sipflow.scenario.model.conditions import Condition, Selector
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Node
from sipflow.worker.actions import Failed
from sipflow.worker.session.substitution import filled

PLACE = Place(file="call.yaml", line=1, column=1)
X = Variable("x")


def node(action: NodeAction, *late: Deferred) -> Node:
    """Return a node whose action lacks something."""
    return Node(id="a", instance="i", action=action, place=PLACE, late=late)


def text(*parts: str | Variable, property: str = "to") -> Deferred:
    """Return a text that lacks something."""
    return Deferred(property=property, kind="text", parts=parts)


CALL = node(MakeCall(to="?"), text("sip:", X, "@127.0.0.1"))
DELAY = node(Timeout(timeout=0.0), Deferred(property="timeout", kind="duration", parts=(X,)))
REFUSAL = node(Response(code=100), Deferred(property="code", kind="plain", parts=(X,)))
DIGITS = node(SendDTMF(digits="1"), text(X, "#", property="digits"))
PACE = node(SendDTMF(digits="1"), Deferred(property="interval", kind="duration", parts=(X,)))
WAIT = node(DTMFReceived(pattern="1"), text(X, property="pattern"))
HEADER = node(
    Release(headers={"X-A": "-"}), Deferred(property="headers", entry=0, kind="text", parts=(X,))
)
PHRASE = node(Response(code=486), text(X, property="reason"))


@pytest.mark.parametrize(
    ("one", "value", "action"),
    [
        (CALL, "200", MakeCall(to="sip:200@127.0.0.1")),
        (DELAY, "1.5s", Timeout(timeout=1.5)),
        (DELAY, "250", Timeout(timeout=0.25)),
        (REFUSAL, "486", Response(code=486)),
        (DIGITS, "12", SendDTMF(digits="12#")),
        (WAIT, "[0-9]{4}", DTMFReceived(pattern="[0-9]{4}")),
        (PHRASE, "Gone", Response(code=486, reason="Gone")),
    ],
)
def test_a_node_begins_with_what_its_variables_stand_for(
    one: Node, value: str, action: NodeAction
) -> None:
    assert filled(one, {"x": value}) == action


@pytest.mark.parametrize(
    ("one", "variables", "says"),
    [
        (CALL, {}, "the variable x has no value yet"),
        (CALL, {"x": "1\r\nVia: me"}, "the variable x holds control characters"),
        (CALL, {"x": "1\u2028"}, "the variable x holds control characters"),
        (DELAY, {"x": "soon"}, "what timeout becomes is not a duration: it takes a duration"),
        (REFUSAL, {"x": "abc"}, 'code becomes "abc", which does not fit; it takes a SIP status'),
        (REFUSAL, {"x": "99"}, "code becomes 99, which does not fit; it takes a SIP status code: "),
        (REFUSAL, {"x": "200"}, "a variable makes the code 200, which only Answer can send"),
        (CALL, {"x": "1" * 600}, f'to becomes "sip:{"1" * 54}…, which does not fit; it takes '),
        (PACE, {"x": "1ms"}, "interval becomes 0.001 s, which does not fit; it takes duration: "),
        (
            DIGITS,
            {"x": "12x"},
            'digits becomes "12x#", which does not fit; it takes DTMF digits: 0 to 9, A to D',
        ),
        (WAIT, {"x": "(1"}, 'the pattern becomes "(1", which cannot '),
        (HEADER, {"x": " "}, "headers"),
    ],
)
def test_what_does_not_fit_fails_the_node(one: Node, variables: dict[str, str], says: str) -> None:
    found = filled(one, variables)
    assert isinstance(found, Failed)
    assert (found.cause, found.message[: len(says)]) == ("begin", says)


def test_of_two_properties_the_one_that_does_not_fit_is_named() -> None:
    code = Deferred(property="code", kind="plain", parts=(X,))
    one = node(Response(code=100), code, text(Variable("y"), property="reason"))
    assert filled(one, {"x": "486", "y": "Gone"}) == Response(code=486, reason="Gone")
    found = filled(one, {"x": "486", "y": "n" * 600})
    assert isinstance(found, Failed)
    assert found.message.startswith('reason becomes "nnn')


@given(st.sampled_from([CALL, DELAY, REFUSAL, PHRASE]), st.text(max_size=30))
def test_no_value_raises_or_brings_a_second_line(one: Node, value: str) -> None:
    found = filled(one, {"x": value})
    if not isinstance(found, Failed):
        assert "\n" not in repr(found)
        assert "\r" not in str(getattr(found, "to", "")) + str(getattr(found, "reason", ""))


def test_the_operand_of_a_condition_is_filled_and_the_rest_stays() -> None:
    what = Selector("code", "code")
    conditions = (
        Condition(what=what, operator="present"),
        Condition(what=what, operator="==", operand=""),
    )
    late = Deferred(property="check", entry=1, kind="text", parts=("1", X))
    found = filled(node(Ringing(check=conditions), late), {"x": "83"})
    assert found == Ringing(
        check=(conditions[0], Condition(what=what, operator="==", operand="183"))
    )


def test_the_value_of_a_header_is_filled_and_the_rest_stays() -> None:
    late = Deferred(property="headers", entry=1, kind="text", parts=("1", X))
    one = node(Release(headers={"X-One": "a", "X-Two": "-"}), late)
    assert filled(one, {"x": "83"}) == Release(headers={"X-One": "a", "X-Two": "183"})
    assert isinstance(filled(one, {"x": "8\r\nVia: me"}), Failed)
