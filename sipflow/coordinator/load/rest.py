"""How soon a slot may play again: what pjsip survives, kept by whoever hands out runs. Pure.

An endpoint holds the I/O handles of a call for half a second after its end, and has few. A worker
waits by itself where they would not do, but a run that has to wait there is late and nobody knows;
so a slot that needs a rest gets no run.
"""

from collections import deque

# The handles of a call that has ended are given back after 0.5 s; the rest is for the way of the
# messages. How many calls hold some at once: see the limits of the worker's user agent.
REST = 0.6
CALLS_AT_ONCE = 24


class Rest:
    """When the last runs of one slot ended; ``legs``: the most dialogs of an instance in a run."""

    def __init__(self, legs: int) -> None:
        self._ends: deque[float] = deque(maxlen=max(1, CALLS_AT_ONCE // max(1, legs)))

    def ended(self, now: float) -> None:
        """Take in that a run has ended."""
        self._ends.append(now)

    def until(self) -> float:
        """Return the moment from which it may play; a moment in the past for at once."""
        return self._ends[0] + REST if len(self._ends) == self._ends.maxlen else 0.0
