"""Which endpoints may be offered: a table each for loopback, for others, and for nonsense."""

import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
import zmq

from sipflow.errors import UsageError
from sipflow.security.endpoint_check import check_apart, check_endpoint

LOOPBACK = [
    "tcp://127.0.0.1:7000",
    "tcp://127.0.0.1:*",
    "tcp://127.0.0.1:0",
    "tcp://127.0.0.1:65535",
    "tcp://127.255.255.254:7000",
    "tcp://localhost:7000",
    "tcp://[::1]:7000",
    "tcp://[0:0:0:0:0:0:0:1]:*",
]
OTHERS = [
    "tcp://*:7000",
    "tcp://*:*",
    "tcp://0.0.0.0:7000",
    "tcp://128.0.0.1:7000",
    "tcp://126.255.255.255:7000",
    "tcp://192.168.1.2:7000",
    "tcp://[::]:7000",
    "tcp://[::2]:7000",
    "tcp://[2001:db8::1]:7000",
    "tcp://[fe80::1%eth0]:7000",
    "tcp://eth0:7000",
    "tcp://lo:7000",
    "tcp://example.org:7000",
    "tcp://localhost.example.org:7000",
    "tcp://LOCALHOST:7000",
    "tcp://0x7f000001:7000",
]
NONSENSE = [
    "",
    "nonsense",
    "7000",
    "127.0.0.1:7000",
    "tcp:",
    "tcp://",
    "ipc://",
    "tcp:/127.0.0.1:7000",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:",
    "tcp://:7000",
    "tcp://[::1]",
    "tcp://::1:7000",
    "tcp://[127.0.0.1]:7000",
    "tcp://[::1:7000",
    "tcp://[]:7000",
    "tcp://[:::1]:7000",
    "tcp://127.1:7000",
    "tcp://127.0.0.256:7000",
    "tcp://0177.0.0.1:7000",
    "tcp://2130706433:7000",
    "tcp://127.0.0.1:7000x",
    "tcp://127.0.0.1:+7000",
    "tcp://127.0.0.1:-1",
    "tcp://127.0.0.1:7 000",
    "tcp://127.0.0.1:7000/",
    "tcp://127.0.0.1:\u0667\u0667",
    "tcp://127.0.0.1:123456",
    "tcp://127.0.0.1;10.0.0.1:7000",
    "tcp://[::1%lo;10.0.0.1]:7000",
    "tcp://user@127.0.0.1:7000",
    "tcp://-x:7000",
    "tcp://127.0.0.1:7000\n",
    "tcp://127.0.0.1:7000\0",
    "ipc:///tmp/\udcff",
    "ipc:///tmp/\x1b[2J",
]


def refused(endpoint: str, *, keyed: bool) -> str:
    """Return the one clear line that an endpoint is refused with."""
    with pytest.raises(UsageError) as error:
        check_endpoint(endpoint, "--events", keyed)
    line = str(error.value)
    assert line.startswith("--events ")
    assert line.isprintable()
    return line


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("endpoint", LOOPBACK)
def test_a_loopback_address_needs_no_keys(endpoint: str, keyed: bool) -> None:
    check_endpoint(endpoint, "--events", keyed)


@pytest.mark.parametrize("endpoint", OTHERS)
def test_whatever_others_can_reach_needs_keys(endpoint: str) -> None:
    check_endpoint(endpoint, "--events", keyed=True)
    assert refused(endpoint, keyed=False) == (
        f"--events {endpoint} is open to others: give --keys DIR (made by sipflow-coord keygen), "
        "or bind 127.0.0.1"
    )


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("endpoint", NONSENSE)
def test_nonsense_is_told_what_an_endpoint_is(endpoint: str, keyed: bool) -> None:
    assert refused(endpoint, keyed=keyed).endswith(
        " is no endpoint: give tcp://ADDRESS:PORT, with an IPv6 address in brackets, or ipc://PATH"
    )


@pytest.mark.parametrize("keyed", [False, True])
def test_a_port_that_there_is_not_is_refused(keyed: bool) -> None:
    # ZeroMQ would take it for port 4464.
    assert refused("tcp://127.0.0.1:70000", keyed=keyed) == (
        "--events tcp://127.0.0.1:70000: a port is at most 65535, or * for any free one"
    )


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize(
    "endpoint",
    [
        "inproc://events",
        "udp://127.0.0.1:7000",
        "pgm://eth0;239.192.1.1:5555",
        "epgm://eth0;239.192.1.1:5555",
        "ws://127.0.0.1:7000",
        "vmci://*:7000",
        "TCP://127.0.0.1:7000",
        " tcp://127.0.0.1:7000",
        "://x",
    ],
)
def test_other_transports_are_refused(endpoint: str, keyed: bool) -> None:
    line = f"--events {endpoint}: only tcp:// and ipc:// endpoints are supported"
    assert refused(endpoint, keyed=keyed) == line


