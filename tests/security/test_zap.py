"""Who gets in through real sockets: the right client everything, everybody else nothing.

That somebody gets nothing is known without waiting: the server has told of the failed handshake,
and the right client, who came later, has got what there was.
"""

import errno
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import zmq
from msgspec.structs import replace
from zmq.utils.monitor import recv_monitor_message

from sipflow.cli.keygen import make_key_files
from sipflow.security.keys import ClientKeys, ServerKeys, client_keys, secure_client, server_keys
from sipflow.security.zap import LARGEST_MESSAGE, CurveAllowList
from tests.extent import extent
from tests.waiting import LIMIT, LIMIT_MS, LOOK_MS

Socket = zmq.Socket[bytes]
Context = zmq.Context[Socket]
OpenSocket = Callable[[int], Socket]

AUTH = zmq.EVENT_HANDSHAKE_FAILED_AUTH
PROTOCOL = zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
NO_DETAIL = zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
FAILED = AUTH | PROTOCOL | NO_DETAIL


@pytest.fixture
def folder(directory: Path) -> Path:
    """Make keys of the server and of its client alice."""
    make_key_files(directory / "keys", ["alice"])
    return directory / "keys"


@pytest.fixture
def keys(folder: Path) -> ServerKeys:
    """Return the server's keys."""
    return server_keys(folder)


@pytest.fixture
def alice(folder: Path) -> ClientKeys:
    """Return the keys of a client that is let in."""
    return client_keys(folder / "server.key", folder / "alice.key_secret")


@pytest.fixture
def gate(context: Context, keys: ServerKeys) -> Iterator[CurveAllowList]:
    """Open the gate of the servers' context."""
    with closing(CurveAllowList(context, keys)) as gate:
        yield gate


@pytest.fixture(params=["tcp", "ipc"])
def anywhere(request: pytest.FixtureRequest, directory: Path) -> str:
    """Return where a server binds."""
    return {"tcp": "tcp://127.0.0.1:*", "ipc": f"ipc://{directory}/server"}[request.param]


class Server:
    """A secured socket, and what became of those who tried to connect."""

    def __init__(
        self, gate: CurveAllowList, socket: Socket, endpoint: str = "tcp://127.0.0.1:*"
    ) -> None:
        self.socket = socket
        gate.secure(socket)
        self.monitor = socket.get_monitor_socket(FAILED)
        socket.bind(endpoint)
        self.endpoint = socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")

    def await_refusal(self) -> int:
        """Wait until the server has told that it has refused somebody, and return how."""
        assert self.monitor.poll(LIMIT_MS), "nobody was refused"
        return int(recv_monitor_message(self.monitor)["event"])

    def receive(self) -> list[bytes]:
        """Wait for a message and return it."""
        assert self.socket.poll(LIMIT_MS), "nothing came"
        return self.socket.recv_multipart()


Serve = Callable[..., Server]


@pytest.fixture
def serve(gate: CurveAllowList, open_socket: OpenSocket) -> Iterator[Serve]:
    """Return what opens a secured socket of a kind."""
    servers: list[Server] = []

    def served(kind: int, *endpoint: str) -> Server:
        servers.append(Server(gate, open_socket(kind), *endpoint))
        return servers[-1]

    yield served
    for server in servers:
        server.socket.disable_monitor()
        server.monitor.close()


def connect(client: Socket, server: Server, keys: ClientKeys | None) -> Socket:
    """Connect a client with these keys, or with none."""
    client.setsockopt(zmq.RECONNECT_IVL, 10 * LIMIT_MS)  # one attempt is one refusal
    if keys is not None:
        secure_client(client, keys)
    client.connect(server.endpoint)
    return client


def subscribe(client: Socket, server: Server, keys: ClientKeys | None, topic: bytes) -> Socket:
    """Connect a subscriber to a topic."""
    client.subscribe(topic)
    return connect(client, server, keys)


def try_to_say(client: Socket, message: bytes) -> None:
    """Send a message, unless the client has been refused already and has nowhere to send it."""
    with suppress(zmq.Again):
        client.send(message, zmq.NOBLOCK)


def unknown(keys: ClientKeys) -> ClientKeys:
    """Return a pair that nobody has been told of."""
    return ClientKeys(keys.server, *zmq.curve_keypair())


def stolen_public(keys: ClientKeys) -> ClientKeys:
    """Return a public key that is let in, without the secret key that belongs to it."""
    return replace(keys, secret=zmq.curve_keypair()[1])


def wrong_server(keys: ClientKeys) -> ClientKeys:
    """Return a client that is let in, by another server."""
    return replace(keys, server=zmq.curve_keypair()[0])


def none(_keys: ClientKeys) -> None:
    """Return no keys."""


RAW_PEERS = pytest.mark.parametrize(
    ("raw_peer", "how"),
    [
        (unknown, AUTH),
        (stolen_public, PROTOCOL),
        (wrong_server, PROTOCOL),
        (none, PROTOCOL),
    ],
)
RawPeer = Callable[[ClientKeys], ClientKeys | None]


