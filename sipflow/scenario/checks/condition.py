"""Parses ``check`` and ``capture`` of a node: conditions on parts of a message, and variables.

The language is small: ``header.From.user: "== 100"``. All syntax errors are reported here, so that
the run has valid conditions only.
"""

import re

from msgspec import Struct

from sipflow.scenario.model.actions import Variable
from sipflow.scenario.model.conditions import Capture, Condition, Operator, Selector, as_number
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.pattern import Pattern, PatternError
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawProperty
from sipflow.scenario.values import Shape, described
from sipflow.scenario.variables.scope import Filled, Resolver
from sipflow.scenario.variables.template import Trouble, has_variables, name_trouble
from sipflow.text import has_control_characters, shown

MOST_ENTRIES = 32
_PLAIN_PARTS = ("code", "reason", "method", "uri", "body")
_HEADER = re.compile(r"header\.([A-Za-z0-9!%*_+`'~-]{1,64})(?:\.([A-Za-z0-9!%*_+`'~-]{1,64}))?")
_SDP = re.compile(r"sdp\.([a-z])")
_CONDITION = re.compile(
    r"(==|!=|<=|>=|<|>|(?:contains|starts|ends|matches|in)(?=\s)|(?:present|absent)$)\s*(.*)",
    re.DOTALL,
)
# The placeholder of an invalid part of a message, so that its condition is checked, too.
_ANYTHING = Selector("", "code")
_DIGITS = re.compile(r"[0-9]+")
_EXAMPLE = 'for example {"header.From.user": "== 100"}'
_WHAT = (
    "look at code, reason, method, uri, body, header.NAME, header.NAME.user (host, port, uri, "
    "name or a parameter), or sdp.a"
)
_HOW = (
    "begin with ==, !=, <, <=, >, >=, contains, starts, ends, matches or in and a text, "
    "or write present or absent"
)


class Understood(Struct, frozen=True):
    """Parsed conditions, and their deferred operands."""

    conditions: tuple[Condition, ...]
    late: tuple[Deferred, ...]


def check_conditions(written: RawProperty, resolver: Resolver, report: Report) -> Understood | None:
    """Return the conditions of a node, or None if one is invalid, which is reported."""
    if not _is_mapping(written, "conditions", report):
        return None
    conditions: list[Condition] = []
    late: list[Deferred] = []
    for entry in written.entries:
        what = _selector(entry.name, entry, report)
        condition = _condition(entry, what or _ANYTHING, resolver, report)
        if what is None or condition is None:
            continue
        conditions.append(condition[0])
        if condition[1]:
            number = len(conditions) - 1
            late.append(Deferred(property="check", entry=number, kind="text", parts=condition[1]))
    whole = len(conditions) == len(written.entries)
    return Understood(tuple(conditions), tuple(late)) if whole else None


def check_captures(
    written: RawProperty, resolver: Resolver, report: Report
) -> tuple[Capture, ...] | None:
    """Return the captures of a node, or None if one is invalid, which is reported."""
    if not _is_mapping(written, "variables", report):
        return None
    found = [_capture(entry, resolver, report) for entry in written.entries]
    known = tuple(capture for capture in found if capture is not None)
    return known if len(known) == len(found) else None


def captured(written: RawProperty) -> frozenset[str]:
    """Return the names of the captured variables."""
    return frozenset(entry.name for entry in written.entries if name_trouble(entry.name) is None)


def _is_mapping(written: RawProperty, of: str, report: Report) -> bool:
    if written.value is not Shape.MAPPING:
        report.error(
            written.place,
            "wrong-type",
            f"{shown(written.name)} is {described(written.value)}, not a mapping of {of}",
            f"write {_EXAMPLE}" if of == "conditions" else 'write {caller: "header.From.user"}',
        )
        return False
    if len(written.entries) > MOST_ENTRIES:
        report.error(
            written.place,
            "too-many",
            f"{shown(written.name)} has {len(written.entries)} entries",
            f"give at most {MOST_ENTRIES}",
        )
    return len(written.entries) <= MOST_ENTRIES


