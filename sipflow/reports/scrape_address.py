"""Parses the address of ``--prometheus`` into a host and a port. Pure."""

import re

from sipflow.errors import UsageError

LOOPBACK = "127.0.0.1"

_ADDRESS = re.compile(r"(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*):)?([0-9]{1,5})")
_LAST_PORT = 65_535


def scrape_address(text: str) -> tuple[str, int]:
    """Return the host and the port; the default host is loopback, and port 0 is any free one.

    Other hosts can read the metrics only if a non-loopback address is given: the metrics are not
    secret, but no key is required. Raises ``UsageError`` for an invalid address.
    """
    parts = _ADDRESS.fullmatch(text)
    if parts is None:
        raise UsageError(
            f"--prometheus {text!a}: write HOST:PORT or PORT, e.g. {LOOPBACK}:9464",
            code="bad-option",
        )
    host, port = parts[1], int(parts[2])
    if port > _LAST_PORT:
        raise UsageError(
            f"--prometheus {text!a}: a port is at most {_LAST_PORT}, or 0 for any",
            code="bad-option",
        )
    return (host or LOOPBACK).strip("[]"), port
