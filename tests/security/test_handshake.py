"""A client is told why it is refused, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import zmq
from msgspec.structs import replace

from sipflow.cli.keygen import make_key_files
from sipflow.errors import UsageError
from sipflow.security.handshake import Handshake, Refusals
from sipflow.security.keys import ClientKeys, client_keys, secure_client, server_keys
from sipflow.security.zap import CurveAllowList

LIMIT_MS = 20_000
Socket = zmq.Socket[bytes]
Open = Callable[[int], Socket]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make keys of a server and of its client alice."""
    make_key_files(tmp_path, ["alice"])
    return tmp_path


@pytest.fixture
def alice(folder: Path) -> ClientKeys:
    """Return the keys of a client that is let in."""
    return client_keys(folder / "server.key", folder / "alice.key_secret")


@pytest.fixture
def context() -> Iterator[zmq.Context[Socket]]:
    """Make a context."""
    with zmq.Context() as context:
        yield context


@pytest.fixture
def gate(context: zmq.Context[Socket], folder: Path) -> Iterator[CurveAllowList]:
    """Open the server's gate."""
    with closing(CurveAllowList(context, server_keys(folder))) as gate:
        yield gate


@pytest.fixture
def opened(context: zmq.Context[Socket]) -> Iterator[Open]:
    """Return what opens a socket; all are closed after the test."""
    with ExitStack() as stack:

        def opened(kind: int) -> Socket:
            socket = stack.enter_context(context.socket(kind))
            socket.linger = 0
            return socket

        yield opened


def check_until_refused(handshake: Handshake) -> None:
    """Look at all that the handshake comes to."""
    while handshake.socket.poll(LIMIT_MS):
        handshake.check()


def refusal(server: Socket, client: Socket, keys: ClientKeys | None) -> str:
    """Return the one clear line that a client is refused with."""
    endpoint = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
    if keys is not None:
        secure_client(client, keys)
    with closing(Handshake(client, endpoint)) as handshake:
        client.connect(endpoint)
        with pytest.raises(UsageError) as error:
            check_until_refused(handshake)
    line = str(error.value)
    assert line.startswith(f"cannot connect to {endpoint}: ")
    return line


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda keys: ClientKeys(keys.server, *zmq.curve_keypair()),
            "does not accept this client's key",
        ),
        (lambda keys: replace(keys, server=zmq.curve_keypair()[0]), "broke the connection off"),
        # Which of the two it notices first, the greeting or the end of the connection, varies.
        (lambda _keys: None, "keys"),
    ],
)
def test_a_client_is_told_why_a_server_with_keys_refuses_it(
    gate: CurveAllowList,
    opened: Open,
    alice: ClientKeys,
    change: Callable[[ClientKeys], ClientKeys | None],
    words: str,
) -> None:
    server = opened(zmq.XPUB)
    gate.secure(server)
    assert words in refusal(server, opened(zmq.SUB), change(alice))


def test_a_client_with_keys_does_not_speak_with_a_server_without(
    opened: Open, alice: ClientKeys
) -> None:
    server, client = opened(zmq.ROUTER), opened(zmq.DEALER)
    assert "only one side has keys" in refusal(server, client, alice)
    assert not server.poll(0)


def test_of_a_client_that_is_let_in_nothing_is_said(
    gate: CurveAllowList, opened: Open, alice: ClientKeys
) -> None:
    server, client = opened(zmq.ROUTER), opened(zmq.REQ)
    gate.secure(server)
    secure_client(client, alice)
    endpoint = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
    with closing(Handshake(client, endpoint)) as handshake:
        handshake.check()
        client.connect(endpoint)
        client.send(b"status")
        assert server.poll(LIMIT_MS)
        server.send_multipart([*server.recv_multipart()[:2], b"running"])
        assert client.poll(LIMIT_MS)
        handshake.check()


def test_one_handshake_that_is_broken_off_may_be_a_server_that_ends() -> None:
    refusals = Refusals("tcp://127.0.0.1:7000")
    refusals.take(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
    refusals.forget()
    refusals.take(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
    with pytest.raises(UsageError, match="broke the connection off"):
        refusals.take(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
