"""Deferred values: property texts whose variables are resolved when the node begins. Types only."""

from typing import Literal

from msgspec import Struct


class Variable(Struct, frozen=True):
    """A variable in a text, whose value is known only when the node begins."""

    name: str


class Deferred(Struct, frozen=True, kw_only=True):
    """A property whose value is known only when its node begins: its text, in pieces.

    kind: whether the text is the value itself, a duration, or a plain scalar
    entry: the number of the condition whose operand the text is, or of the header whose value it is
    """

    property: str
    entry: int | None = None
    kind: Literal["text", "duration", "plain"]
    parts: tuple[str | Variable, ...]
