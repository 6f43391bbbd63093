"""Headers that a file adds to messages: names and values that can do no harm on the wire."""

import re

import msgspec

from sipflow.coordinator.scenario.problem import Report
from sipflow.coordinator.scenario.raw_graph import RawProperty
from sipflow.coordinator.scenario.wording import Shape, described, has_surrogates, shown
from sipflow.protocol.scenario import HeaderName, HeaderValue

_MOST = 32
_EXAMPLE = 'for example {X-Account: "4711"}'
# What the SIP stack itself puts into a message, and decides by; with the compact forms of
# RFC 3261 §7.3.3, RFC 4028 §4.
RESERVED = frozenset(
    {
        *("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "contact", "m"),
        *("max-forwards", "route", "record-route", "content-length", "l", "content-type", "c"),
        *("content-encoding", "e", "rseq", "rack", "session-expires", "x", "min-se"),
        *("authorization", "proxy-authorization"),
    }
)
_LINE = re.compile(r"[\x00-\x1f\x7f]")


def check_headers(written: RawProperty, report: Report) -> dict[str, str] | None:
    """Return the headers, or None where one is wrong, which is reported."""
    if written.value is not Shape.MAPPING:
        report.error(
            written.place,
            f"{shown(written.name)} is {described(written.value)}, not a mapping of headers",
            f"give names and texts, {_EXAMPLE}",
        )
        return None
    if len(written.entries) > _MOST:
        report.error(
            written.place,
            f"{shown(written.name)} has {len(written.entries)} headers",
            f"give at most {_MOST}",
        )
        return None
    found = [_check_header(entry, report) for entry in written.entries]
    if not all(found):
        return None
    return {entry.name: str(entry.value) for entry in written.entries}


def _check_header(entry: RawProperty, report: Report) -> bool:
    if entry.name.lower() in RESERVED:
        report.error(
            entry.name_place,
            f"the header {shown(entry.name)} is the SIP stack's own",
            f"add headers of other names, {_EXAMPLE}",
        )
        return False
    if not _is(entry.name, HeaderName):
        report.error(
            entry.name_place,
            f"{shown(entry.name)} cannot be a header's name",
            "use letters, digits and - . ! % * _ + ` ' ~, at most 64 of them",
        )
        return False
    value = entry.value
    if _is(value, HeaderValue) and isinstance(value, str) and not has_surrogates(value):
        return True
    number = isinstance(value, int | float) and not isinstance(value, bool)
    report.error(
        entry.place,
        f"the header {shown(entry.name)} is {described(value)}{_why(value)}",
        f"put it in quotes: {shown(str(value))}" if number else "give a text on one line",
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
    return ", which holds line breaks or control characters" if _LINE.search(value) else ""
