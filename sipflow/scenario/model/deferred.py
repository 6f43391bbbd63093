"""What a text still lacks as a run begins: variables, known only as it goes on. Types only."""

from typing import Literal

from msgspec import Struct


class Variable(Struct, frozen=True):
    """Stands in a text for a value that is known only when the node begins."""

    name: str


class Deferred(Struct, frozen=True, kw_only=True):
    """A property whose value is known only when its node begins: its text, in pieces.

    ``kind`` says what is made of the text: it is the value itself, a duration, or a plain scalar.
    Of conditions it is the operand of the one that has the number ``entry``, of headers the value.
    """

    property: str
    entry: int | None = None
    kind: Literal["text", "duration", "plain"]
    parts: tuple[str | Variable, ...]
