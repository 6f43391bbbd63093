"""Checks one property's value against its type."""

import msgspec
from msgspec import Struct
from msgspec.inspect import BoolType, FloatType, IntType, LiteralType, StrType, Type

from sipflow.scenario.codes import Code
from sipflow.scenario.model import duration
from sipflow.scenario.model.pattern import Pattern, PatternError
from sipflow.scenario.model.scalar import resolve
from sipflow.scenario.values import RawValue, described
from sipflow.scenario.vocabulary import Property
from sipflow.text import has_control_characters, has_surrogates, listed, shown


class Accepted(Struct, frozen=True):
    """A valid value: durations in seconds, others as written.

    A ``secret`` value is never shown.
    """

    value: object
    secret: bool = False


class Rejected(Struct, frozen=True):
    """An invalid value: a message that follows the property's name, and what would be right."""

    message: str
    right: str
    code: Code = "bad-value"


def check(property: Property, value: RawValue) -> Accepted | Rejected:
    """Return the value for a property, or why it is invalid.

    A number in quotes is accepted where a number is expected.
    """
    value = unquoted(property, value)
    if property.is_duration:
        return _check_duration(property, value)
    trouble = _trouble(property, value)
    if trouble is not None:
        return Rejected(trouble, right(property, value))
    return Accepted(value)


def _check_duration(property: Property, value: RawValue) -> Accepted | Rejected:
    taken = duration.seconds(value)
    if isinstance(taken, float):
        try:
            return Accepted(msgspec.convert(taken, property.kind))
        except msgspec.ValidationError:
            return Rejected(f"is {described(value)}, {_out_of_range(value)}", right(property))
    what = described(value)
    return Rejected(f"is {what}, which {taken}", duration.RIGHT)


def unquoted(property: Property, value: RawValue) -> RawValue:
    """Return the number in a text if the property is a number, else the value itself."""
    is_number = property.is_duration or isinstance(property.shape, IntType | FloatType)
    if not is_number or not isinstance(value, str):
        return value
    meant = resolve(value)
    return meant if isinstance(meant, int | float) and not isinstance(meant, bool) else value


def _out_of_range(value: RawValue) -> str:
    if isinstance(value, str):
        return "which is out of range"
    return "which is a number of milliseconds and out of range"


def _trouble(property: Property, value: RawValue) -> str | None:
    try:
        msgspec.convert(value, property.kind, strict=True)
    except msgspec.ValidationError:
        return _mismatch(property, value)
    if isinstance(value, str):
        return _text_trouble(property, value)
    if isinstance(value, int) and value in property.excluded:
        return f"is {described(value)}, which is a 2xx"
    return None


def _mismatch(property: Property, value: RawValue) -> str:
    shape = property.shape
    if isinstance(shape, StrType) and isinstance(value, str):
        if not value:
            return f"is {described(value)}"
        if shape.max_length is not None and len(value) > shape.max_length:
            return f"has {len(value)} characters, more than {shape.max_length}"
        return f"is {described(value)}, which holds characters that are not allowed"
    number = isinstance(value, int) or (isinstance(shape, FloatType) and isinstance(value, float))
    if isinstance(shape, IntType | FloatType) and number and not isinstance(value, bool):
        return f"is {described(value)}, which is out of range"
    return f"is {described(value)}, not {_kind(property)}"


def _text_trouble(property: Property, text: str) -> str | None:
    # A type with a pattern of its own defines by it which control characters are allowed.
    own_pattern = isinstance(property.shape, StrType) and property.shape.pattern is not None
    if has_surrogates(text) or (has_control_characters(text) and not own_pattern):
        return f"is {described(text)}, which holds control characters"
    return _pattern_trouble(text) if property.is_pattern else None


def _pattern_trouble(text: str) -> str | None:
    try:
        Pattern(text)
    except PatternError as error:
        return f"is {described(text)}, which {error}"
    return None


def _kind(property: Property) -> str:
    match property.shape:
        case StrType():
            return "a text"
        case IntType():
            return "a whole number"
        case FloatType():
            return "a number"
        case BoolType() | LiteralType() as shape:
            return _choices(shape)
        case _:
            return "a valid value"


def _choices(shape: BoolType | LiteralType) -> str:
    values = shape.values if isinstance(shape, LiteralType) else ("true", "false")
    return listed([str(value) for value in values])


def right(property: Property, value: RawValue = None) -> str:
    """Return what would be right for a property, depending on the value written where needed."""
    if property.is_duration:
        return f"{duration.RIGHT}{_limits_in_seconds(property.shape)}"
    if property.excluded and isinstance(value, int) and value in property.excluded:
        return "use Answer to accept a call"
    shape = property.shape
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(shape, StrType) and number:
        return f"put it in quotes: {shown(str(value))}"
    if isinstance(shape, BoolType | LiteralType):
        return f"write {_choices(shape)}"
    return f"give {property.description or _kind(property)}{_limits(shape)}{_examples(property)}"


def _limits(shape: Type) -> str:
    if isinstance(shape, IntType) and shape.ge is not None and shape.le is not None:
        return f", from {shape.ge} to {shape.le}"
    if isinstance(shape, FloatType) and shape.ge is not None and shape.le is not None:
        return f", from {shape.ge:g} to {shape.le:g}"
    return ""


def _limits_in_seconds(shape: Type) -> str:
    if isinstance(shape, FloatType) and shape.ge is not None:
        bounded = shape.le is not None and shape.le < duration.LONGEST
        longest = f" to {shape.le:g} s" if bounded else ""
        return f", from {shape.ge:g} s{longest}" if shape.ge or longest else ""
    return ""


def _examples(property: Property) -> str:
    quoted = isinstance(property.shape, StrType)
    examples = [shown(str(one)) if quoted else str(one) for one in property.examples]
    return f", for example {listed(examples)}" if examples else ""
