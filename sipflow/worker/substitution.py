"""What a node's texts become once its variables are known: an action, or why it is none. Pure.

The value of a variable can come from a message of somebody else: one with control characters is
refused, so that no text of a scenario gets a second line from it; what it makes of the property is
checked as a file's text would be.
"""

import re
from collections.abc import Mapping

import msgspec

from sipflow.protocol import duration
from sipflow.protocol.plain_scalar import resolve
from sipflow.protocol.scenario import Late, Node, NodeAction, Response, Variable
from sipflow.worker.actions import Failed

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SUCCESSES = range(200, 300)


def filled(node: Node, variables: Mapping[str, str]) -> NodeAction | Failed:
    """Return the node's action with what its variables stand for now."""
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


def _text(late: Late, variables: Mapping[str, str]) -> str | Failed:
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


def _value(late: Late, text: str) -> object:
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
    except msgspec.ValidationError as error:
        return Failed("begin", f"what a variable stands for does not fit: {error}")
    if isinstance(changed, Response) and changed.code in _SUCCESSES:
        return Failed("begin", f"a variable makes the code {changed.code}, which Answer is for")
    return changed
