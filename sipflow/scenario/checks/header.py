"""Checks the headers that a scenario adds to messages: safe names and values only."""

import re

import msgspec
from msgspec import Struct

from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.properties import LONGEST_HEADER, HeaderName, HeaderValue
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawProperty
from sipflow.scenario.values import Shape, described
from sipflow.scenario.variables.scope import Filled, Resolver
from sipflow.text import has_surrogates, shown

_MOST = 32
# The placeholder of a header's value that is known only when its node begins.
_STAND_IN = "-"
_EXAMPLE = 'for example {X-Account: "4711"}'
# The headers that the SIP stack itself writes and evaluates; with the compact forms of RFC 3261
# §7.3.3, RFC 4028 §4.
RESERVED = frozenset(
    {
        *("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "contact", "m"),
        *("max-forwards", "route", "record-route", "content-length", "l", "content-type", "c"),
        *("content-encoding", "e", "rseq", "rack", "session-expires", "x", "min-se"),
        *("authorization", "proxy-authorization"),
    }
)
_LINE = re.compile(r"[\x00-\x1f\x7f]")


class CheckedHeaders(Struct, frozen=True):
    """Headers by name, and those with deferred values."""

    values: dict[str, str]
    late: tuple[Deferred, ...]


def check_headers(
    written: RawProperty, resolver: Resolver, report: Report
) -> CheckedHeaders | None:
    """Return the headers, or None if one is invalid, which is reported."""
    if written.value is not Shape.MAPPING:
        report.error(
            written.place,
            "wrong-type",
            f"{shown(written.name)} is {described(written.value)}, not a mapping of headers",
            f"give names and texts, {_EXAMPLE}",
        )
        return None
    if len(written.entries) > _MOST:
        report.error(
            written.place,
            "too-many",
            f"{shown(written.name)} has {len(written.entries)} headers",
            f"give at most {_MOST}",
        )
        return None
    values: dict[str, str] = {}
    late: list[Deferred] = []
    for number, entry in enumerate(written.entries):
        found = _filled(entry, resolver, report)
        if found is None:
            _check_name(entry, report)
            continue
        if not _check_header(entry, found, report):
            continue
        values[entry.name] = _STAND_IN if found.text is None else found.text
        if found.text is None:
            late.append(Deferred(property="headers", entry=number, kind="text", parts=found.parts))
    whole = len(values) == len(written.entries)
    return CheckedHeaders(values, tuple(late)) if whole else None


def _filled(entry: RawProperty, resolver: Resolver, report: Report) -> Filled | None:
    """Return a header's value with its variables filled; None if a problem is reported."""
    if not isinstance(entry.value, str):
        return Filled((), secret=False)
    found = resolver.scope.fill(entry.value, report, resolver.late)
    if isinstance(found, Filled):
        return found
    if not found.reported:
        message = f"the header {shown(entry.name)} {found.message}"
        report.error(entry.place, found.code, message, found.right)
    return None


def _check_header(entry: RawProperty, found: Filled, report: Report) -> bool:
    checks = _check_name(entry, report), _check_value(entry, found, report)
    return all(checks)


def _check_name(entry: RawProperty, report: Report) -> bool:
    if entry.name.lower() in RESERVED:
        report.error(
            entry.name_place,
            "bad-header",
            f"the header {shown(entry.name)} is the SIP stack's own",
            f"add headers of other names, {_EXAMPLE}",
        )
        return False
    if not _is(entry.name, HeaderName):
        report.error(
            entry.name_place,
            "bad-header",
            f"{shown(entry.name)} cannot be a header's name",
            "use letters, digits and - . ! % * _ + ` ' ~, at most 64 of them",
        )
        return False
    return True


def _check_value(entry: RawProperty, found: Filled, report: Report) -> bool:
    if found.text is None:
        return True
    value = found.text if isinstance(entry.value, str) else entry.value
    if _is(value, HeaderValue) and isinstance(value, str) and not has_surrogates(value):
        return True
    if found.secret:
        report.error(
            entry.place,
            "bad-header",
            f"the header {shown(entry.name)} is {shown(str(entry.value))}, which does not fit",
            "give a text on one line",
        )
        return False
    report.error(
        entry.place,
        "bad-header",
        f"the header {shown(entry.name)} is {described(value)}{_why(value)}",
        _right(value),
    )
    return False


def _is(value: object, kind: object) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _why(value: object) -> str:
    if not isinstance(value, str):
        return ", not a text"
    if _LINE.search(value):
        return ", which holds line breaks or control characters"
    return f", of {len(value):,} characters" if len(value) > LONGEST_HEADER else ""


def _right(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"put it in quotes: {shown(str(value))}"
    if isinstance(value, str) and len(value) > LONGEST_HEADER:
        return f"give a text on one line, of at most {LONGEST_HEADER} characters"
    return "give a text on one line"
