"""``on_failure`` of a step as written: one list of steps, or a list for each cause."""

from collections.abc import Sequence as Items

from sipflow.scenario.model.causes import ELSE, TIMEOUT, is_cause
from sipflow.scenario.problems import Report
from sipflow.scenario.values import described
from sipflow.scenario.yaml.tree import Key, Mapping, Sequence, Value, raw
from sipflow.text import shown

CAUSES = "causes are status codes (486), classes of them (4xx), timeout and else"
_EXAMPLE = "give at least one step, for example - TIMEOUT: 0ms to go on to nothing"

# Causes, each with its steps.
Branches = list[tuple[str, Items[Value]]]


def branches_of(value: Value, report: Report) -> Branches:
    """Return the branches of an ``on_failure``; its problems are reported.

    A branch with an unknown cause is returned all the same, so that its steps are checked.
    """
    if not isinstance(value, Mapping):
        steps = _steps(value, '"on_failure"', report)
        return [] if steps is None else [(ELSE, steps)]
    if not value.pairs:
        report.error(value.place, "missing-steps", '"on_failure" is empty', _EXAMPLE)
    found: Branches = []
    for key, content in value.pairs:
        cause = _cause(key, report)
        what = f"{shown(key.text)} of on_failure"
        steps = _steps(content, what, report)
        if steps is not None:
            found.append((cause, steps))
    return found


def _cause(key: Key, report: Report) -> str:
    """Return the cause that a key names; an unknown one is reported."""
    if is_cause(key.text):
        return key.text
    folded = key.text.casefold()
    near = folded if is_cause(folded) else report.near(key.text, (TIMEOUT, ELSE))
    report.error(
        key.place,
        "unknown-cause",
        f"{shown(key.text)} is no cause of a failure",
        f"did you mean {near}? {CAUSES}" if near else CAUSES,
    )
    return near or key.text


def _steps(value: Value, what: str, report: Report) -> Items[Value] | None:
    if isinstance(value, Sequence) and value.items:
        return value.items
    written = "empty" if isinstance(value, Sequence) else described(raw(value))
    report.error(value.place, "wrong-type", f"{what} is {written}, not a list of steps", _EXAMPLE)
    return None
