"""The variables that a file gives: names and values as written, to definitions.

A variable is a text, whatever it is to become: whole numbers, true and false lose nothing on the
way. A number with a fraction would (``1.50``): it has to be a text already.
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
    """A name and its value, and where they stand."""

    name: str
    value: RawValue
    name_place: Place
    place: Place


def definitions(
    entries: Iterable[Entry], report: Report, how: str, within: Scope | None = None
) -> dict[str, Definition]:
    """Return the definitions; ``how`` is how one without a value gets one."""
    found: dict[str, Definition] = {}
    for entry in entries:
        trouble = name_trouble(entry.name)
        if trouble is not None:
            report.error(entry.name_place, trouble.code, trouble.message, trouble.right)
            continue
        text = as_text(entry.value)
        if text is None and entry.value is not None:
            _not_text(entry, report)
            text = ""  # reported: who uses it has no problem of its own
        found[entry.name] = Definition(text, entry.place, how.format(name=entry.name), within)
    return found


def as_text(value: RawValue) -> str | None:
    """Return the text of a value, or None where it has none that loses nothing."""
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
