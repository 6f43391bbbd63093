"""The words of scenario files and their properties, derived from the types of actions.

A new type in ``COMMANDS`` or ``EVENTS`` is a new word here, without further changes.
"""

import inspect
from functools import cache
from typing import Annotated, Literal, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    DictType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    Type,
    UnionType,
)

from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import COMMANDS, EVENTS, Action, BlindTransfer, Response, word
from sipflow.scenario.model.conditions import Captures, Conditions
from sipflow.scenario.model.properties import Leg, Pattern, Target
from sipflow.scenario.model.signalling import Signalling

# Other names of properties, mostly the desktop application's, by the name of the field.
APPLICATION_NAMES = {
    "body": "text",
    "content_type": "contentType",
    "sender": "from",
    "to": "targetUri",
    "leg": "callId",
    "code": "statusCode",
    "file": "filePath",
    "digit": "expectedDigit",
    "interval": "intervalMs",
    "user": "targetUser",
    "host": "targetHost",
    "primary": "primaryCallId",
    "consult": "consultCallId",
    "min_packets": "minPackets",
    "max_loss": "maxLoss",
    "max_jitter": "maxJitter",
    "min_mos": "minMos",
}

# The fields of an instance's account, by their other names.
APPLICATION_ACCOUNT_NAMES = {"registerTimeout": "register_timeout"}

# Properties whose values must be known before the run: the checks of the scenario, the names of
# files, and the detection of tones depend on them.
_KNOWN_BEFORE = ("file", "pattern", "inband", "sound", "tone")

# Numbers that a field's type allows but its word does not: Answer is the word for a 2xx.
EXCLUDED: dict[tuple[type[Struct], str], range] = {(Response, "code"): range(200, 300)}

# Properties of which a word takes exactly one, its main one first.
ALTERNATIVES: dict[type[Action], tuple[str, ...]] = {BlindTransfer: ("to", "user")}
# Properties that have no effect without another one.
DEPENDENT: dict[tuple[type[Action], str], str] = {(BlindTransfer, "host"): "user"}

Holds = Literal["value", "conditions", "captures", "headers"]


class Property(Struct, frozen=True, kw_only=True):
    """A property of a word: a field of its type, and the values that a file may give it.

    kind: the field's type for ``msgspec.convert``
    shape: the same type for inspection
    may_be_late: whether its value may be unknown until its node begins
    holds: whether it is a single value, or a mapping with a reader of its own
    choices: the values of a literal, in the order of the type
    default: its value if a file does not give one, None if it is then absent
    """

    name: str
    kind: object
    shape: Type
    required: bool
    default: object
    choices: tuple[str, ...]
    is_duration: bool
    is_target: bool
    is_pattern: bool
    may_be_late: bool
    holds: Holds
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
    """Return the description of a word, one or two sentences on one line."""
    return _readable(inspect.cleandoc(kind.__doc__ or ""))


def other_name_of(kind: type[Action]) -> type[Action] | None:
    """Return the type of the word that this one is another name of, or None."""
    if vars(kind).get("__annotations__"):
        return None
    return next((one for one in kind.__bases__ if one in COMMANDS + EVENTS), None)


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
    """Return the property that may be written as the word's value.

    That is its only required one, or the first of those of which it takes one.
    """
    required = [property for property in properties(kind) if property.required]
    required += alternatives(kind)[:1]
    return required[0] if len(required) == 1 else None


@cache
def alternatives(kind: type[Action]) -> tuple[Property, ...]:
    """Return the properties of which a word takes exactly one, the main one first."""
    return tuple(by_name(kind)[name] for name in ALTERNATIVES.get(kind, ()))


@cache
def dependent(kind: type[Action]) -> tuple[tuple[Property, Property], ...]:
    """Return each property that has no effect without another, with the other one."""
    known = by_name(kind)
    return tuple(
        (known[name], known[needed]) for (owner, name), needed in DEPENDENT.items() if owner is kind
    )


@cache
def signalling_properties() -> dict[str, Property]:
    """Return the properties of an instance that configure SIP."""
    return {
        field.name: _property(Signalling, field) for field in msgspec.structs.fields(Signalling)
    }


@cache
def account_properties() -> dict[str, Property]:
    """Return the properties of an instance for its registrar and credentials."""
    return {
        field.name: msgspec.structs.replace(_property(Account, field), may_be_late=False)
        for field in msgspec.structs.fields(Account)
        if field.name != "register"
    }


@cache
def all_names() -> frozenset[str]:
    """Return every name of every property of every word."""
    return frozenset(name for kind in action_types().values() for name in by_name(kind))


def _property(kind: type[Struct], field: msgspec.structs.FieldInfo) -> Property:
    shape, extra = _inner(msgspec.inspect.type_info(field.type))
    description = str(extra.get("description", ""))
    examples = extra.get("examples")
    return Property(
        name=field.name,
        kind=field.type,
        shape=shape,
        required=field.required,
        default=_default(field),
        choices=_choices(field.type),
        is_duration=description.startswith("duration"),
        is_target=_is_a(field.type, Target),
        is_pattern=_is_a(field.type, Pattern),
        may_be_late=isinstance(shape, StrType | IntType | FloatType | BoolType | LiteralType)
        and not _is_a(field.type, Leg)
        and field.name not in _KNOWN_BEFORE,
        holds=_holds(field.type, shape),
        description=_readable(description.removeprefix("duration:")),
        examples=tuple(examples) if isinstance(examples, list) else (),
        excluded=EXCLUDED.get((kind, field.name), range(0)),
    )


def _readable(text: str) -> str:
    """Return a docstring's text as one line of Markdown."""
    return " ".join(text.split()).replace("``", "`")


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return None if field.default is msgspec.NODEFAULT else field.default


def _choices(kind: object) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(one) for one in get_args(kind))
    return next((found for one in get_args(kind) if (found := _choices(one))), ())


def _is_a(kind: object, wanted: object) -> bool:
    """Return whether a type, or one of its alternatives, is or derives from an annotated one."""
    kinds = (kind,) if get_origin(kind) is Annotated else get_args(kind)
    (meaning,) = get_args(wanted)[1:]
    return any(meaning in get_args(one)[1:] for one in kinds)


def _holds(kind: object, shape: Type) -> Holds:
    if kind == Conditions:
        return "conditions"
    if kind == Captures:
        return "captures"
    return "headers" if isinstance(shape, DictType) else "value"


def _inner(shape: Type) -> tuple[Type, dict[str, object]]:
    """Return the type inside annotations and ``| None``, and the annotations' limits."""
    if isinstance(shape, Metadata):
        return shape.type, dict(shape.extra_json_schema or {})
    if isinstance(shape, UnionType):
        return _inner(next(one for one in shape.types if not isinstance(one, NoneType)))
    return shape, {}
