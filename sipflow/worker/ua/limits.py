"""The limits of a pjsua2 endpoint that it does not survive, and how to stay inside them. Pure.

Measured on pjsua2-python 2.15.1: four call legs at once; 64 I/O handles, of which a call with audio
takes two and gives them back only about half a second after its end. Past the handles the stack
refuses calls with 488 and then aborts the process; up to 50 calls a second ran clean.
"""

from collections import deque

MAX_LEGS = 4
# 64 handles, less the transports and some room for what the stack opens by itself, two a call.
MAX_CALLS_HOLDING_HANDLES = 26
# What is left after that is for calls that come in: nobody asks us before those take theirs.
MAX_CALLS_WITH_INCOMING = 29
HANDLE_DELAY = 0.55


class HandleBudget:
    """Counts the calls that hold I/O handles: those that live, and those just ended."""

    def __init__(self) -> None:
        self._alive = 0
        self._ended: deque[float] = deque()

    @property
    def alive(self) -> int:
        """How many calls the endpoint has."""
        return self._alive

    def opened(self) -> None:
        """Take in that a call began."""
        self._alive += 1

    def closed(self, now: float) -> None:
        """Take in that a call ended."""
        self._alive -= 1
        self._ended.append(now + HANDLE_DELAY)

    def wait(self, now: float) -> float:
        """Return the seconds until one more call can begin safely, 0 if it can now."""
        self._forget(now)
        excess = self._alive + len(self._ended) + 1 - MAX_CALLS_HOLDING_HANDLES
        if excess <= 0:
            return 0.0
        return self._ended[min(excess, len(self._ended)) - 1] - now if self._ended else 0.0

    def hold(self, now: float) -> float:
        """Return the seconds for which no INVITE may be taken in, 0 if as many may as can come."""
        room = MAX_CALLS_WITH_INCOMING - MAX_LEGS
        if len(self._ended) > room:
            self._forget(now)
        excess = len(self._ended) - room
        return self._ended[excess - 1] - now if excess > 0 else 0.0

    def _forget(self, now: float) -> None:
        while self._ended and self._ended[0] <= now:
            self._ended.popleft()
