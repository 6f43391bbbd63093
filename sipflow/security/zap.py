"""Access control of the coordinator's sockets: only clients whose public key is in the folder.

A thread answers ZeroMQ's authentication request for each new connection (ZAP, RFC 27). Imported
only where keys are used: the authenticator loads asyncio, which costs a start 50 ms.
"""

from pathlib import Path

import zmq
from zmq.auth.thread import ThreadAuthenticator

from sipflow.security.keys import ServerKeys, is_admitted

# The authenticator looks a domain up by its exact name; `*` would not match others.
DOMAIN = "sipflow"
# Clients send only short subscriptions and requests; and before a client is authenticated, a length
# in a frame's header must not make ZeroMQ allocate that much.
LARGEST_MESSAGE = 65_536


class CurveAllowList:
    """The allow-list of one context; made before its sockets are bound, closed after them."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], keys: ServerKeys) -> None:
        self._secret = keys.secret
        self._authenticator = ThreadAuthenticator(context)
        self._authenticator.configure_curve_callback(DOMAIN, _AllowList(keys.clients))
        self._authenticator.start()

    def secure(self, socket: zmq.Socket[bytes]) -> None:
        """Make a socket that is not yet bound accept only the clients of the folder."""
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self._secret)
        socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN.encode())
        # Without this, every client that has the server's public key is accepted while there is no
        # ZAP handler, e.g. after close().
        socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        socket.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)

    def close(self) -> None:
        """End the thread; no new client is accepted, and connected ones stay connected."""
        self._authenticator.stop()


class _AllowList:
    """The public keys in the folder, read at each connection, so that they can change."""

    def __init__(self, clients: Path) -> None:
        self._clients = clients

    def callback(self, _domain: str, public: bytes) -> bool:
        """Answer the authenticator; must not raise, since an exception would end the thread."""
        return is_admitted(self._clients, public)
