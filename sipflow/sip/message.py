"""Parses the text of a SIP message: start line, headers, body, lines of SDP. Pure.

The text is untrusted: no text makes this module raise, and parts that cannot be parsed are absent
from the result. Header names are compared in any case and in their compact forms (RFC 3261 §7.3.3).
"""

import re

from msgspec import Struct

_LONGEST = 65_536
_MOST_HEADERS = 256
_START = re.compile(r"SIP/2\.0 +([1-6][0-9]{2})(?: +(.*))?|([A-Za-z!%*_+`'~.-]+) +(\S+) +SIP/2\.0")
_COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
}
# Headers that may have several values on one line, separated by commas.
_LISTS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "allow", "allow-events", "alert-info"),
        *("contact", "content-encoding", "content-language", "diversion", "error-info"),
        *("history-info", "in-reply-to", "p-asserted-identity", "p-associated-uri", "path"),
        *("proxy-require", "record-route", "require", "route", "service-route", "supported"),
        *("unsupported", "via", "warning"),
    }
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class SipMessage(Struct, frozen=True):
    """A SIP message: a request has ``method`` and ``uri``, a response ``code`` and ``reason``."""

    method: str = ""
    uri: str = ""
    code: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def values(self, name: str) -> list[str]:
        """Return the values of a header, in their order."""
        wanted = _full_name(name)
        return [value for known, value in self.headers if known == wanted]

    def sdp(self, kind: str) -> list[str]:
        """Return the lines of SDP of a type, such as ``a`` or ``m``, without the type."""
        lines = self.body.splitlines() if self.has_sdp else []
        return [line[2:].strip() for line in lines if line.startswith(f"{kind}=")]

    @property
    def has_sdp(self) -> bool:
        """Whether the body is SDP."""
        return any("application/sdp" in kind.lower() for kind in self.values("content-type"))


class Address(Struct, frozen=True):
    """The parsed value of a From, To or Contact header (RFC 3261 §20.10)."""

    name: str
    uri: str
    user: str
    host: str
    port: str
    parameters: dict[str, str]


def parse(text: str) -> SipMessage:
    """Parse the text of a message; invalid parts are left out."""
    # Bytes that are not UTF-8 arrive as lone surrogates, which no encoding could write.
    clean = text[:_LONGEST].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    head, body = _halves(clean.replace("\r\n", "\n").lstrip("\n"))
    start, *lines = _unfolded(head) or [""]
    headers = tuple(pair for line in lines[:_MOST_HEADERS] for pair in _header(line))
    match = _START.fullmatch(start.strip())
    if match is None:
        return SipMessage(headers=headers, body=body)
    if match[1] is not None:
        return SipMessage(
            code=int(match[1]), reason=(match[2] or "").strip(), headers=headers, body=body
        )
    return SipMessage(method=match[3], uri=match[4], headers=headers, body=body)


def address(value: str) -> Address:
    """Parse the value of an address header; missing parts are empty texts."""
    quoted = _QUOTED.match(value.strip())
    name = re.sub(r"\\(.)", r"\1", quoted[0][1:-1]) if quoted is not None else ""
    rest = value.strip()[quoted.end() :] if quoted is not None else value.strip()
    before, bracket, inside = rest.partition("<")
    if bracket:
        uri, _, after = inside.partition(">")
        name = name or before.strip()
    else:
        uri, _, after = before.partition(";")
        after = f";{after}"
    user, host, port = _pieces(uri.strip())
    return Address(name, uri.strip(), user, host, port, _parameters(after))


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a header's value, by their names in lower case."""
    return _parameters(value.partition(";")[1] + value.partition(";")[2])


def _halves(text: str) -> tuple[str, str]:
    head, _, body = text.partition("\n\n")
    return head, body


def _unfolded(head: str) -> list[str]:
    lines: list[str] = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return lines


def _header(line: str) -> list[tuple[str, str]]:
    name, colon, value = line.partition(":")
    name = _full_name(name)
    if not colon or not name:
        return []
    values = _split(value) if name in _LISTS else [value]
    return [(name, one.strip()) for one in values]


def _full_name(name: str) -> str:
    folded = name.strip().lower()
    return _COMPACT.get(folded, folded)


def _split(value: str) -> list[str]:
    """Split a value at the commas that are neither in quotes nor in angle brackets."""
    parts = [""]
    quoted = inside = escaped = False
    for one in value:
        if one == "," and not quoted and not inside:
            parts.append("")
            continue
        if one == '"' and not escaped:
            quoted = not quoted
        elif not quoted and one in "<>":
            inside = one == "<"
        escaped = quoted and one == "\\" and not escaped
        parts[-1] += one
    return parts


def _pieces(uri: str) -> tuple[str, str, str]:
    scheme = _SCHEME.match(uri)
    rest = uri[scheme.end() :] if scheme is not None else uri
    rest = rest.partition("?")[0]
    user, at, place = rest.rpartition("@")
    place = place.partition(";")[0]
    if place.startswith("["):
        host, _, port = place.partition("]")
        host, port = f"{host}]", port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    return (user.partition(":")[0] if at else ""), host, port


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in text.split(";")[1:]:
        name, _, value = piece.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
