"""Whether a worker without heartbeats is hung, or only waits for a CPU.

If a load requires more CPU than the machine has, a worker's heartbeat may be late only because the
worker was not scheduled. Its time limit is then extended a few times. On a machine with idle CPU
time the limit is never extended.
"""

from pathlib import Path

from sipflow.coordinator.load.autoscaler import BUSY
from sipflow.coordinator.load.plan.machine import Processors
from sipflow.coordinator.workers.heartbeat import SILENCE_LIMIT

# How often in a row a worker's time limit is extended, each time by ``SILENCE_LIMIT``.
AT_MOST = 3
# Seconds over which the CPU utilisation is measured.
LOOK = 1.0


class StarvationGrace:
    """Extends the time limit of starved workers; ``root`` is the directory of ``proc``."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._processors = Processors(root)
        self._busy = 0.0
        self._next = 0.0
        self._excused: dict[str, tuple[int, float]] = {}

    def look(self, now: float) -> None:
        """Measure the CPU utilisation; must be called at least once in ``LOOK`` seconds."""
        if now >= self._next:
            self._next = now + LOOK
            self._busy = self._processors.busy()

    def holds(self, worker: str, pid: int | None, now: float) -> bool:
        """Return whether the time limit of a worker without heartbeats is extended once more."""
        if pid is None or self._busy < BUSY or not self._wants_a_processor(pid):
            return False
        times, last = self._excused.get(worker, (0, now))
        if now - last > 2 * SILENCE_LIMIT:  # it has sent heartbeats since
            times = 0
        self._excused[worker] = (times + 1, now)
        return times < AT_MOST

    def _wants_a_processor(self, pid: int) -> bool:
        """Return whether any thread of it is runnable: its main thread may wait for another."""
        return any(_state(one) == "R" for one in self._root.glob(f"proc/{pid}/task/*/stat"))


def _state(stat: Path) -> str:
    try:
        text = stat.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended
        return ""
    return text.rpartition(")")[2].split()[0]
