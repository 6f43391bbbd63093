"""A network of its own for each process that runs tests.

Tests use fixed ports, SIP's own among them, and names in the kernel's abstract socket namespace.
Both belong to a network namespace: with one each, several processes run tests beside each other,
and beside anything else on the machine. That needs root, or a user namespace (``unshare --user
--map-root-user``); scripts/test looks for them. Without, pytest runs in one process and uses the
machine's network.
"""

import atexit
import ctypes
import fcntl
import os
import socket
import struct
import tempfile

import pytest

_CLONE_NEWNET = 0x4000_0000
_SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8913, 0x8914
_IFF_UP = 1
_INTERFACE = "16sH14x"
_network: pytest.StashKey[str] = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Leave the machine's network, if tests run in this process, before there is any socket."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and config.getoption("numprocesses", None):
        config.stash[_network] = "one of its own for each process"
        return
    try:
        leave()
        config.stash[_network] = "its own"
    except OSError as error:
        if is_worker:
            raise pytest.UsageError(
                f"tests in several processes need a network namespace each: {error}; "
                "be root, or give no -n"
            ) from error
        config.stash[_network] = f"the machine's ({error})"
    if is_worker:
        own_runs()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which network the tests use."""
    return f"network: {config.stash[_network]}"


def leave() -> None:
    """Move this thread, and what it starts, to a new network that has only the loopback."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"no network namespace: {os.strerror(number)}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, struct.pack(_INTERFACE, b"lo", 0))
        name, flags = struct.unpack(_INTERFACE, asked)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack(_INTERFACE, name, flags | _IFF_UP))


def own_runs() -> None:
    """Keep the runs of this process's tests where no other process looks for its own."""
    directory = tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp")
    atexit.register(directory.cleanup)  # a process of xdist's does not end pytest's way
    os.environ["XDG_RUNTIME_DIR"] = directory.name
