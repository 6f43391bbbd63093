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
        "the server broke the connection off, as it does when it is not the one whose public key "
        "this client was given"
    ),
}
_EVENT = struct.Struct("=Hi")
# All of the above, as a socket's monitor has them.
REFUSALS = int(sum(_REASONS))


def refusals_of(client: zmq.Socket[bytes]) -> int:
    """Return what of the above means a refusal to a client, as its monitor wants to be told.

    To one without keys a connection that breaks off only says that the other end is gone.
    """
    if client.getsockopt(zmq.MECHANISM) == zmq.CURVE:
        return REFUSALS
    return REFUSALS & ~zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL


def refused(endpoint: str, event: int) -> UsageError:
    """Return what a refusal means, as one line."""
    return UsageError(f"cannot connect to {endpoint}: {_REASONS[zmq.Event(event)]}")


class Handshake:
    """Watches a socket that is about to connect; closed before the socket is."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self._watched = socket
        # For the poller of whoever waits on the socket.
        self.socket: zmq.Socket[bytes] = socket.get_monitor_socket(refusals_of(socket))

    def check(self, endpoint: str) -> None:
        """Raise ``UsageError`` if the server at the endpoint has refused; does not wait."""
        if self.socket.poll(0):
            event, _value = _EVENT.unpack(self.socket.recv_multipart()[0])
            raise refused(endpoint, event)

    def close(self) -> None:
        """Stop watching."""
        self._watched.disable_monitor()
        self.socket.close()
