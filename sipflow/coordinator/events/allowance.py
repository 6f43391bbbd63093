"""How much the subscriptions of each connection, and of all together, may take.

libzmq keeps every topic that it is sent, wanted or not, at some 50 bytes of memory for each byte of
it, and again as much once it is registered; it has no limit of its own and cannot end a connection.
So topics are counted by the connection that they came from, beyond a limit they are not registered,
and a connection that goes on is shut down by its descriptor.
"""

import os
import socket
import stat
from contextlib import suppress

# In bytes: 1,000 prefixes of usual length. With two tries of libzmq's about 6 MiB of memory.
MOST_OF_ONE = 64 * 1024
# Where a connection goes on regardless, it ends: about 12 MiB of memory for what is not registered.
MUCH_TOO_MUCH = 4 * MOST_OF_ONE
MOST_OF_ALL = 4 * MOST_OF_ONE
# Of a topic, beside its bytes: what short ones take.
_EACH = 16

# A descriptor's number is used again; together with the number of its socket it is one connection.
_Connection = tuple[int, int]


class Allowance:
    """Counts topics by connection; ``exceeded``: some were not registered, or cost a connection."""

    def __init__(self) -> None:
        self._taken: dict[_Connection, int] = {}
        self.exceeded = False

    def take(self, topic: bytes, descriptor: int) -> bool:
        """Count a topic and tell whether it may be registered; end the connection if need be."""
        connection = _connection(descriptor)
        if connection is None:
            return True  # it is gone: nothing is kept for it
        if connection not in self._taken:
            self._forget_ended()
        taken = self._taken[connection] = self._taken.get(connection, 0) + len(topic) + _EACH
        if taken <= MOST_OF_ONE and self._all() <= MOST_OF_ALL:
            return True
        self.exceeded = True
        if taken > MUCH_TOO_MUCH or self._all() > 2 * MOST_OF_ALL:
            _shut_down(connection)
        return False

    def give_back(self, topic: bytes, descriptor: int) -> None:
        """Take in that a connection has ended a subscription."""
        connection = _connection(descriptor)
        if connection is not None and connection in self._taken:
            self._taken[connection] -= min(self._taken[connection], len(topic) + _EACH)

    def _all(self) -> int:
        return sum(self._taken.values())

    def _forget_ended(self) -> None:
        self._taken = {
            connection: taken
            for connection, taken in self._taken.items()
            if _connection(connection[0]) == connection
        }


def _connection(descriptor: int) -> _Connection | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return (descriptor, status.st_ino) if stat.S_ISSOCK(status.st_mode) else None


def _shut_down(connection: _Connection) -> None:
    """End a connection; libzmq sees that its other side is gone, and forgets what it subscribed."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection[0])) as ending:
        ending.shutdown(socket.SHUT_RDWR)
