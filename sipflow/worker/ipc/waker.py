"""What wakes a worker when a command has arrived: one descriptor for all that may bring one.

The SIP stack waits in its own poll and cannot wait for a ZeroMQ socket as well. But it can wait for
any descriptor that is shown to it, and this one is readable as long as something waits in any of
the descriptors that are watched (epoll). So nothing is sent that could be lost, no thread has to be
woken in between, and an idle worker sleeps for as long as its timers let it, and obeys at once.
"""

import select
from contextlib import suppress


class Waker:
    """``rang``: whether a command may be here; the user agent sees to it by ``look`` or ``ring``.

    ``descriptor`` is readable while any of those that are watched is.
    """

    def __init__(self, watched: int) -> None:
        self._epoll = select.epoll()
        self.descriptor = self._epoll.fileno()
        self.rang = False
        self.watch(watched)

    def watch(self, descriptor: int) -> None:
        """Ring for this one, too; one that is closed is forgotten."""
        self._epoll.register(descriptor, select.EPOLLIN)

    def forget(self, descriptor: int) -> None:
        """Ring no more for this one."""
        with suppress(OSError):
            self._epoll.unregister(descriptor)

    def ring(self) -> None:
        """Take in that the descriptor was seen to be readable."""
        self.rang = True

    def look(self) -> None:
        """Ring if the descriptor is readable now."""
        if self._epoll.poll(0, 1):
            self.ring()

    def rearm(self) -> None:
        """Say that the commands have been read: what is left, or comes, rings again."""
        self.rang = False
