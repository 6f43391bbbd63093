"""SIP's own words: the states of a dialog, URIs, status codes. No I/O, no library's types."""

import enum
import re
from http import HTTPStatus

HIGHEST_PROVISIONAL = 199
LOWEST_FAILURE = 300
REQUEST_TIMEOUT = 408
LOCAL_HOST = "127.0.0.1"
DEFAULT_PORT = 5060
# In bytes: what the stack has room for as it sends a message (PJSIP_MAX_PKT_LEN of its build).
LONGEST_MESSAGE = 4000

# The hosts, users and parameters that we let through to a SIP stack. Deliberately narrower than
# RFC 3261 §25.1: no white space, no control bytes, no quotes or angle brackets, so that no text of
# a scenario can add a header to a message.
_SIP_URI = re.compile(
    r"sips?:"
    r"(?:[A-Za-z0-9_.!~*'()&=+$,;?/%-]+(?::[A-Za-z0-9_.!~*'()&=+$,%-]*)?@)?"
    r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:;[A-Za-z0-9_.!~*'()&=+$,;:/\[\]%-]+)?"
    r"(?:\?[A-Za-z0-9_.!~*'()&=+$,;:/\[\]%?-]+)?"
)
_USER = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,;?/-]+")
_HIGHEST_PORT = 65535

# RFC 3261 §21 and the extensions that a call meets; HTTP's phrases serve where SIP has none.
_REASONS = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    199: "Early Dialog Terminated",
    200: "OK",
    202: "Accepted",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    408: "Request Timeout",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    504: "Server Time-out",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}


class DialogState(enum.StrEnum):
    """The states of an INVITE-initiated dialog, as RFC 4235 §3.7.1 names them."""

    TRYING = "trying"
    PROCEEDING = "proceeding"
    EARLY = "early"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class Direction(enum.StrEnum):
    """Who sent the INVITE that made a dialog, seen from the instance (RFC 4235 §4.1.1)."""

    INITIATOR = "initiator"
    RECIPIENT = "recipient"


def is_ringing(code: int) -> bool:
    """Tell whether a status code is an 18x, the only thing that counts as ringing."""
    return 180 <= code <= 189


def carries_sdp(code: int) -> bool:
    """Tell whether a provisional response of ours carries SDP: any 18x but the first two."""
    return 182 <= code <= 189


def reason_phrase(code: int) -> str:
    """Return the usual reason phrase of a status code, or an empty text for an unknown one."""
    if code in _REASONS:
        return _REASONS[code]
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""


def is_sip_uri(text: str) -> bool:
    """Tell whether a text is a SIP or SIPS URI that may be given to a SIP stack as it is."""
    match = _SIP_URI.fullmatch(text)
    if match is None:
        return False
    port = match["port"]
    return port is None or 0 < int(port) <= _HIGHEST_PORT


def is_user(text: str) -> bool:
    """Tell whether a text can stand before the ``@`` of a SIP URI unescaped (RFC 3261 §25.1)."""
    return _USER.fullmatch(text) is not None


def sip_uri(user: str, host: str, port: int) -> str:
    """Return ``sip:user@host:port``."""
    return f"sip:{user}@{host}:{port}"


def party(uri: str) -> tuple[str, str]:
    """Return user and host of a SIP URI or name-addr: who it is, wherever the port may be.

    A From header names no port (RFC 3261 §19.1.1).
    """
    inner = uri.partition("<")[2].partition(">")[0] if "<" in uri else uri
    user, _, host = inner.partition(":")[2].partition(";")[0].rpartition("@")
    name, _, port = host.rpartition(":")
    return user, (name if name and port.isdecimal() else host).lower()


def address(uri: str) -> str:
    """Return ``host:port`` of a SIP URI or name-addr, port 5060 if it names none."""
    inner = uri.partition("<")[2].partition(">")[0] if "<" in uri else uri
    rest = inner.partition(":")[2]
    host_port = rest.rpartition("@")[2].partition(";")[0].partition("?")[0]
    has_port = ":" in host_port.rpartition("]")[2]
    return host_port if has_port else f"{host_port}:{DEFAULT_PORT}"
