"""The memory limit for subscriptions: of each connection, and of all together.

libzmq keeps every topic that it receives, at some 50 bytes of memory per byte of the topic, and the
same again once the topic is registered; it has no limit and cannot close a single connection. So
topics are counted per connection; beyond a limit they are not registered, and a connection that
still sends more is shut down by its descriptor.
"""

import os
import socket
import stat
from contextlib import suppress

# In bytes: 1,000 prefixes of usual length. With two tries of libzmq's about 6 MiB of memory.
MOST_OF_ONE = 64 * 1024
# A connection that sends more is closed: about 12 MiB of memory for topics that are not registered.
MUCH_TOO_MUCH = 4 * MOST_OF_ONE
MOST_OF_ALL = 4 * MOST_OF_ONE
# The fixed cost of a topic, beside its bytes.
_EACH = 16

# Descriptor numbers are reused; descriptor and socket number together identify a connection.
_Connection = tuple[int, int]


class Allowance:
    """Counts topics by connection; ``exceeded``: a topic was rejected or a connection closed."""

    def __init__(self) -> None:
        self._taken: dict[_Connection, int] = {}
        self.exceeded = False

    def take(self, topic: bytes, descriptor: int) -> bool:
        """Count a topic; return whether it may be registered. May close the connection."""
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
        """Record that a connection has ended a subscription."""
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
    """Close a connection; libzmq then drops the subscriptions of its peer."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection[0])) as ending:
        ending.shutdown(socket.SHUT_RDWR)
