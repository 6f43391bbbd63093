"""How texts and values of a file are shown in a message: short, on one line, nothing dangerous.

A file is somebody else's text: what is shown of it must not break a line or steer a terminal.
"""

import enum
import re
from collections.abc import Sequence

_LONGEST = 60
_MOST_LISTED = 12
LONGEST_NAME = 128

# Control characters, line separators, and halves of surrogate pairs, which no encoding can write.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Shape(enum.Enum):
    """A value that is no scalar: its contents don't matter where a scalar is wanted."""

    LIST = "a list"
    MAPPING = "a mapping"


RawValue = str | int | float | bool | None | Shape


def shown(text: str) -> str:
    """Return a text in double quotes, shortened, whatever is not printable escaped."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return '"' + "".join(_escaped(character) for character in short) + '"'


def shown_or_not(text: str, secret: bool) -> str:
    """Return a text as ``shown`` does, or what it is instead of it."""
    return "a value of the environment" if secret else shown(text)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def described(value: RawValue) -> str:
    """Return what a value is, in words: ``the number 200``, ``the text "abc"``, ``a list``."""
    match value:
        case Shape():
            return value.value
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {shown(value)}" if value else "an empty text"
        case int() | float():
            return f"the number {value}" if abs(value) < 10**18 else "a huge number"


def listed(names: Sequence[str], last: str = "or") -> str:
    """Return names as a person would list them: ``a, b or c``; a long list is cut."""
    if len(names) > _MOST_LISTED:
        return f"{', '.join(names[:_MOST_LISTED])} and {len(names) - _MOST_LISTED} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def has_control_characters(text: str) -> bool:
    """Tell whether a text holds what no name may hold: control characters and the like."""
    return _UNSAFE.search(text) is not None


def has_surrogates(text: str) -> bool:
    """Tell whether a text holds half a surrogate pair, which cannot be sent or printed."""
    return _SURROGATE.search(text) is not None


def name_trouble(text: str) -> str | None:
    """Return what keeps a text from being a name or an id, or None if it is fine."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    return "holds control characters" if has_control_characters(text) else None
