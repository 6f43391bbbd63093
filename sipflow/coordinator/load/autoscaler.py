"""How many slots a load is to have, from its rate and from how long its runs really take. Pure.

Runs that have to wait are no lack of slots where the machine is busy: to launch processes then
would make it worse, and longer runs would ask for even more of them. So there are no more while it
is, and never more than what rate and length ask for, launched a few at a time. Where so many runs
are to be at once, each of them has a slot.
"""

from msgspec import Struct

from sipflow.coordinator.load.plan.capacity import slots_for
from sipflow.coordinator.load.slots.slot import LoadRun

# Seconds between two looks; a worker takes a few hundredths to be ready.
PAUSE = 0.25
# More slots at a time, as a share of those that there are.
SHARE = 0.25
# How much one run's length counts for the mean.
WEIGHT = 0.05
# From this share of its time on in which the machine worked, more processes are no help.
BUSY = 0.9


class Need(Struct, frozen=True):
    """What there is at a look: runs that are due and wait, slots, those of them not ready yet.

    ``busy``: the share of the machine's time in which it worked since the last look.
    """

    waiting: int
    slots: int
    launching: int
    busy: float


class Autoscaler:
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

    def is_due(self, now: float) -> bool:
        """Tell whether to look again, once for each time that is due."""
        if now < self._next:
            return False
        self._next = now + PAUSE
        return True

    def more(self, now: float, rate: float, need: Need) -> int:
        """Return how many slots to launch now, for runs that are due and wait."""
        if need.busy >= BUSY:
            return 0
        return self._few(slots_for(rate, self._expected(now), self._legs), need)

    def more_at_once(self, at_once: float, need: Need) -> int:
        """Return how many slots to launch now where so many runs are to be at once, at any rate."""
        return self._few(int(at_once), need)

    def _few(self, wanted: int, need: Need) -> int:
        waiting = need.waiting - need.launching
        lacking = min(wanted, self._most) - need.slots
        return max(0, min(lacking, max(1, int(need.slots * SHARE)), waiting))

    def _expected(self, now: float) -> float:
        """Return how long a run takes: as the ended ones did, or as long as one has by now."""
        oldest = next(iter(self._begun.values()), now)
        return max(self._length, now - oldest)
