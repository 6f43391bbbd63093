"""Wakes the SIP stack when a command has arrived.

The stack waits in its own poll and cannot wait for a ZeroMQ socket as well. So one small thread
watches the file descriptor of the control socket, and nothing else, and sends the stack's own SIP
port the two bytes of a keep-alive (RFC 5626 §3.5.1), which every SIP stack takes and ignores. The
thread touches neither the stack nor the socket: commands are read by the worker's one loop. An idle
worker thus sleeps for as long as its timers let it, and still obeys at once.
"""

import select
import socket
import threading

from sipflow.protocol.sip import KEEP_ALIVE


class Doorbell:
    """Rings at ``address`` when ``descriptor`` becomes readable, once per ``rearm``.

    ``rang``: whether it has since it was armed.
    """

    def __init__(self, descriptor: int, address: tuple[str, int]) -> None:
        self._descriptor = descriptor
        self._address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._armed = threading.Event()
        self._armed.set()
        self.rang = False
        threading.Thread(target=self._watch, name="doorbell", daemon=True).start()

    def rearm(self) -> None:
        """Say that the commands have been read: the next one rings again."""
        self.rang = False
        self._armed.set()

    def _watch(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while True:
            self._armed.wait()
            poller.poll()
            self._armed.clear()
            self.rang = True
            self._socket.sendto(KEEP_ALIVE, self._address)
