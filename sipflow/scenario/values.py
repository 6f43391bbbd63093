"""Formats texts and values of a file for messages: short, on one line, escaped.

A file is untrusted: text quoted from it must not break a line or control a terminal.
"""

import enum

from sipflow.text import has_control_characters, shown

LONGEST_NAME = 128


class Shape(enum.Enum):
    """A value that is not a scalar, without its contents."""

    LIST = "a list"
    MAPPING = "a mapping"


RawValue = str | int | float | bool | None | Shape


def described(value: RawValue) -> str:
    """Return a description of a value: ``the number 200``, ``the text "abc"``, ``a list``."""
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


def name_trouble(text: str) -> str | None:
    """Return why a text cannot be a name or an id, or None if it can."""
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    return "holds control characters" if has_control_characters(text) else None
