"""A worker whose user agent sleeps until it is wanted, however long that takes.

A loop that relies on a time limit of ``poll`` where a command should do never returns from it.
Run as ``python -m tests.worker.sleeper LAUNCH``, where that is a JSON object.
"""

import os
import select
import signal
import socket
import sys

from msgspec import json

from sipflow.protocol.launch import Launch
from sipflow.worker.ipc.connection import CoordinatorConnection
from sipflow.worker.loop import Loop
from sipflow.worker.ua import Disturbed, never
from sipflow.worker.ua.events import Happening
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent


class Sleeper(MemoryUserAgent):
    """Comes back from a poll only if it is wanted; looks at that at each bell and each signal."""

    def __init__(self) -> None:
        super().__init__(Exchange())
        self._signalled, self._signals = socket.socketpair()
        self._signals.setblocking(False)
        signal.set_wakeup_fd(self._signals.fileno())

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        assert self.bell is not None
        while not disturbed():
            ready, _, _ = select.select([self.bell.descriptor, self._signalled.fileno()], [], [])
            if self.bell.descriptor in ready:
                self.bell.ring()
            else:
                self._signalled.recv(64)
        return super().poll(0, disturbed)


if __name__ == "__main__":
    launch = json.decode(sys.argv[1], type=Launch)
    link = CoordinatorConnection(launch)
    loop = Loop(Sleeper(), link, os.getpid())
    signal.signal(signal.SIGTERM, lambda _number, _frame: setattr(loop, "orphaned", True))
    loop.run()
    link.close()
