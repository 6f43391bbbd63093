"""Who is let in to the coordinator's sockets: only clients whose public key is in the folder.

Answers, in a thread of its own, what ZeroMQ asks at each new connection (ZAP, RFC 27). Imported
only where keys are used: the authenticator loads asyncio, which costs a start 50 ms.
"""

from pathlib import Path

import zmq
from zmq.auth.thread import ThreadAuthenticator

from sipflow.security.keys import ServerKeys, is_admitted

# The authenticator looks a domain up by its very name; `*` would be a name like any other.
DOMAIN = "sipflow"
# Whoever connects says little, subscriptions and requests; and before anybody is known, a length
# in a frame's header must not make ZeroMQ keep that much.
LARGEST_MESSAGE = 65_536


class CurveAllowList:
    """The allow-list of one context; made before its sockets are bound, closed after them."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], keys: ServerKeys) -> None:
        self._secret = keys.secret
        self._authenticator = ThreadAuthenticator(context)
        self._authenticator.configure_curve_callback(DOMAIN, _AllowList(keys.clients))
        self._authenticator.start()

    def secure(self, socket: zmq.Socket[bytes]) -> None:
        """Have a socket that is about to bind let in nobody but the clients of the folder."""
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, self._secret)
        socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN.encode())
        # Without this, everybody who has the server's public key is let in while nobody answers
        # ZAP, e.g. after close().
        socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        socket.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)

    def close(self) -> None:
        """Let in nobody any more, and end the thread; those who are connected stay so."""
        self._authenticator.stop()


class _AllowList:
    """Looks into the folder at each connection, so that keys can be added and removed."""

    def __init__(self, clients: Path) -> None:
        self._clients = clients

    def callback(self, _domain: str, public: bytes) -> bool:
        """Answer the authenticator; what it raised would end the thread."""
        return is_admitted(self._clients, public)