@pytest.mark.parametrize("endpoint", ["tcp://127.0.0.1:*", "tcp://localhost:*", "tcp://*:0"])
def test_what_is_allowed_can_be_bound(
    context: zmq.Context[zmq.Socket[bytes]], endpoint: str
) -> None:
    check_endpoint(endpoint, "--events", keyed=True)
    with context.socket(zmq.XPUB) as publisher:
        publisher.bind(endpoint)


class TestFiles:
    """Endpoints that are files."""

    @pytest.mark.parametrize("keyed", [False, True])
    def test_a_directory_that_nobody_else_may_enter_is_closed(
        self, directory: Path, keyed: bool
    ) -> None:
        check_endpoint(f"ipc://{directory}/events", "--events", keyed)

    def test_a_relative_path_counts_from_here(
        self, directory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(directory)
        check_endpoint("ipc://events", "--events", keyed=False)
        directory.chmod(0o755)
        assert "open to others" in refused("ipc://events", keyed=False)

    @pytest.mark.parametrize("mode", [0o701, 0o710, 0o755, 0o777, 0o1777])
    def test_a_directory_that_others_may_enter_needs_keys(self, directory: Path, mode: int) -> None:
        directory.chmod(mode)
        endpoint = f"ipc://{directory}/events"
        check_endpoint(endpoint, "--events", keyed=True)
        assert refused(endpoint, keyed=False) == (
            f"--events {endpoint} is open to others: give --keys DIR (made by sipflow-coord "
            "keygen), or a path in a directory that only you may enter (mode 0700)"
        )

    def test_a_link_to_a_directory_may_lead_elsewhere_tomorrow(self, directory: Path) -> None:
        (directory / "private").mkdir(mode=0o700)
        (directory / "link").symlink_to("private")
        check_endpoint(f"ipc://{directory}/private/events", "--events", keyed=False)
        assert "open to others" in refused(f"ipc://{directory}/link/events", keyed=False)

    @pytest.mark.parametrize("keyed", [False, True])
    @pytest.mark.parametrize("address", ["@events", "@", "*"])
    def test_a_name_without_a_file_is_refused(self, address: str, keyed: bool) -> None:
        line = f"--events ipc://{address} is no file: give ipc://PATH"
        assert refused(f"ipc://{address}", keyed=keyed) == line

    @pytest.mark.parametrize("keyed", [False, True])
    def test_a_directory_that_is_not_there_is_said_so(self, directory: Path, keyed: bool) -> None:
        endpoint = f"ipc://{directory}/gone/events"
        line = f"--events {endpoint}: No such file or directory"
        assert refused(endpoint, keyed=keyed) == line

    @pytest.mark.parametrize("keyed", [False, True])
    def test_a_file_is_not_taken_for_a_socket(self, directory: Path, keyed: bool) -> None:
        # ZeroMQ would remove it.
        (directory / "thesis.txt").touch()
        (directory / "link").symlink_to("thesis.txt")
        os.mkfifo(directory / "pipe")
        for name in ("thesis.txt", "link", "pipe", "."):
            endpoint = f"ipc://{directory}/{name}"
            assert refused(endpoint, keyed=keyed) == (
                f"--events {endpoint} is there already and is no socket: give another path"
            )

    def test_a_socket_that_was_left_behind_is_no_obstacle(self, directory: Path) -> None:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(directory / "events"))
        check_endpoint(f"ipc://{directory}/events", "--events", keyed=False)

    @pytest.mark.parametrize("waiting", [0, 1, 2])
    @pytest.mark.parametrize("keyed", [False, True])
    def test_a_socket_that_somebody_listens_at_is_not_taken_from_him(
        self, directory: Path, keyed: bool, waiting: int
    ) -> None:
        endpoint = f"ipc://{directory}/events"
        with ExitStack() as stack:
            server, *clients = (
                stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(1 + waiting)
            )
            server.bind(str(directory / "events"))
            server.listen(0)
            for client in clients:  # as many as there is room for, and one more
                client.setblocking(False)
                client.connect_ex(str(directory / "events"))
            assert refused(endpoint, keyed=keyed) == f"--events {endpoint}: Address already in use"

    def test_a_path_that_is_too_long_for_a_socket_is_no_concern_of_this_check(
        self, directory: Path
    ) -> None:
        check_endpoint(f"ipc://{directory}/{'x' * 200}", "--events", keyed=False)


def test_events_and_control_cannot_be_the_same_file(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(directory)
    (directory / "link").symlink_to(".")
    for other in (f"ipc://{directory}/one", "ipc://./one", f"ipc://{directory}/link/one"):
        with pytest.raises(UsageError) as error:
            check_apart("ipc://one", other)
        assert str(error.value) == f"--events and --control are both {other}: give each its own"
    check_apart("ipc://one", "ipc://another")
    check_apart("tcp://127.0.0.1:*", "tcp://127.0.0.1:*")
    check_apart("ipc://one", "tcp://127.0.0.1:*")