def test_the_right_subscriber_gets_everything(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys, anywhere: str
) -> None:
    server = serve(zmq.XPUB, anywhere)
    client = subscribe(open_socket(zmq.SUB), server, alice, b"")
    assert server.receive() == [b"\1"]
    sent = [[b"topic", bytes([number])] for number in range(100)]
    for message in sent:
        server.socket.send_multipart(message)
    for message in sent:
        assert client.poll(LIMIT_MS)
        assert client.recv_multipart() == message


def test_the_right_client_is_heard_and_answered(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys, anywhere: str
) -> None:
    server = serve(zmq.ROUTER, anywhere)
    client = connect(open_socket(zmq.REQ), server, alice)
    client.send(b"question")
    who, empty, question = server.receive()
    assert question == b"question"
    server.socket.send_multipart([who, empty, b"answer"])
    assert client.poll(LIMIT_MS)
    assert client.recv() == b"answer"


@RAW_PEERS
def test_a_raw_peer_gets_nothing_of_what_is_published(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys, raw_peer: RawPeer, how: int
) -> None:
    server = serve(zmq.XPUB)
    outside = subscribe(open_socket(zmq.SUB), server, raw_peer(alice), b"")
    assert server.await_refusal() == how
    inside = subscribe(open_socket(zmq.SUB), server, alice, b"news")
    assert server.receive() == [b"\1news"]  # the first: the stranger's was never accepted
    server.socket.send(b"news")
    assert inside.poll(LIMIT_MS)
    assert inside.recv() == b"news"
    assert not outside.poll(0)
    assert not server.socket.poll(0)


@RAW_PEERS
def test_a_raw_peer_is_not_heard(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys, raw_peer: RawPeer, how: int
) -> None:
    server = serve(zmq.ROUTER)
    outside = connect(open_socket(zmq.DEALER), server, raw_peer(alice))
    try_to_say(outside, b"stop")
    assert server.await_refusal() == how
    inside = connect(open_socket(zmq.DEALER), server, alice)
    inside.send(b"status")
    assert server.receive()[1:] == [b"status"]
    assert not server.socket.poll(0)
    assert not outside.poll(0)


