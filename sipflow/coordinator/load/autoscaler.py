"""The autoscaler: the number of slots, from the load's rate and the measured run length. Pure.

On a busy machine, waiting runs do not mean a lack of slots: launching processes then would make it
worse, and longer runs would require even more of them. So no slot is added while the machine is
busy, and never more than rate and length require, a few at a time. A load with a fixed number of
concurrent runs has a slot for each.
"""

from msgspec import Struct

from sipflow.coordinator.load.plan.capacity import slots_for
from sipflow.coordinator.load.slots.slot import LoadRun

# Seconds between two looks; a worker takes a few hundredths to be ready.
PAUSE = 0.25
# More slots at a time, as a share of those that there are.
SHARE = 0.25
# The weight of one run's length in the mean.
WEIGHT = 0.05
# From this CPU utilisation on, more processes do not help.
BUSY = 0.9


class Need(Struct, frozen=True):
    """The state at one check: runs that are due and wait, slots, and slots not ready yet.

    ``busy``: the CPU utilisation since the last check, 0 to 1.
    """

    waiting: int
    slots: int
    launching: int
    busy: float


class Autoscaler:
    """Tracks the lengths of runs and decides on new slots.

    ``most``: the greatest number of slots.
    ``shortest``: the least duration of a run, in seconds.
    ``legs``: the number of dialogs of an instance in a run.
    """

    def __init__(self, most: int, shortest: float, legs: int) -> None:
        self._most = most
        self._legs = legs
        self._length = shortest
        self._begun: dict[int, float] = {}
        self._next = 0.0

    def began(self, run: LoadRun) -> None:
        """Record the beginning of a run."""
        self._begun[run.number] = run.began

    def ended(self, run: LoadRun, now: float) -> None:
        """Record the end of a run."""
        del self._begun[run.number]
        self._length += WEIGHT * (now - run.began - self._length)

    def forbid(self) -> None:
        """Stop adding slots, because there are no resources for them."""
        self._most = 0

    def is_due(self, now: float) -> bool:
        """Return whether the next check is due; True once per interval."""
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
        """Return how many slots to launch now for a fixed number of concurrent runs."""
        return self._few(int(at_once), need)

    def _few(self, wanted: int, need: Need) -> int:
        waiting = need.waiting - need.launching
        lacking = min(wanted, self._most) - need.slots
        return max(0, min(lacking, max(1, int(need.slots * SHARE)), waiting))

    def _expected(self, now: float) -> float:
        """Return the expected length of a run, from ended runs and the age of the current ones."""
        oldest = next(iter(self._begun.values()), now)
        return max(self._length, now - oldest)
