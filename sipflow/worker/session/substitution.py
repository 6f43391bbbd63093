"""Substitution of variables in a node's properties: the resulting action, or why it fails. Pure.

The value of a variable can come from a peer's message: one with control characters is refused, so
that no text of a scenario gets a second line from it; the resulting property is checked like one
from a scenario file.
"""

import re
from collections.abc import Mapping
from typing import get_args

import msgspec

from sipflow.scenario.model import duration
from sipflow.scenario.model.actions import DTMFReceived, NodeAction, Response, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.digit_pattern import read_pattern
from sipflow.scenario.model.graph import Node
from sipflow.scenario.model.scalar import resolve
from sipflow.worker.actions import Failed

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SUCCESSES = range(200, 300)
_LONGEST = 60


def filled(node: Node, variables: Mapping[str, str]) -> NodeAction | Failed:
    """Return the node's action with the current values of its variables."""
    found: dict[str, object] = {}
    conditions = list(getattr(node.action, "check", ()))
    headers = dict(getattr(node.action, "headers", {}))
    for late in node.late:
        text = _text(late, variables)
        if isinstance(text, Failed):
            return text
        value = _value(late, text)
        if isinstance(value, Failed):
            return value
        if late.entry is not None and late.property == "headers":
            headers[list(headers)[late.entry]] = text
            found["headers"] = headers
        elif late.entry is not None:
            conditions[late.entry] = msgspec.structs.replace(conditions[late.entry], operand=text)
            found["check"] = msgspec.to_builtins(conditions)
        else:
            found[late.property] = value
    return _action(node.action, found)


def _text(late: Deferred, variables: Mapping[str, str]) -> str | Failed:
    pieces = []
    for part in late.parts:
        if not isinstance(part, Variable):
            pieces.append(part)
            continue
        value = variables.get(part.name)
        if value is None:
            return Failed("begin", f"the variable {part.name} has no value yet")
        if _CONTROL.search(value):
            return Failed("begin", f"the variable {part.name} holds control characters")
        pieces.append(value)
    return "".join(pieces)


def _value(late: Deferred, text: str) -> object:
    if late.kind == "text":
        return text
    value = resolve(text)
    if late.kind == "plain":
        return value
    taken = duration.seconds(value)
    if isinstance(taken, str):
        return Failed("begin", f"what {late.property} becomes {taken}: it takes a duration")
    return taken


def _action(action: NodeAction, found: dict[str, object]) -> NodeAction | Failed:
    try:
        changed: NodeAction = msgspec.convert(msgspec.to_builtins(action) | found, NodeAction)
    except msgspec.ValidationError:
        return Failed("begin", _misfit(action, found))
    trouble = _trouble(changed)
    return changed if trouble is None else Failed("begin", trouble)


def _misfit(action: NodeAction, found: Mapping[str, object]) -> str:
    """Return which property cannot take the value of its variables, and what it takes."""
    fields = {field.name: field.type for field in msgspec.structs.fields(type(action))}
    name = next(name for name, value in found.items() if not _fits(value, fields[name]))
    taken = _taken(fields[name])
    return f"{name} becomes {_shown(found[name], taken)}, which does not fit; it takes {taken}"


def _fits(value: object, kind: object) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _shown(value: object, taken: str) -> str:
    if isinstance(value, float) and taken.startswith("duration"):
        return f"{value:g} s"
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _taken(kind: object) -> str:
    """Return the description of a property's type, as the reference has it."""
    for one in get_args(kind):
        description = one.description if isinstance(one, msgspec.Meta) else _taken(one)
        if description:
            return str(description)
    return ""


def _trouble(action: NodeAction) -> str | None:
    """Return what is wrong with an action whose properties all have valid types."""
    match action:
        case Response(code=code) if code in _SUCCESSES:
            return f"a variable makes the code {code}, which only Answer can send"
        case DTMFReceived(pattern=str(pattern)):
            wrong = read_pattern(pattern)
            return (
                f'the pattern becomes "{pattern}", which {wrong}'
                if isinstance(wrong, str)
                else None
            )
        case _:
            return None
