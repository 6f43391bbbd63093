"""Checks the endpoints that a coordinator may bind: without keys, none that others can reach.

Stricter than ZeroMQ, which takes ``127.0.0.1:7000x`` for port 7000 and ``127.0.0.1:70000`` for
port 4464. It binds nothing.
"""

import os
import re
import socket
import stat
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from sipflow.errors import UsageError

_TCP = re.compile(r"(\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z._-]+)?\]|[^\[\]:]+):(\*|[0-9]{1,5})")
# At least one letter: a name of digits and dots only is an address or a typing error.
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]*")
_LAST_PORT = 65_535
_GIVE_KEYS = "give --keys DIR (made by sipflow-coord keygen)"


def check_endpoint(endpoint: str, option: str, keyed: bool) -> None:
    """Raise ``UsageError`` unless the endpoint can be bound and is not open to other users.

    Allowed are, without keys, a loopback address, or a file in a directory that only this user may
    enter; with keys any address and any file. ``option``: the option that the endpoint is from.
    """
    shown = f"{option} {endpoint if endpoint.isprintable() and endpoint else ascii(endpoint)}"
    transport, _separator, address = endpoint.partition("://")
    if not address or not endpoint.isprintable():
        raise _nonsense(shown)
    match transport:
        case "tcp":
            _check_tcp(address, shown, keyed)
        case "ipc":
            _check_ipc(address, shown, keyed)
        case _:
            raise UsageError(
                f"{shown}: only tcp:// and ipc:// endpoints are supported", code="bad-endpoint"
            )


def check_apart(events: str, control: str) -> None:
    """Raise ``UsageError`` if two endpoints, each valid by itself, are the same file.

    ZeroMQ would silently take the file from the first socket for the second.
    """
    if all(endpoint.startswith("ipc://") for endpoint in (events, control)) and (
        os.path.realpath(events[6:]) == os.path.realpath(control[6:])
    ):
        raise UsageError(
            f"--events and --control are both {control}: give each its own",
            code="conflicting-options",
        )


def _check_tcp(address: str, shown: str, keyed: bool) -> None:
    parts = _TCP.fullmatch(address)
    if parts is None:
        raise _nonsense(shown)
    host, port = parts.groups()
    if port != "*" and int(port) > _LAST_PORT:
        raise UsageError(
            f"{shown}: a port is at most {_LAST_PORT}, or * for any free one", code="bad-endpoint"
        )
    number = _number(host)
    if number is None and host != "*" and not _NAME.fullmatch(host):
        raise _nonsense(shown)
    if not keyed and host != "localhost" and not (number is not None and number.is_loopback):
        raise UsageError(
            f"{shown} is open to others: {_GIVE_KEYS}, or bind 127.0.0.1", code="bad-endpoint"
        )


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)
    except ValueError:
        return None


def _check_ipc(address: str, shown: str, keyed: bool) -> None:
    if address == "*" or address.startswith("@"):
        raise UsageError(f"{shown} is no file: give ipc://PATH", code="bad-endpoint")
    path = Path(address)
    try:
        directory = path.parent.lstat()
        # ZeroMQ removes any file that it finds there.
        if os.path.lexists(path) and not stat.S_ISSOCK(path.lstat().st_mode):
            raise UsageError(
                f"{shown} is there already and is no socket: give another path", code="bad-endpoint"
            )
        if _is_listened_to(path):  # ZeroMQ would take it from the process that listens there
            raise UsageError(f"{shown}: Address already in use", code="bad-endpoint")
    except OSError as error:
        raise UsageError(f"{shown}: {error.strerror}", code="bad-endpoint") from error
    if not keyed and not _is_private(directory):
        raise UsageError(
            f"{shown} is open to others: {_GIVE_KEYS}, or a path in a directory that only you "
            "may enter (mode 0700)",
            code="bad-endpoint",
        )


def _is_listened_to(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except OSError as error:
            return isinstance(error, BlockingIOError)  # its queue of connections is full
    return True


def _is_private(directory: os.stat_result) -> bool:
    return (
        stat.S_ISDIR(directory.st_mode)
        and directory.st_uid == os.getuid()
        and directory.st_mode & 0o077 == 0
    )


def _nonsense(shown: str) -> UsageError:
    return UsageError(
        f"{shown} is no endpoint: give tcp://ADDRESS:PORT, with an IPv6 address in brackets, "
        "or ipc://PATH",
        code="bad-endpoint",
    )
