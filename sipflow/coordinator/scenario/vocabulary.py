"""The words of scenario files and their properties, read off the types of the protocol.

A new type in ``COMMANDS`` or ``EVENTS`` is a new word here: nothing else has to know of it.
"""

from functools import cache
from typing import Literal, get_args

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    Type,
    UnionType,
)

from sipflow.protocol.conditions import Captures, Conditions
from sipflow.protocol.scenario import COMMANDS, EVENTS, Action, Leg, Response, Target, word

# What the desktop application calls a property, by the name of the field.
APPLICATION_NAMES = {
    "to": "targetUri",
    "leg": "callId",
    "code": "statusCode",
    "file": "filePath",
}

# What a scenario is checked by, and what leads to a file: no value of a run may become it.
_KNOWN_BEFORE = ("file",)

# Numbers that a field's type lets through and its word doesn't: Answer is the word for a 2xx.
EXCLUDED: dict[tuple[type[Action], str], range] = {(Response, "code"): range(200, 300)}


class Property(Struct, frozen=True, kw_only=True):
    """A property of a word: a field of its type, and what a file may write there.

    ``kind`` is the field's type for ``msgspec.convert``, ``shape`` the same to be looked into.
    ``may_be_late``: its value need not be known before its node begins. ``holds``: whether it is
    a single value, or a mapping that is read in a way of its own.
    """

    name: str
    kind: object
    shape: Type
    required: bool
    is_duration: bool
    is_target: bool
    may_be_late: bool
    holds: Literal["value", "conditions", "captures"]
    description: str
    examples: tuple[object, ...]
    excluded: range

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the property goes by, the one of YAML first."""
        alias = APPLICATION_NAMES.get(self.name)
        return (self.name,) if alias is None else (self.name, alias)


@cache
def action_types() -> dict[str, type[Action]]:
    """Return the type of each word."""
    return {word(kind): kind for kind in COMMANDS + EVENTS}


def words_of(kind: str) -> tuple[str, ...]:
    """Return the words of commands, or those of events."""
    return tuple(word(action) for action in (COMMANDS if kind == "command" else EVENTS))


def summary(kind: type[Action]) -> str:
    """Return what a word does, in one sentence."""
    return (kind.__doc__ or "").strip()


@cache
def properties(kind: type[Action]) -> tuple[Property, ...]:
    """Return the properties of a word: required ones first, those of its own before the rest."""
    found = [_property(kind, field) for field in msgspec.structs.fields(kind)]
    found.reverse()
    found.sort(key=lambda property: not property.required)
    return tuple(found)


@cache
def by_name(kind: type[Action]) -> dict[str, Property]:
    """Return the properties of a word by every name that they go by."""
    return {name: property for property in properties(kind) for name in property.names}


def main_property(kind: type[Action]) -> Property | None:
    """Return the property that may be written as the word's value: its only required one."""
    required = [property for property in properties(kind) if property.required]
    return required[0] if len(required) == 1 else None


@cache
def all_names() -> frozenset[str]:
    """Return every name of every property of every word."""
    return frozenset(name for kind in action_types().values() for name in by_name(kind))


def _property(kind: type[Action], field: msgspec.structs.FieldInfo) -> Property:
    shape, extra = _inner(msgspec.inspect.type_info(field.type))
    description = str(extra.get("description", ""))
    examples = extra.get("examples")
    return Property(
        name=field.name,
        kind=field.type,
        shape=shape,
        required=field.required,
        is_duration=description.startswith("duration"),
        is_target=Target in (field.type, *get_args(field.type)),
        may_be_late=isinstance(shape, StrType | IntType | FloatType | BoolType | LiteralType)
        and Leg not in (field.type, *get_args(field.type))
        and field.name not in _KNOWN_BEFORE,
        holds=_holds(field.type),
        description=description.removeprefix("duration:").strip(),
        examples=tuple(examples) if isinstance(examples, list) else (),
        excluded=EXCLUDED.get((kind, field.name), range(0)),
    )


def _holds(kind: object) -> Literal["value", "conditions", "captures"]:
    if kind == Conditions:
        return "conditions"
    return "captures" if kind == Captures else "value"


def _inner(shape: Type) -> tuple[Type, dict[str, object]]:
    """Return the type inside annotations and ``| None``, and what the annotations say."""
    if isinstance(shape, Metadata):
        return shape.type, dict(shape.extra_json_schema or {})
    if isinstance(shape, UnionType):
        return _inner(next(one for one in shape.types if not isinstance(one, NoneType)))
    return shape, {}
