"""Checks waits for DTMF digits: that they have one criterion, and a valid pattern."""

from collections.abc import Mapping

from sipflow.scenario.checks.node import Checked
from sipflow.scenario.model.actions import DTMFReceived
from sipflow.scenario.model.digit_pattern import read_pattern
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawNode
from sipflow.text import shown_or_not

_WANTS = ("digit", "digits", "pattern")
_RIGHT = (
    r"write digits, ., \d, \* or [0-9*#], each with ?, +, * or {2,4} behind it if need be, "
    'and | between alternatives, for example "[0-9]{4}#"'
)


def check_digits(raw: RawGraph, actions: Mapping[str, Checked], report: Report) -> None:
    """Report waits for digits with two criteria at once, and invalid patterns."""
    for node in raw.nodes:
        checked = actions[node.id]
        if checked.kind is DTMFReceived:
            _check_node(node, checked, report)


def _check_node(node: RawNode, checked: Checked, report: Report) -> None:
    late = {one.property for one in checked.late}
    given = [name for name in _WANTS if name in checked.fields.keys() | checked.wrong | late]
    if len(given) > 1:
        report.error(
            node.place,
            "conflicting-properties",
            f"{' and '.join(given)} of DTMFReceived exclude each other",
            "keep one of them",
        )
    pattern = checked.fields.get("pattern")
    trouble = read_pattern(pattern) if isinstance(pattern, str) else None
    if isinstance(trouble, str):
        place = checked.places["pattern"]
        text = shown_or_not(str(pattern), "pattern" in checked.secret)
        report.error(place, "bad-value", f"pattern {text} {trouble}", _RIGHT)