def test_a_client_with_a_password_is_not_heard(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    server = serve(zmq.ROUTER)
    outside = open_socket(zmq.DEALER)
    outside.plain_username = b"alice"
    outside.plain_password = b"secret"
    try_to_say(connect(outside, server, None), b"stop")
    assert server.await_refusal() == PROTOCOL
    connect(open_socket(zmq.DEALER), server, alice).send(b"status")
    assert server.receive()[1:] == [b"status"]


def test_a_client_does_not_speak_with_a_server_that_only_claims_to_be_it(
    context: Context, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    other = open_socket(zmq.ROUTER)
    other.curve_server = True
    other.curve_secretkey = zmq.curve_keypair()[1]
    with closing(other.get_monitor_socket(FAILED)) as monitor:
        port = other.bind_to_random_port("tcp://127.0.0.1")
        client = open_socket(zmq.DEALER)
        secure_client(client, alice)
        client.connect(f"tcp://127.0.0.1:{port}")
        try_to_say(client, b"stop")
        assert monitor.poll(LIMIT_MS)
        assert not other.poll(0)
        other.disable_monitor()


def test_a_key_counts_from_when_it_is_added_until_it_is_removed(
    serve: Serve, open_socket: OpenSocket, folder: Path, alice: ClientKeys
) -> None:
    server = serve(zmq.ROUTER)
    connect(open_socket(zmq.DEALER), server, alice).send(b"from alice")
    assert server.receive()[1:] == [b"from alice"]
    make_key_files(folder, ["bob"])
    bob = client_keys(folder / "server.key", folder / "bob.key_secret")
    early = connect(open_socket(zmq.DEALER), server, bob)
    early.send(b"from bob")
    assert server.receive()[1:] == [b"from bob"]
    (folder / "clients" / "bob.key").unlink()
    try_to_say(connect(open_socket(zmq.DEALER), server, bob), b"from bob again")
    assert server.await_refusal() == AUTH
    early.send(b"who was in stays in")
    assert server.receive()[1:] == [b"who was in stays in"]
    assert not server.socket.poll(0)


def test_a_bad_file_in_the_folder_does_not_close_the_gate(
    serve: Serve, open_socket: OpenSocket, folder: Path, alice: ClientKeys
) -> None:
    server = serve(zmq.ROUTER)
    (folder / "clients" / "a.key").write_bytes(b"\xff\0")
    (folder / "clients" / "b.key").mkdir()
    try_to_say(connect(open_socket(zmq.DEALER), server, unknown(alice)), b"stop")
    assert server.await_refusal() == AUTH
    connect(open_socket(zmq.DEALER), server, alice).send(b"status")
    assert server.receive()[1:] == [b"status"]


def test_a_closed_gate_lets_in_nobody(
    gate: CurveAllowList, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    router, client = open_socket(zmq.ROUTER), open_socket(zmq.DEALER)
    gate.secure(router)
    # The gate's own socket closes in the background: ZeroMQ may still ask there, in vain.
    router.setsockopt(zmq.HANDSHAKE_IVL, LOOK_MS)
    port = router.bind_to_random_port("tcp://127.0.0.1")
    gate.close()
    secure_client(client, alice)
    with closing(client.get_monitor_socket(FAILED | zmq.EVENT_DISCONNECTED)) as monitor:
        client.connect(f"tcp://127.0.0.1:{port}")
        try_to_say(client, b"status")
        assert monitor.poll(LIMIT_MS)
        assert not router.poll(0)
        client.disable_monitor()


def test_one_gate_guards_several_sockets(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    for server in (serve(zmq.ROUTER), serve(zmq.ROUTER)):
        try_to_say(connect(open_socket(zmq.DEALER), server, unknown(alice)), b"stop")
        assert server.await_refusal() == AUTH
        connect(open_socket(zmq.DEALER), server, alice).send(b"status")
        assert server.receive()[1:] == [b"status"]


def test_other_sockets_of_the_context_stay_as_they_are(
    gate: CurveAllowList, open_socket: OpenSocket, directory: Path
) -> None:
    receiver, worker = open_socket(zmq.ROUTER), open_socket(zmq.DEALER)
    receiver.bind(f"ipc://{directory}/control")
    worker.connect(f"ipc://{directory}/control")
    worker.send(b"hello")
    assert receiver.poll(LIMIT_MS)
    assert receiver.recv_multipart()[1:] == [b"hello"]


def test_a_message_that_is_too_large_ends_the_connection(
    gate: CurveAllowList, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    router, client = open_socket(zmq.ROUTER), open_socket(zmq.DEALER)
    gate.secure(router)
    secure_client(client, alice)
    with closing(router.get_monitor_socket(zmq.EVENT_DISCONNECTED)) as monitor:
        client.connect(f"tcp://127.0.0.1:{router.bind_to_random_port('tcp://127.0.0.1')}")
        client.send(bytes(LARGEST_MESSAGE // 2))
        client.send(bytes(LARGEST_MESSAGE * 2))
        assert monitor.poll(LIMIT_MS)
        assert len(router.recv_multipart()[1]) == LARGEST_MESSAGE // 2
        assert not router.poll(0)
        router.disable_monitor()


# A greeting of ZMTP 3.0 that asks for CURVE, as RFC 23 draws it.
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32)


def garbage(count: int) -> Iterator[bytes]:
    """Make what a port may be sent: noise, and noise behind a good beginning."""
    dice = random.Random(5)
    for number in range(count):
        noise = dice.randbytes(dice.randrange(1, 400))
        hello = b"\x04\xc8\x05HELLO\x01\x00" + bytes(72) + noise.ljust(120, b"\0")[:120]
        yield [
            noise,
            GREETING[: dice.randrange(1, 64)] + noise,
            GREETING + noise,
            GREETING + b"\x04" + bytes([len(noise) % 256]) + noise,
            GREETING + b"\x06" + dice.randbytes(8) + noise,  # a long frame of any length
            GREETING + hello,
        ][number % 6]


def throw(data: bytes, host: str, port: int) -> None:
    """Send bytes to a port and wait until the other side has had enough of them."""
    with socket.create_connection((host, port), timeout=LIMIT) as raw:
        try:
            raw.sendall(data)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                raise


@pytest.mark.parametrize("kind", [zmq.XPUB, zmq.ROUTER])
def test_ten_thousand_pieces_of_garbage_do_no_harm(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys, kind: int
) -> None:
    server = serve(kind)
    server.socket.disable_monitor()  # nobody reads it here, and what is full stops the socket
    host, port = server.endpoint.removeprefix("tcp://").split(":")
    for data in garbage(10_000):
        throw(data, host, int(port))
    assert not server.socket.poll(0)
    client = open_socket(zmq.SUB if kind == zmq.XPUB else zmq.DEALER)
    connect(client, server, alice)
    if kind == zmq.XPUB:
        client.subscribe(b"news")
    else:
        client.send(b"news")
    assert server.receive()[-1].endswith(b"news")


def test_random_messages_of_a_client_arrive_as_they_are(
    serve: Serve, open_socket: OpenSocket, alice: ClientKeys
) -> None:
    server = serve(zmq.ROUTER)
    server.socket.rcvhwm = 0
    client = open_socket(zmq.DEALER)
    client.sndhwm = 0
    connect(client, server, alice)
    dice = random.Random(7)
    sent = [dice.randbytes(dice.randrange(200)) for _ in range(extent(1_000, 10_000))]
    for message in sent:
        client.send(message)
    assert [server.receive()[1] for _ in sent] == sent
