"""Conditions and captures of a node, applied to the message that fulfilled it. Pure.

The message is a peer's: its texts are shortened and put on one line before they are reported.
"""

from msgspec.structs import replace

from sipflow.scenario.model.actions import (
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    NodeAction,
    Ringing,
    looks_into_messages,
)
from sipflow.scenario.model.conditions import Capture, Condition, holds, selected
from sipflow.sip.message import SipMessage, parse
from sipflow.worker.actions.step import Failed, Step, Succeeded
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs

_LONGEST_SHOWN = 60
LONGEST_CAPTURED = 1024


def examined(action: NodeAction, legs: Legs, step: Step) -> Step:
    """Return a step, changed by the conditions on the message behind its success."""
    if not isinstance(step.outcome, Succeeded):
        return step
    if not isinstance(action, MakeCall | Incoming | Ringing | Connected | Disconnected):
        return step
    text = _message(action, legs[action.leg])
    if not looks_into_messages(action):
        return step
    message = parse(text)
    code = message.code
    differences = [
        _difference(condition, values)
        for condition in action.check
        if not holds(condition, values := selected(message, condition.what))
    ]
    if differences:
        return replace(step, outcome=Failed("check", "; ".join(differences), code))
    captured = []
    for capture in action.capture:
        value = _captured(capture, message)
        if isinstance(value, Failed):
            return replace(step, outcome=value)
        captured.append((capture.variable, value))
    return replace(step, captured=tuple(captured))


def _message(
    action: MakeCall | Incoming | Ringing | Connected | Disconnected, dialog: Dialog
) -> str:
    received = dialog.received
    match action:
        case MakeCall():
            return received.last
        case Incoming():
            return received.invite
        case Ringing():
            return received.ring
        case Connected():
            return received.confirmation
        case Disconnected():
            return received.end


def _difference(condition: Condition, values: list[str]) -> str:
    what, operator = condition.what.text, condition.operator
    found = shown(", ".join(values)) if values else "missing"
    if operator in ("present", "absent"):
        return f"{what} is {found}, and is to be {operator}"
    operand = "a value of the environment" if condition.secret else shown(condition.operand)
    return f"{what} is {found}, and is to be {operator} {operand}"


def _captured(capture: Capture, message: SipMessage) -> str | Failed:
    values = selected(message, capture.what)
    if not values:
        why = f"{capture.what.text} is missing, needed for the variable {capture.variable}"
        return Failed("capture", why, message.code)
    if len(values[0]) > LONGEST_CAPTURED:
        why = f"{capture.what.text} is longer than {LONGEST_CAPTURED} characters"
        return Failed("capture", why, message.code)
    return values[0]


def shown(text: str) -> str:
    """Return a peer's text for people: short, in quotes, on one line."""
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return '"' + "".join(one if one.isprintable() else "�" for one in short) + '"'
