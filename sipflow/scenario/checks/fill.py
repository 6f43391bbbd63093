"""Fills properties with variables, or defers them until their node begins."""

from typing import Literal

import msgspec
from msgspec.inspect import BoolType, FloatType, IntType, LiteralType, StrType

from sipflow.scenario.checks.property import Accepted, Rejected, check, right
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.scalar import resolve
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawProperty
from sipflow.scenario.variables.scope import Filled, Resolver
from sipflow.scenario.variables.template import Trouble
from sipflow.scenario.vocabulary import Property
from sipflow.text import shown


def check_filled(
    written: RawProperty, property: Property, resolver: Resolver, report: Report
) -> Accepted | Rejected | Deferred | None:
    """Return the value of a text with variables, its deferred form, or why it is invalid.

    None: the text is invalid, and its problem is already reported.
    """
    text = str(written.value)
    found = resolver.scope.fill(text, report, resolver.late)
    if isinstance(found, Trouble):
        return None if found.reported else Rejected(found.message, found.right, found.code)
    if found.text is None:
        return _late(property, found)
    result = check(property, found.text if _is_text(property) else resolve(found.text))
    if isinstance(result, Accepted):
        return Accepted(result.value, found.secret)
    if found.secret:
        return Rejected(f"is {shown(text)}, whose value is not valid here", right(property))
    return Rejected(f"{result.message} (it is written {shown(text)})", result.right)


def stand_in(property: Property, late: Deferred) -> object:
    """Return a placeholder for a required property until its node begins."""
    match property.shape:
        case FloatType(ge=lowest):
            return float(lowest or 0)
        case IntType(ge=lowest):
            return lowest or 0
        case LiteralType(values=values):
            return values[0]
        case BoolType():
            return False
        case _:
            pieces = (part if isinstance(part, str) else part.name for part in late.parts)
            return _fitting(property, "".join(pieces))


def _fitting(property: Property, text: str) -> object:
    """Return a text that is valid for the property: this one, or one of its examples.

    A worker refuses a plan with a value that is not of its type.
    """
    return next(one for one in (text, *property.examples) if _fits(one, property.kind))


def _fits(value: object, kind: object) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _late(property: Property, found: Filled) -> Rejected | Deferred:
    if not property.may_be_late:
        return Rejected(
            "has a variable that is known only during the run",
            f"give {property.description or 'it'} before the start",
            "late-variable",
        )
    kind: Literal["text", "duration", "plain"] = "text" if _is_text(property) else "plain"
    if property.is_duration:
        kind = "duration"
    return Deferred(property=property.name, kind=kind, parts=found.parts)


def _is_text(property: Property) -> bool:
    return isinstance(property.shape, StrType)
