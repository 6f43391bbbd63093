"""Parses SIP URIs, compares their users and hosts, and makes URIs. Pure."""

import re

LOCAL_HOST = "127.0.0.1"


DEFAULT_PORT = 5060


# The hosts, users and parameters that may be passed to a SIP stack. Deliberately narrower than
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


def is_sip_uri(text: str) -> bool:
    """Return whether a text is a SIP or SIPS URI that may be passed to a SIP stack unchanged."""
    match = _SIP_URI.fullmatch(text)
    if match is None:
        return False
    port = match["port"]
    return port is None or 0 < int(port) <= _HIGHEST_PORT


def is_user(text: str) -> bool:
    """Return whether a text can be the user of a SIP URI without escapes (RFC 3261 §25.1)."""
    return _USER.fullmatch(text) is not None


def sip_uri(user: str, host: str, port: int) -> str:
    """Return ``sip:user@host:port``."""
    return f"sip:{user}@{host}:{port}"


def party(uri: str) -> tuple[str, str]:
    """Return user and host of a SIP URI or name-addr, without the port.

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
