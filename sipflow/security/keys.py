"""CURVE key files: their names, reading and checking them, and securing a client's socket.

The files are ZeroMQ certificates with keys in Z85. An invalid one is the user's mistake, a
``UsageError``, and never a reason to continue without keys. It makes no key and opens no socket.
"""

import stat
import struct
from pathlib import Path

import zmq
from msgspec import Struct
from zmq.utils import z85

from sipflow.errors import UsageError

# The names of the files that `sipflow-coord keygen` makes in its folder.
SERVER_PUBLIC = "server.key"
SERVER_SECRET = "server.key_secret"
CLIENTS = "clients"

_KEYGEN = "`sipflow-coord keygen` makes key files"
_KEY_BYTES = 32


class ServerKeys(Struct, frozen=True):
    """The server's secret key, in Z85, and the folder of the public keys of its clients."""

    secret: bytes
    clients: Path

    def __repr__(self) -> str:
        return f"ServerKeys(clients={self.clients!r})"


class ClientKeys(Struct, frozen=True):
    """The server's public key and a client's own pair, in Z85."""

    server: bytes
    public: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"ClientKeys(server={self.server!r}, public={self.public!r})"


def server_keys(directory: Path) -> ServerKeys:
    """Return the keys of a server from the folder that ``keygen`` made; raises ``UsageError``."""
    _public, secret = read_secret(directory / SERVER_SECRET)
    clients = directory / CLIENTS
    files = sorted(clients.glob("*.key"))
    if not files:
        raise UsageError(
            f"{clients} has no client's key in it (NAME.key), so no client could connect: "
            f"`sipflow-coord keygen {directory} --name NAME` makes one",
            code="bad-keys",
        )
    if clients.stat().st_mode & 0o022:
        raise UsageError(
            f"others may write to {clients}, so they could add keys: chmod go-w {clients}",
            code="bad-keys",
        )
    for file in files:
        read_public(file)
    return ServerKeys(secret, clients)


def client_keys(server: Path, own: Path) -> ClientKeys:
    """Return a client's keys, read from the server's public file and its own secret file.

    Raises ``UsageError``.
    """
    of_server = read_public(server)
    public, secret = read_secret(own)
    if public == of_server:
        raise UsageError(
            f"{own} is the server's own key: give a client's, NAME.key_secret", code="bad-keys"
        )
    return ClientKeys(of_server, public, secret)


def secure_client(socket: zmq.Socket[bytes], keys: ClientKeys) -> None:
    """Make a socket that is not yet connected authenticate itself, and accept only that server."""
    socket.setsockopt(zmq.CURVE_SERVERKEY, keys.server)
    socket.setsockopt(zmq.CURVE_PUBLICKEY, keys.public)
    socket.setsockopt(zmq.CURVE_SECRETKEY, keys.secret)


def is_admitted(clients: Path, public: bytes) -> bool:
    """Return whether one of the public files now in the folder has this key.

    A file that is no public key file is ignored.
    """
    return any(_admits(file, public) for file in clients.glob("*.key"))


def read_public(path: Path) -> bytes:
    """Return the key of a public file; raises ``UsageError``."""
    public, secret = _read(path)
    if secret is not None:
        raise UsageError(
            f"{path} is a secret key file, and only its owner should have it: "
            "give the public one, which ends in .key",
            code="bad-keys",
        )
    return public


def read_secret(path: Path) -> tuple[bytes, bytes]:
    """Return the public and the secret key of a secret file; raises ``UsageError``."""
    public, secret = _read(path)
    if secret is None:
        raise UsageError(
            f"{path} is a public key file: give the secret one, which ends in .key_secret",
            code="bad-keys",
        )
    if path.stat().st_mode & 0o077:
        raise UsageError(
            f"others may read {path}, so it is no secret: chmod 600 {path}", code="bad-keys"
        )
    return public, secret


def _admits(file: Path, public: bytes) -> bool:
    try:
        return read_public(file) == public
    except UsageError:
        return False


def _read(path: Path) -> tuple[bytes, bytes | None]:
    # Imported here: it loads the standard library's logging, which is not needed without keys.
    from zmq.auth import load_certificate

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{path} is no key file: {_KEYGEN}", code="bad-keys")
        public, secret = load_certificate(path)
    except FileNotFoundError as error:
        raise UsageError(f"there is no key file {path}: {_KEYGEN}", code="bad-keys") from error
    except OSError as error:
        raise UsageError(
            f"cannot read the key file {path}: {error.strerror}", code="bad-keys"
        ) from error
    except (ValueError, IndexError) as error:  # IndexError: a key's name without a value
        raise UsageError(f"{path} is no key file: {_KEYGEN}", code="bad-keys") from error
    if not _is_key(public) or (secret is not None and not _is_pair(public, secret)):
        raise UsageError(f"the key in {path} is damaged: {_KEYGEN}", code="bad-keys")
    return public, secret


def _is_key(text: bytes) -> bool:
    try:
        return len(z85.decode(text)) == _KEY_BYTES
    except (KeyError, ValueError, struct.error):  # a character, length or number invalid in Z85
        return False


def _is_pair(public: bytes, secret: bytes) -> bool:
    return _is_key(secret) and zmq.curve_public(secret) == public
