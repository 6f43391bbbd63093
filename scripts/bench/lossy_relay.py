"""A relay between two SIP endpoints on this machine that loses some of their messages.

Each side takes the relay for the other one: it listens on a port for each, and writes its own
addresses over theirs in what it passes on. RTP goes past it.
"""

import random
import selectors
import socket
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
LARGEST = 65_536
STOP = b"stop"

Loses = Callable[[bytes], bool]


class LossyRelay:
    """Passes on what comes from ``caller`` and ``callee``, two ports, as a context manager.

    ``uri`` reaches the callee by way of the relay. ``loses`` decides of each message; ``lost`` and
    ``passed`` count them.
    """

    def __init__(self, caller: int, callee: int, loses: Loses) -> None:
        self._loses = loses
        self.lost = self.passed = 0
        # What the caller speaks to, and what the callee speaks to.
        self._sides = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for side in self._sides:
            side.bind((HOST, 0))
        here, there = (int(side.getsockname()[1]) for side in self._sides)
        self._ends = (caller, callee)
        self._rewritten = (
            (_place(caller), _place(there), _place(here), _place(callee)),
            (_place(callee), _place(here), _place(there), _place(caller)),
        )
        self.uri = f"sip:200@{HOST}:{here}"
        self._thread = Thread(target=self._relay)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for side in self._sides:
            side.sendto(STOP, side.getsockname())
        self._thread.join()
        for side in self._sides:
            side.close()

    def _relay(self) -> None:
        with selectors.DefaultSelector() as selector:
            for number, side in enumerate(self._sides):
                selector.register(side, selectors.EVENT_READ, number)
            while all(self._pass_on(key.data) for key, _ in selector.select()):
                pass

    def _pass_on(self, number: int) -> bool:
        """Pass on a message, or lose it; return False where it is the last."""
        message = self._sides[number].recv(LARGEST)
        if message == STOP:
            return False
        if self._loses(message):
            self.lost += 1
            return True
        self.passed += 1
        own, shown, addressed, other = self._rewritten[number]
        # One after the other would write over what was written.
        parts = (part.replace(own, shown) for part in message.split(addressed))
        self._sides[1 - number].sendto(other.join(parts), (HOST, self._ends[1 - number]))
        return True


def at_random(percent: float, seed: int) -> Loses:
    """Return a choice that loses so many of a hundred messages."""
    choice = random.Random(seed)
    return lambda _message: choice.uniform(0, 100) < percent


def every(method: bytes) -> Loses:
    """Return a choice that loses each request with a method, and nothing else."""
    return lambda message: message.startswith(method + b" ")


def _place(port: int) -> bytes:
    return f"{HOST}:{port}".encode()
