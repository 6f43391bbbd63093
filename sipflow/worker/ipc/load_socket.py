"""A worker's direct Unix socket to a coordinator that runs a load.

A ZeroMQ socket passes each message through a thread of its own, and a command rings through another
one: for one message each way in a run that takes milliseconds, waking threads would cost as much as
the run. So the messages of a load go through a Unix socket (SOCK_SEQPACKET: whole messages, in
order), which the worker's waker watches.
"""

import select
import socket
from contextlib import suppress

from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.wire import decode_to_worker, encode

# A coordinator that receives nothing for this long, in seconds, is gone or about to be.
PATIENCE = 1.0
LARGEST = 1 << 20


class LoadSocket:
    """The worker's end; ``hello`` identifies the worker to the coordinator. Raises ``OSError``.

    ``is_over``: the coordinator has closed its end, so that nothing more arrives.
    """

    def __init__(self, path: str, hello: bytes) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC)
        self._socket.connect(path)
        self.descriptor = self._socket.fileno()
        self.is_over = False
        self._socket.send(hello)
        self._socket.setblocking(False)
        self._writable = select.poll()
        self._writable.register(self._socket, select.POLLOUT)
        self._readable = select.poll()
        self._readable.register(self._socket, select.POLLIN)

    def say(self, word: ToCoordinator) -> None:
        """Send a message to the coordinator; a lost coordinator is detected elsewhere.

        Raises ``BlockingIOError`` if the coordinator does not receive it in time.
        """
        data = encode(word)
        with suppress(BrokenPipeError, ConnectionResetError):
            try:
                self._socket.send(data)
            except BlockingIOError:
                self._writable.poll(PATIENCE * 1000)
                self._socket.send(data)

    def has_words(self) -> bool:
        """Return whether a command is here."""
        return bool(self._readable.poll(0))

    def receive(self) -> list[ToWorker]:
        """Return the commands that have arrived."""
        commands: list[ToWorker] = []
        # Called on every turn, nearly always in vain: an exception for that would cost most of it.
        if not self.has_words():
            return commands
        with suppress(BlockingIOError, ConnectionResetError):
            while data := self._socket.recv(LARGEST):
                commands.append(decode_to_worker(data))
            self.is_over = True
        return commands

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
