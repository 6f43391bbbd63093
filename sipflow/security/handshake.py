"""Detects that a server refuses a client's keys, on the client's side.

ZeroMQ does not report that, and after most refusals it does not even reconnect: without this, a
client with a wrong key would wait for ever. It only observes, and must not decide about access.
"""

import struct

import zmq

from sipflow.errors import UsageError

_REASONS = {
    zmq.EVENT_HANDSHAKE_FAILED_AUTH: (
        "the server does not accept this client's key: its public file, NAME.key, has to be in "
        "the server's folder of clients"
    ),
    zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL: (
        "only one side has keys: a server with keys requires clients with keys, and the reverse"
    ),
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL: (
        "the server broke the connection off, as it does when a client has no keys, or has the "
        "public key of another server"
    ),
}
_EVENT = struct.Struct("=Hi")
# The mask of these events for a socket's monitor.
REFUSALS = int(sum(_REASONS))


class Refusals:
    """Decides from a socket's monitor events whether the server refuses the connection.

    A handshake that was broken off is a refusal only if the next one is, too: a server that ends at
    that moment breaks off one. For a client without keys it may happen many times before ZeroMQ
    detects that the server requires keys.
    """

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._broken_off = 0

    def take(self, event: int) -> None:
        """Handle one of ``REFUSALS``; raises ``UsageError`` if the server refuses for good."""
        self._broken_off += event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
        if event != zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL or self._broken_off > 1:
            raise UsageError(
                f"cannot connect to {self._endpoint}: {_REASONS[zmq.Event(event)]}",
                code="bad-endpoint",
            )

    def forget(self) -> None:
        """Handle an established connection: earlier refusals no longer count."""
        self._broken_off = 0


class Handshake:
    """Watches a socket that is about to connect; closed before the socket is."""

    def __init__(self, socket: zmq.Socket[bytes], endpoint: str) -> None:
        self._watched = socket
        self._refusals = Refusals(endpoint)
        # Public, for the poller that waits on the socket.
        self.socket: zmq.Socket[bytes] = socket.get_monitor_socket(REFUSALS)

    def check(self) -> None:
        """Raise ``UsageError`` if the server has refused; does not wait."""
        while self.socket.poll(0):
            event, _value = _EVENT.unpack(self.socket.recv_multipart()[0])
            self._refusals.take(event)

    def close(self) -> None:
        """Stop watching."""
        self._watched.disable_monitor()
        self.socket.close()
