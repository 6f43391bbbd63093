"""The coordinator's load sockets: one connection for each worker of a load.

Owns the listening socket and the connections. A connection is accepted as a worker's only with the
right key.
"""

import select
import socket
from contextlib import suppress
from pathlib import Path

from sipflow.errors import ResourceError
from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.wire import MalformedError, decode_to_coordinator, encode

LARGEST = 1 << 20
# Connections and messages handled in one turn, so that a flood from one cannot delay others.
MOST_AT_ONCE = 200
_BACKLOG = 1024


class LoadSockets:
    """Connections by worker; ``descriptor`` is readable when something was received.

    ``key``: identifies the workers of this coordinator.
    ``strays``: the number of connections and messages that were not a worker's.

    Raises ``ResourceError`` if there can be no socket.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._key = key.encode()
        self._connections: dict[str, socket.socket] = {}
        self._names: dict[int, str] = {}
        self._nameless: dict[int, socket.socket] = {}
        self.strays = 0
        kind = socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        self._listener = socket.socket(socket.AF_UNIX, kind)
        try:
            self._listener.bind(str(path))
            self._listener.listen(_BACKLOG)
        except OSError as error:
            self._listener.close()
            raise ResourceError(f"no socket for the workers: {error.strerror}") from error
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self.descriptor = self._epoll.fileno()

    def send(self, worker: str, word: ToWorker) -> bool:
        """Send a command to a worker; False if that is not possible."""
        connection = self._connections.get(worker)
        if connection is None:
            return False
        try:
            connection.send(encode(word))
        except OSError:  # the worker has exited or is hung, or the command is too long
            return False
        return True

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return received messages of workers, a limited number per call."""
        said: list[tuple[str, ToCoordinator]] = []
        for descriptor, _events in self._epoll.poll(0, MOST_AT_ONCE):
            if descriptor == self._listener.fileno():
                self._accept()
            elif descriptor in self._nameless:
                self._name(descriptor)
            else:
                self._receive_from(descriptor, said)
        return said

    def close(self) -> None:
        """Close everything."""
        for one in (*self._connections.values(), *self._nameless.values()):
            one.close()
        self._listener.close()
        self._epoll.close()

    def _accept(self) -> None:
        with suppress(OSError):
            connection, _address = self._listener.accept()
            connection.setblocking(False)
            self._nameless[connection.fileno()] = connection
            self._epoll.register(connection, select.EPOLLIN)

    def _name(self, descriptor: int) -> None:
        connection = self._nameless.pop(descriptor)
        hello = _received(connection)
        key, _, name = hello.partition(b":")
        if key != self._key or not name:
            self.strays += 1
            connection.close()
            return
        self._connections[name.decode(errors="replace")] = connection
        self._names[descriptor] = name.decode(errors="replace")

    def _receive_from(self, descriptor: int, said: list[tuple[str, ToCoordinator]]) -> None:
        name = self._names[descriptor]
        data = _received(self._connections[name])
        if not data:
            self._connections.pop(name).close()
            del self._names[descriptor]
            return
        try:
            said.append((name, decode_to_coordinator(data)))
        except MalformedError:
            self.strays += 1


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(LARGEST)
    except OSError:
        return b""
