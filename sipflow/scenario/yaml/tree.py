"""The tree of a YAML document: values with their places.

Keys are always texts. It knows neither the file format nor the vocabulary.
"""

from msgspec import Struct

from sipflow.scenario.model.actions import Place
from sipflow.scenario.values import RawValue, Shape


class Key(Struct, frozen=True):
    """The key of a pair, as written."""

    text: str
    place: Place


class Scalar(Struct, frozen=True):
    """A text, number, true, false or nothing."""

    value: str | int | float | bool | None
    place: Place


class Sequence(Struct, frozen=True):
    """A list of values."""

    items: "tuple[Value, ...]"
    place: Place


class Mapping(Struct, frozen=True):
    """Pairs in the order of the file, without duplicate keys."""

    pairs: "tuple[tuple[Key, Value], ...]"
    place: Place

    def get(self, key: str) -> "Value | None":
        """Return the value of a key, or None."""
        return next((value for name, value in self.pairs if name.text == key), None)


Value = Scalar | Sequence | Mapping


def raw(value: Value) -> RawValue:
    """Return a scalar's value, or the shape of a list or mapping."""
    match value:
        case Scalar():
            return value.value
        case Sequence():
            return Shape.LIST
        case Mapping():
            return Shape.MAPPING
