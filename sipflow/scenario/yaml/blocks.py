"""Parses the two kinds of steps that contain others: ``Repeat`` and ``use``.

Only parses them; ``flow`` makes the nodes.
"""

from msgspec import Struct

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.scalar import resolve
from sipflow.scenario.problems import Report
from sipflow.scenario.values import described
from sipflow.scenario.variables.definitions import as_text
from sipflow.scenario.variables.scope import Scope
from sipflow.scenario.variables.template import Trouble
from sipflow.scenario.yaml.keys import check_keys
from sipflow.scenario.yaml.tree import Mapping, Sequence, Value, raw
from sipflow.text import shown

REPEAT = "Repeat"
USE = "use"
REPEAT_KEYS = (REPEAT, "steps", "id", "on_failure")
USE_KEYS = (USE, "with", "id", "on_failure")
MOST_TIMES = 1000
_REPEAT_EXAMPLE = "write - Repeat: {times: 3}, and beside it steps with at least one step"
_USE_EXAMPLE = "give the name of a file with steps, for example use: login.yaml"


class Repeat(Struct, frozen=True):
    """A Repeat: its steps and the number of rounds."""

    times: int
    steps: Sequence


class Use(Struct, frozen=True):
    """The steps of another file, with values for its parameters."""

    file: str
    place: Place
    values: Mapping | None


def repeat_of(step: Mapping, scope: Scope, report: Report) -> Repeat | None:
    """Return a Repeat, or None if it is invalid, which is reported."""
    step = check_keys(step, REPEAT_KEYS, REPEAT, report)
    value = step.get(REPEAT)
    inside = value if isinstance(value, Mapping) else None
    if inside is not None:
        inside = check_keys(inside, ("times", "steps"), REPEAT, report)
    beside_steps = step.get("steps")
    inner_steps = inside.get("steps") if inside is not None else None
    if beside_steps is not None and inner_steps is not None:
        report.error(
            inner_steps.place,
            "conflicting-properties",
            "the Repeat has steps twice",
            "keep those beside it",
        )
    times = _times(inside.get("times") if inside is not None else value, step, scope, report)
    steps = beside_steps or inner_steps
    if not isinstance(steps, Sequence) or not steps.items:
        place = step.place if steps is None else steps.place
        report.error(
            place, "missing-steps", f"a Repeat has {_written(steps)} steps", _REPEAT_EXAMPLE
        )
        return None
    return Repeat(1 if times is None else times, steps)


def use_of(step: Mapping, report: Report) -> Use | None:
    """Return a use, or None if it is invalid, which is reported."""
    step = check_keys(step, USE_KEYS, USE, report)
    value = step.get(USE)
    assert value is not None
    file = raw(value)
    if not isinstance(file, str) or not file:
        report.error(
            value.place, "wrong-type", f'"use" is {described(file)}, not a file', _USE_EXAMPLE
        )
        return None
    given = step.get("with")
    if given is not None and raw(given) is not None and not isinstance(given, Mapping):
        report.error(
            given.place,
            "wrong-type",
            f'"with" is {described(raw(given))}, not a mapping',
            'give each parameter a value, for example with: {number: "200"}',
        )
    return Use(file, value.place, given if isinstance(given, Mapping) else None)


def _written(steps: Value | None) -> str:
    if steps is None:
        return "no"
    return "empty" if isinstance(steps, Sequence) else f"{described(raw(steps))} as its"


def _times(value: Value | None, step: Mapping, scope: Scope, report: Report) -> int | None:
    if value is None:
        report.error(step.place, "missing-property", 'a Repeat has no "times"', _REPEAT_EXAMPLE)
        return None
    times: object = raw(value)
    text = as_text(raw(value)) or ""
    if "${" in text:
        found = scope.fill(text, report)
        if isinstance(found, Trouble):
            report.error(value.place, found.code, f'"times" {found.message}', found.right)
            return None
        if found.text is None:
            report.error(
                value.place,
                "late-variable",
                '"times" has a variable that is known only during the run',
                "give the number of rounds before the start",
            )
            return None
        times = resolve(found.text)
        text = f" (it is written {shown(text)})"
    else:
        text = ""
    if isinstance(times, int) and not isinstance(times, bool) and 1 <= times <= MOST_TIMES:
        return times
    report.error(
        value.place,
        "bad-value",
        f'"times" is not a whole number from 1 to {MOST_TIMES}{text}',
        "give the number of rounds",
    )
    return None
