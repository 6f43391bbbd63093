"""Conditions on a received message, and captures of variables from it. Pure.

They are a small language of their own, parsed into these types; nothing of a file is evaluated.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sipflow.scenario.model.pattern import Pattern, PatternError
from sipflow.sip.message import SipMessage, address, parameters

Operator = Literal[
    "==", "!=", "<", "<=", ">", ">=", "contains", "starts", "ends", "matches", "in", "present",
    "absent",
]  # fmt: skip
ADDRESS_FIELDS = ("user", "host", "port", "uri", "name")


class Selector(Struct, frozen=True):
    """A part of a message: for a header or SDP line also its name, and perhaps a field of it.

    text: the selector as written
    """

    text: str
    part: Literal["code", "reason", "method", "uri", "body", "header", "sdp"]
    name: str = ""
    field: str = ""


class Condition(Struct, frozen=True, kw_only=True):
    """A condition on the selected values of a message; a ``secret`` operand is never shown."""

    what: Selector
    operator: Operator
    operand: str = ""
    secret: bool = False


class Capture(Struct, frozen=True):
    """A variable, and the part of the message whose value it takes."""

    variable: str
    what: Selector


Conditions = Annotated[
    tuple[Condition, ...],
    Meta(
        description="conditions that the received message must meet",
        examples=[{"header.From.user": "== 100", "sdp.a": "contains sendonly"}],
    ),
]
Captures = Annotated[
    tuple[Capture, ...],
    Meta(
        description="variables that take a value from the message that was received",
        examples=[{"caller": "header.From.user"}],
    ),
]


def selected(message: SipMessage, what: Selector) -> list[str]:
    """Return the values that a selector finds in a message."""
    match what.part:
        case "code":
            return [] if message.code is None else [str(message.code)]
        case "header":
            values = message.values(what.name)
            return [one for value in values for one in _field(value, what.field)]
        case "sdp":
            return message.sdp(what.name)
        case _:
            value = str(getattr(message, what.part))
            return [value] if value else []


def holds(condition: Condition, values: list[str]) -> bool:
    """Return whether a condition is true of one of the values, or with ``!=`` of all."""
    match condition.operator:
        case "present":
            return bool(values)
        case "absent":
            return not values
        case "!=":
            return all(value != condition.operand for value in values)
        case _:
            return any(_is_true(condition, value) for value in values)


def _field(value: str, field: str) -> list[str]:
    if not field:
        return [value]
    if field in ADDRESS_FIELDS:
        found = str(getattr(address(value), field))
        return [found] if found else []
    known = address(value).parameters if "<" in value else parameters(value)
    return [known[field]] if field in known else []


def _is_true(condition: Condition, value: str) -> bool:
    operand = condition.operand
    match condition.operator:
        case "==":
            return value == operand
        case "contains":
            return operand in value
        case "starts":
            return value.startswith(operand)
        case "ends":
            return value.endswith(operand)
        case "in":
            return value in operand.split()
        case "matches":
            return _matches(operand, value)
        case _:
            return _compares(condition.operator, value, operand)


def _matches(operand: str, value: str) -> bool:
    try:
        return Pattern(operand).found_in(value)
    except PatternError:  # its text came from a variable during the run
        return False


def _compares(operator: str, value: str, operand: str) -> bool:
    left, right = as_number(value), as_number(operand)
    if left is None or right is None:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        operator
    ]


def as_number(text: str) -> float | None:
    """Return a text as a number, or None."""
    digits = text.strip().removeprefix("-").replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() and len(text) < 20 else None
