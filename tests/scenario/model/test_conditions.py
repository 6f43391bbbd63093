"""Conditions: what is looked at, and what has to be true of it."""

import pytest

from sipflow.scenario.model.conditions import (
    Condition,
    Operator,
    Selector,
    as_number,
    holds,
    selected,
)
from sipflow.sip.message import parse

MESSAGE = parse(
    "SIP/2.0 183 Session Progress\r\n"
    'From: "Alice" <sip:100@127.0.0.1:5060>;tag=abc\r\n'
    "Session-Expires: 90;refresher=uas\r\n"
    "X-Id: one\r\n"
    "X-Id: two\r\n"
    "c: application/sdp\r\n\r\n"
    "a=sendonly\r\na=ptime:20\r\n"
)
X = Selector("x", "header", "x-id")


@pytest.mark.parametrize(
    ("what", "values"),
    [
        (Selector("", "code"), ["183"]),
        (Selector("", "reason"), ["Session Progress"]),
        (Selector("", "method"), []),
        (Selector("", "uri"), []),
        (Selector("", "body"), [MESSAGE.body]),
        (X, ["one", "two"]),
        (Selector("", "header", "from", "user"), ["100"]),
        (Selector("", "header", "from", "host"), ["127.0.0.1"]),
        (Selector("", "header", "from", "port"), ["5060"]),
        (Selector("", "header", "from", "uri"), ["sip:100@127.0.0.1:5060"]),
        (Selector("", "header", "from", "name"), ["Alice"]),
        (Selector("", "header", "from", "tag"), ["abc"]),
        (Selector("", "header", "from", "other"), []),
        (Selector("", "header", "x", "refresher"), ["uas"]),
        (Selector("", "header", "x-id", "user"), []),
        (Selector("", "sdp", "a"), ["sendonly", "ptime:20"]),
        (Selector("", "sdp", "z"), []),
    ],
)
def test_values_are_looked_up(what: Selector, values: list[str]) -> None:
    assert selected(MESSAGE, what) == values


def test_a_request_has_no_code() -> None:
    request = parse("BYE sip:x@h SIP/2.0\r\n\r\n")
    assert selected(request, Selector("", "code")) == []
    assert selected(request, Selector("", "method")) == ["BYE"]


@pytest.mark.parametrize(
    ("operator", "operand", "true_of", "false_of"),
    [
        ("==", "a", [["a"], ["b", "a"]], [["b"], []]),
        ("!=", "a", [["b"], []], [["a"], ["b", "a"]]),
        ("<", "5", [["4"], ["9", "4.5"]], [["5"], ["x"], []]),
        ("<=", "5", [["5"]], [["6"]]),
        (">", "5", [["6"]], [["5"], ["-6"]]),
        (">=", "5", [["5"]], [["4"]]),
        (">=", "x", [], [["4"]]),
        ("contains", "b", [["abc"]], [["ac"], []]),
        ("starts", "a", [["ab"]], [["ba"]]),
        ("ends", "a", [["ba"]], [["ab"]]),
        ("in", "180 183", [["180"], ["183"]], [["18"], ["181"]]),
        ("matches", "^1[0-9]+$", [["183"]], [["x183"]]),
        ("matches", "(", [], [["("]]),
        ("present", "", [["x"]], [[]]),
        ("absent", "", [[]], [["x"]]),
    ],
)
def test_a_condition_holds_or_not(
    operator: Operator, operand: str, true_of: list[list[str]], false_of: list[list[str]]
) -> None:
    condition = Condition(what=X, operator=operator, operand=operand)
    assert [values for values in true_of if not holds(condition, values)] == []
    assert [values for values in false_of if holds(condition, values)] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5.0), ("-1.5", -1.5), ("", None), ("1.2.3", None), ("٣", None), ("9" * 20, None)],
)
def test_a_number_is_plain_digits(text: str, number: float | None) -> None:
    assert as_number(text) == number
