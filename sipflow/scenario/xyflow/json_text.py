"""A strict JSON parser: inputs whose meaning RFC 8259 leaves open are errors.

No depth over 64, no NaN or Infinity; an object keeps a list of its duplicate keys.
"""

import json
import re

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.values import RawValue, Shape
from sipflow.text import shown

DEEPEST = 64
_MOST_DIGITS = 18

# A string (also an unfinished one, which the parser reports), a bracket, or no JSON number.
# The possessive repeat keeps the time linear for a text of only quotes and backslashes.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]|-?(?:NaN|Infinity)', re.DOTALL)


class Object(dict[str, object]):
    """A JSON object; a duplicate key has its first value, and is listed in ``twice``."""

    twice: tuple[str, ...] = ()


def parse(text: str, file: str, report: Report) -> object:
    """Return the value of a text, or None if it is not valid JSON, which is reported."""
    trouble = _trouble(text)
    if trouble is not None:
        offset, message, right = trouble
        report.error(_place(text, file, offset), "bad-syntax", message, right)
        return None
    try:
        value: object = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        report.error(
            _place(text, file, error.pos),
            "bad-syntax",
            f"this is not JSON: {shown(error.msg)}",
            "correct the syntax here",
        )
        return None
    return value


def raw(value: object) -> RawValue:
    """Return a scalar's value, or the shape of a list or object."""
    if isinstance(value, list):
        return Shape.LIST
    return value if isinstance(value, str | int | float) or value is None else Shape.MAPPING


def twice_within(value: object) -> list[str]:
    """Return the duplicate keys of all objects within a value."""
    found: list[str] = []
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, Object):
            found += current.twice
            pending += reversed(current.values())
        elif isinstance(current, list):
            pending += reversed(current)
    return found


def _trouble(text: str) -> tuple[int, str, str] | None:
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in ("[", "{"):
            depth += 1
            if depth > DEEPEST:
                return match.start(), f"this is more than {DEEPEST} levels deep", "nest it less"
        elif token in ("]", "}"):
            depth -= 1
        elif not token.startswith('"'):
            return match.start(), f"{token} is not JSON", "give a number"
    return None


def _place(text: str, file: str, offset: int) -> Place:
    line = text.count("\n", 0, offset) + 1
    return Place(file=file, line=line, column=offset - text.rfind("\n", 0, offset))


def _object(pairs: list[tuple[str, object]]) -> Object:
    result = Object()
    twice = []
    for key, value in pairs:
        if key in result:
            twice.append(key)
        else:
            result[key] = value
    if twice:
        result.twice = tuple(dict.fromkeys(twice))
    return result


def _integer(text: str) -> int | float:
    # int() refuses thousands of digits; no scenario needs more than these.
    return int(text) if len(text) <= _MOST_DIGITS else float(text)
