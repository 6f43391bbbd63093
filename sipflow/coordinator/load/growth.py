"""How many slots a load is to have, from its rate and from how long its runs really take. Pure.

A moment in which runs have to wait is no lack of slots: the machine may have been busy, and to
launch processes then would make it worse. So there are never more than what rate and length ask
for, and they are launched a few at a time.
"""

from sipflow.coordinator.load.capacity import slots_for
from sipflow.coordinator.load.slot import LoadRun

# Seconds between two looks; a worker takes a few hundredths to be ready.
PAUSE = 0.25
# More slots at a time, as a share of those that there are.
SHARE = 0.25
# How much one run's length counts for the mean.
WEIGHT = 0.05


class Growth:
    """Watches the lengths of runs; ``most``: slots that there may be.

    ``shortest``: how long a run takes at least, in seconds; ``legs``: dialogs of an instance in it.
    """

    def __init__(self, most: int, shortest: float, legs: int) -> None:
        self._most = most
        self._legs = legs
        self._length = shortest
        self._begun: dict[int, float] = {}
        self._next = 0.0

    def began(self, run: LoadRun) -> None:
        """Take in that a run has begun."""
        self._begun[run.number] = run.began

    def ended(self, run: LoadRun, now: float) -> None:
        """Take in that a run has ended."""
        del self._begun[run.number]
        self._length += WEIGHT * (now - run.began - self._length)

    def forbid(self) -> None:
        """Ask for no more slots: there is no place for them."""
        self._most = 0

    def more(self, now: float, rate: float, waiting: int, slots: int, launching: int) -> int:
        """Return how many slots to launch now, for runs that are due and wait."""
        if waiting <= launching or now < self._next:
            return 0
        self._next = now + PAUSE
        wanted = min(slots_for(rate, self._expected(now), self._legs), self._most)
        return max(0, min(wanted - slots, max(1, int(slots * SHARE)), waiting - launching))

    def _expected(self, now: float) -> float:
        """Return how long a run takes: as the ended ones did, or as long as one has by now."""
        oldest = next(iter(self._begun.values()), now)
        return max(self._length, now - oldest)
