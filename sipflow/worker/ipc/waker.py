"""One descriptor that wakes a worker when any socket that carries commands is readable.

The SIP stack waits in its own poll and cannot wait for a ZeroMQ socket as well. But it can wait for
a plain descriptor, and this one is readable as long as any of the watched descriptors is (epoll).
So no wake-up can be lost, no thread has to be woken in between, and an idle worker sleeps as long
as its timers allow and executes a command at once.
"""

import select
from contextlib import suppress


class Waker:
    """Epoll descriptor of a worker; the user agent reports it readable by ``look`` or ``ring``.

    ``rang``: whether a command may be here.
    ``descriptor``: readable while any of the watched descriptors is.
    """

    def __init__(self, watched: int) -> None:
        self._epoll = select.epoll()
        self.descriptor = self._epoll.fileno()
        self.rang = False
        self.watch(watched)

    def watch(self, descriptor: int) -> None:
        """Watch one more descriptor; a closed one is removed by the kernel."""
        self._epoll.register(descriptor, select.EPOLLIN)

    def forget(self, descriptor: int) -> None:
        """Stop watching a descriptor."""
        with suppress(OSError):
            self._epoll.unregister(descriptor)

    def ring(self) -> None:
        """Record that the descriptor was seen to be readable."""
        self.rang = True

    def look(self) -> None:
        """Ring if the descriptor is readable now."""
        if self._epoll.poll(0, 1):
            self.ring()

    def rearm(self) -> None:
        """Record that the commands have been read: unread or later ones ring again."""
        self.rang = False