def _selector(text: str, entry: RawProperty, report: Report) -> Selector | None:
    if text in _PLAIN_PARTS:
        return Selector(text, text)  # type: ignore[arg-type]
    header = _HEADER.fullmatch(text)
    if header is not None:
        return Selector(text, "header", header[1].lower(), (header[2] or "").lower())
    sdp = _SDP.fullmatch(text)
    if sdp is not None:
        return Selector(text, "sdp", sdp[1])
    place = entry.name_place if text == entry.name else entry.place
    near = report.near(text, (*_PLAIN_PARTS, "header.", "sdp.a"))
    report.error(
        place,
        "bad-condition",
        f"{shown(text)} is no part of a message",
        f"did you mean {near}? {_WHAT}" if near else _WHAT,
    )
    return None


def _condition(
    entry: RawProperty, what: Selector, resolver: Resolver, report: Report
) -> tuple[Condition, tuple[str | Variable, ...]] | None:
    """Return a condition, and the pieces of its operand if that is deferred."""
    value = entry.value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _DIGITS.fullmatch(value)):
        return Condition(what=what, operator="==", operand=str(value)), ()
    found = resolver.scope.fill(value, report, resolver.late) if isinstance(value, str) else None
    if isinstance(found, Trouble):
        if not found.reported:
            report.error(
                entry.place, found.code, f"{shown(entry.name)} {found.message}", found.right
            )
        return None
    match = _CONDITION.fullmatch(str(found.parts[0])) if found is not None and found.parts else None
    if found is None or match is None:
        written = described(value)
        report.error(
            entry.place,
            "bad-condition",
            f"{shown(entry.name)} is {written}, which is no condition",
            _HOW,
        )
        return None
    return _operand(entry, what, match, found, report)


def _operand(
    entry: RawProperty, what: Selector, match: re.Match[str], found: Filled, report: Report
) -> tuple[Condition, tuple[str | Variable, ...]] | None:
    operator: Operator = match[1]  # type: ignore[assignment]
    late: tuple[str | Variable, ...] = ()
    if found.text is None:
        late = (match[2], *found.parts[1:])
    operand = (found.text or "")[match.start(2) :] if not late else ""
    trouble = None if late else _trouble(operator, operand)
    if trouble is not None:
        where = f" of {shown(str(entry.value))}" if has_variables(str(entry.value)) else ""
        report.error(entry.place, "bad-condition", f"{shown(entry.name)} {trouble}{where}", _HOW)
        return None
    condition = Condition(what=what, operator=operator, operand=operand, secret=found.secret)
    return condition, tuple(part for part in late if part != "")


def _trouble(operator: Operator, operand: str) -> str | None:
    """Return what is wrong with an operand, None if it is valid."""
    if operator in ("present", "absent"):
        return f"says {operator} and more" if operand else None
    if operator in ("<", "<=", ">", ">=") and as_number(operand) is None:
        return f"has no number behind {operator}"
    if operator != "==" and operator != "!=" and not operand.strip():
        return f"has nothing behind {operator}"
    if has_control_characters(operand):
        return "holds control characters"
    if operator == "matches":
        try:
            Pattern(operand)
        except PatternError as error:
            return f"has a pattern that {error}"
    return None


def _capture(entry: RawProperty, resolver: Resolver, report: Report) -> Capture | None:
    is_named = _check_variable(entry, resolver, report)
    if not isinstance(entry.value, str):
        report.error(
            entry.place,
            "wrong-type",
            f"{shown(entry.name)} is {described(entry.value)}, not a text",
            _WHAT,
        )
        return None
    what = _selector(entry.value, entry, report)
    return Capture(entry.name, what) if what is not None and is_named else None


def _check_variable(entry: RawProperty, resolver: Resolver, report: Report) -> bool:
    """Return whether a capture has a valid name; an invalid one is reported."""
    trouble = name_trouble(entry.name)
    if trouble is not None:
        report.error(entry.name_place, trouble.code, trouble.message, trouble.right)
    elif entry.name in set(resolver.scope.names()):
        report.error(
            entry.name_place,
            "duplicate-variable",
            f"{shown(entry.name)} is a variable already, with a value from before the run",
            "give the captured variable another name",
        )
    else:
        return True
    return False
