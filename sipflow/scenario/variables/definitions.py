"""Makes definitions of the variables in a file, from names and values as written.

The value of a variable is a text: whole numbers, true and false are converted without loss. A
number with a fraction is not (``1.50``): it must be written as a text.
"""

from collections.abc import Iterable

from msgspec import Struct

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.values import RawValue, Shape, described
from sipflow.scenario.variables.scope import Definition, Scope
from sipflow.scenario.variables.template import name_trouble
from sipflow.text import shown

GIVEN_WITH_SET = "give it one with --set {name}=VALUE"


class Entry(Struct, frozen=True):
    """A name and its value, and their places."""

    name: str
    value: RawValue
    name_place: Place
    place: Place


def definitions(
    entries: Iterable[Entry], report: Report, how: str, within: Scope | None = None
) -> dict[str, Definition]:
    """Return the definitions; ``how``: how to give a value to one without, for messages."""
    found: dict[str, Definition] = {}
    for entry in entries:
        trouble = name_trouble(entry.name)
        if trouble is not None:
            report.error(entry.name_place, trouble.code, trouble.message, trouble.right)
            continue
        text = as_text(entry.value)
        if text is None and entry.value is not None:
            _not_text(entry, report)
            text = ""  # reported: its uses are no problems of their own
        found[entry.name] = Definition(text, entry.place, how.format(name=entry.name), within)
    return found


def as_text(value: RawValue) -> str | None:
    """Return a value as a text, or None if it cannot be converted without loss."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return value
        case _:
            return None


def _not_text(entry: Entry, report: Report) -> None:
    is_number = isinstance(entry.value, float)
    wanted = "a text" if isinstance(entry.value, Shape) else "a text or a whole number"
    report.error(
        entry.place,
        "wrong-type",
        f"the variable {shown(entry.name)} is {described(entry.value)}, not {wanted}",
        f"put it in quotes: {shown(str(entry.value))}" if is_number else "give a text",
    )
