"""Repair of messages that the SIP stack cannot parse, and the reason of the error. Pure.

A malformed header that is not needed to handle a request is ignored (RFC 3261 §8.2, §7.3.1), but
the stack drops the whole message. So it gets the message again without that header; where the
header is needed, the request is answered with 400.
"""

import re
from typing import NamedTuple

# Without these no response can be made (RFC 3261 §8.2.6.2).
_BASIC = {b"via": b"v", b"from": b"f", b"to": b"t", b"call-id": b"i", b"cseq": b""}
_NAMES = {b"call-id": "Call-ID", b"cseq": "CSeq"}
_NEEDED = {
    *(b"contact", b"m", b"content-length", b"l", b"content-type", b"c", b"require", b"route"),
    *(b"record-route", b"max-forwards", b"replaces", b"refer-to", b"r", b"event", b"o", b"rack"),
    *(b"session-expires", b"x", b"min-se", b"rseq", b"subscription-state"),
}
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_REQUEST_LINE = re.compile(rb"([!-~]{1,40}) [^\r\n]* SIP/2\.0[ \t]*\r?\n", re.IGNORECASE)
_STATUS_LINE = re.compile(rb"SIP/2\.0 (\d+)", re.IGNORECASE)
_CSEQ = re.compile(rb"\ncseq[ \t]*:\s*\d+\s+([!-~]{1,40})\s*\n", re.IGNORECASE)
_REQUEST_URI = "Request-URI"
_OTHER_TARGET = b"sip:unreadable.invalid"
_LOWEST, _HIGHEST = 100, 699
_LARGEST = 999


class Readable(NamedTuple):
    """A message without its unreadable headers.

    ``left_out``: their names.
    ``needed``: the first of them that a request cannot do without, empty if there is none.
    """

    text: bytes
    left_out: tuple[str, ...]
    needed: str


class Subject(NamedTuple):
    """Method of a message as far as it can be read, and the code if it is a response."""

    method: str
    response: int


def without_unreadable(text: bytes, errors: list[tuple[bytes, int]]) -> Readable | None:
    """Return a message without the headers in which the stack found errors, None if it needs them.

    ``errors``: of each the header's name, and the line at which the stack gave up, from 1.
    """
    headers = _headers(text)
    found: dict[int, bytes] = {}
    for name, line in errors:
        wanted = name.strip().lower()
        at = max((at for at, key, _ in headers if key == wanted and at <= line), default=0)
        if not at or wanted in _BASIC or wanted in _BASIC.values():
            return None
        found[at] = name
    if not found:
        return None
    first_line = text[: len(text.splitlines(keepends=True)[0])]
    rest = text[len(first_line) + sum(len(lines) for _, _, lines in headers) :]
    kept = b"".join(lines for at, _, lines in headers if at not in found)
    left_out = tuple(_shown(name) for name in dict.fromkeys(found.values()))
    needed = next((_shown(name) for name in found.values() if name.lower() in _NEEDED), "")
    return Readable(first_line + kept + rest, left_out, needed)


def with_other_target(text: bytes) -> Readable | None:
    """Return a request with its unreadable Request-URI replaced, None if it is no request."""
    line = _REQUEST_LINE.match(text)
    if line is None:
        return None
    other = line[1] + b" " + _OTHER_TARGET + b" SIP/2.0\r\n" + text[line.end() :]
    return Readable(other, (_REQUEST_URI,), _REQUEST_URI)


def subject(text: bytes) -> Subject:
    """Return the method and status code of a message."""
    status = _STATUS_LINE.match(text)
    found = _CSEQ.search(text) if status else _REQUEST_LINE.match(text)
    code = int(status[1][:4]) if status else 0
    return Subject(_shown(found[1]) if found else "", code if code <= _LARGEST else 0)


def what_is_wrong(text: bytes, errors: list[tuple[bytes, int]]) -> str:
    """Return why the stack cannot read a message."""
    names = [_shown(name) for name, _ in errors if name]
    if names:
        return cannot_be_read(tuple(dict.fromkeys(names)))
    status = _STATUS_LINE.match(text)
    present = [key for _, key, _ in _headers(text)]
    for name, short in _BASIC.items():
        if name not in present and (not short or short not in present):
            return f"it has no {_NAMES.get(name, _shown(name).title())}"
    if status and not _LOWEST <= int(status[1][:12]) <= _HIGHEST:
        return "its status code is not one of SIP"
    if status and present.count(b"via") + present.count(b"v") > 1:
        return "it has more than one Via"
    return "it cannot be read"


def cannot_be_read(names: tuple[str, ...]) -> str:
    """Return the reason for headers that cannot be read."""
    return f"its {' and '.join(names)} cannot be read"


def _headers(text: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return each header: the number of its first line, its name, and its lines as they are."""
    headers: list[tuple[int, bytes, bytes]] = []
    lines = _LINE.finditer(text)
    next(lines)
    for number, found in enumerate(lines, 2):
        line = found[0]
        if not line.strip(b"\r\n"):
            break
        if line[:1] in b" \t" and headers:
            at, name, others = headers[-1]
            headers[-1] = at, name, others + line
        else:
            headers.append((number, line.partition(b":")[0].strip().lower(), line))
    return headers


def _shown(name: bytes) -> str:
    return name.decode("ascii", "backslashreplace")
