"""Notices that a server and a client do not agree on keys.

ZeroMQ keeps that to itself, and after most refusals it does not even try again: without this, a
client with a wrong key would wait for ever. It only looks, and must not decide who is let in.
"""

import struct

import zmq

from sipflow.errors import UsageError

_REASONS = {
    zmq.EVENT_HANDSHAKE_FAILED_AUTH: (
        "the server does not let this client's key in: its public file, NAME.key, has to be in "
        "the server's folder of clients"
    ),
    zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL: (
        "only one side has keys: a server with keys wants clients with keys, and the reverse"
    ),
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL: (
        "the server broke the connection off, as it does when a client has no keys, or was given "
        "the public key of another server"
    ),
}
_EVENT = struct.Struct("=Hi")
# All of the above, as a socket's monitor wants to be told.
REFUSALS = int(sum(_REASONS))


class Refusals:
    """Judges what a socket's monitor tells of its connecting to an endpoint.

    A handshake that was broken off is a refusal only if the next one is too: a server that ends
    just then breaks off one. To a client without keys it may happen many times before ZeroMQ
    notices that the server wants some.
    """

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._broken_off = 0

    def take(self, event: int) -> None:
        """Take in one of ``REFUSALS``; raises ``UsageError`` if there is no sense in going on."""
        self._broken_off += event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
        if event != zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL or self._broken_off > 1:
            raise UsageError(
                f"cannot connect to {self._endpoint}: {_REASONS[zmq.Event(event)]}",
                code="bad-endpoint",
            )

    def forget(self) -> None:
        """Take in that the connection is up."""
        self._broken_off = 0


class Handshake:
    """Watches a socket that is about to connect; closed before the socket is."""

    def __init__(self, socket: zmq.Socket[bytes], endpoint: str) -> None:
        self._watched = socket
        self._refusals = Refusals(endpoint)
        # For the poller of whoever waits on the socket.
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
