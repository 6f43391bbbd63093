"""What a scenario asks of a received message: what to look at, and what has to be true of it. Pure.

A small language of its own, read into these types; nothing of a file is ever evaluated.
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
    """What to look at: a part of the message, of a header or SDP line its name, and a field of it.

    ``text`` is how it is written.
    """

    text: str
    part: Literal["code", "reason", "method", "uri", "body", "header", "sdp"]
    name: str = ""
    field: str = ""


class Condition(Struct, frozen=True, kw_only=True):
    """What has to be true of the values that are there; a ``secret`` operand is not shown."""

    what: Selector
    operator: Operator
    operand: str = ""
    secret: bool = False


class Capture(Struct, frozen=True):
    """A variable, and what it is to stand for."""

    variable: str
    what: Selector


Conditions = Annotated[
    tuple[Condition, ...],
    Meta(
        description="what has to be true of the message that was received",
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
    """Return the values that are there."""
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
    """Tell whether a condition is true of values: of one of them, or with ``!=`` of all."""
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
    except PatternError:  # made of a variable as the run goes on
        return False


def _compares(operator: str, value: str, operand: str) -> bool:
    left, right = as_number(value), as_number(operand)
    if left is None or right is None:
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        operator
    ]


def as_number(text: str) -> float | None:
    """Return a text as a number, None if it is none."""
    digits = text.strip().removeprefix("-").replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() and len(text) < 20 else None
