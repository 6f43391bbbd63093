"""Whether a worker that is silent hangs, or only waits for a processor.

A load can ask for more than a machine does. Then the workers share the processors, and one that has
not been heard of may be one whose turn has not come: it is waited for a few times longer. On a
machine that has time to spare nobody has that excuse.
"""

from pathlib import Path

from sipflow.coordinator.load.autoscaler import BUSY
from sipflow.coordinator.load.plan.machine import Processors
from sipflow.coordinator.workers.heartbeat import SILENCE_LIMIT

# How often a worker is excused, in a row; each gives it the limit of silence once more.
AT_MOST = 3
# Seconds over which it is seen how busy the machine is.
LOOK = 1.0


class StarvationGrace:
    """Looks at the machine and at who is silent; ``root`` is where ``proc`` is."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._processors = Processors(root)
        self._busy = 0.0
        self._next = 0.0
        self._excused: dict[str, tuple[int, float]] = {}

    def look(self, now: float) -> None:
        """Take in how busy the machine is; to be called at least once in ``LOOK`` seconds."""
        if now >= self._next:
            self._next = now + LOOK
            self._busy = self._processors.busy()

    def holds(self, worker: str, pid: int | None, now: float) -> bool:
        """Tell whether a worker that is silent is to be given the limit of silence once more."""
        if pid is None or self._busy < BUSY or not self._wants_a_processor(pid):
            return False
        times, last = self._excused.get(worker, (0, now))
        if now - last > 2 * SILENCE_LIMIT:  # it has been heard of meanwhile
            times = 0
        self._excused[worker] = (times + 1, now)
        return times < AT_MOST

    def _wants_a_processor(self, pid: int) -> bool:
        """Tell whether any thread of it does: the one that we hear of may wait for another."""
        return any(_state(one) == "R" for one in self._root.glob(f"proc/{pid}/task/*/stat"))


def _state(stat: Path) -> str:
    try:
        text = stat.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended
        return ""
    return text.rpartition(")")[2].split()[0]
