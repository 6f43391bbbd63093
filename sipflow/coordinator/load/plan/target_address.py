"""The address of a SIP URI and that of a ``--target``, as comparable hosts and ports. Pure."""

import ipaddress
import re

from msgspec import Struct

from sipflow.errors import UsageError
from sipflow.sip.uri import DEFAULT_PORT, is_sip_uri
from sipflow.text import shown

# RFC 3261 §19.1.2.
_DEFAULT_PORTS = {"sip": DEFAULT_PORT, "sips": 5061}
_URI = re.compile(r"(sips?):(?:([^@]*)@)?(\[[^]]*\]|[^:;?\[]*)(?::([0-9]+))?(;[^?]*)?(\?.*)?")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")
_HIGHEST_PORT = 65_535


class Address(Struct, frozen=True):
    """The address of a URI. ``written`` is its explicit port, None if it has none.

    ``devious``: requests may go elsewhere than to its host, because of ``maddr`` (RFC 3261 §19.1.1)
    or of headers in the URI (§19.1.5).
    """

    whole: str
    scheme: str
    user: str | None
    host: str
    written: str | None
    devious: bool = False

    @property
    def port(self) -> int:
        """The port, the scheme's own if none is named."""
        return _DEFAULT_PORTS[self.scheme] if self.written is None else int(self.written)

    @property
    def short(self) -> str:
        """The host, with its port if that is named."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.written is None else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it certainly leads to this host."""
        if self.devious:
            return False
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class Named(Struct, frozen=True):
    """The value of a ``--target``: a host, maybe with port and user; ``whole``: a complete URI."""

    host: str
    port: int | None = None
    user: str | None = None
    whole: str | None = None

    def covers(self, address: Address) -> bool:
        """Return whether an address matches this target."""
        if address.devious:
            return address.whole == self.whole
        return (
            self.host == address.host
            and self.port in (None, address.port)
            and self.user in (None, address.user)
        )


def address_of(target: str) -> Address | None:
    """Return the address of a target, None if it is no SIP URI that could be called."""
    match = _URI.fullmatch(target) if is_sip_uri(target) else None
    if match is None:
        return None
    scheme, user, host, port, parameters, headers = match.groups()
    devious = headers is not None or ";maddr" in (parameters or "").lower()
    return Address(target, scheme, user, _plain(host), port, devious)


def named_address(text: str) -> Named:
    """Parse a ``--target``; raises ``UsageError``."""
    address = address_of(text)
    if address is not None:
        port = None if address.written is None else address.port
        return Named(address.host, port, address.user, text)
    match = _HOST.fullmatch(text)
    if match is None or not (match[2] is None or 0 < int(match[2]) <= _HIGHEST_PORT):
        raise UsageError(
            f"--target {shown(text)} is no target; write a host, host:port or a SIP URI, "
            "for example 192.0.2.10, [2001:db8::1]:5060 or sip:200@pbx.example.com",
            code="bad-target",
        )
    return Named(_plain(match[1]), None if match[2] is None else int(match[2]))


def _plain(host: str) -> str:
    """Return a host in its canonical form."""
    bare = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare
