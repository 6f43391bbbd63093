"""The load generator's own utilisation, and whether it limits the load. Pure.

Late runs and late answers can be caused by this machine: by its CPU, or by too few slots. Then the
figures describe the target less well than they seem to, so a warning is due.
"""

from sipflow.coordinator.load.autoscaler import BUSY, Need
from sipflow.protocol.events import RunCounts
from sipflow.protocol.load_result import Generator

# The least share, of a load's time and of its runs, that affects the figures noticeably.
_SHARE_OF_TIME = 0.1
_SHARE_OF_RUNS = 0.01
# So many measurements in a row, each of a quarter of a second, are no burst any more.
_LOOKS_IN_A_ROW = 12
_ALL = 100.0


class Strain:
    """Collects measurements of the machine; ``cores``: the number of its CPU cores."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._looks = 0
        self._busy_sum = 0.0
        self._busiest = 0.0
        self._busy = 0
        self._in_a_row = 0
        self._full = 0
        self._slots = 0
        self._has_warned = False

    def saw(self, need: Need) -> str | None:
        """Record a measurement; return the warning to publish now, once per kind."""
        self._looks += 1
        self._busy_sum += need.busy
        self._busiest = max(self._busiest, need.busy)
        self._slots = max(self._slots, need.slots)
        self._full += need.waiting > 0
        is_busy = need.busy >= BUSY
        self._busy += is_busy
        self._in_a_row = self._in_a_row + 1 if is_busy else 0
        if self._has_warned or self._in_a_row < _LOOKS_IN_A_ROW:
            return None
        self._has_warned = True
        return (
            f"the CPU of this machine is busy ({need.busy * _ALL:.0f} % of {self._shown_cores}): "
            "the measured delays may be its own"
        )

    def figures(self) -> Generator:
        """Return the figures for the result."""
        if not self._looks:
            return Generator(cores=self._cores)
        return Generator(
            cpu_percent_mean=self._share(self._busy_sum),
            cpu_percent_max=round(self._busiest * _ALL, 1),
            cpu_busy_percent=self._share(self._busy),
            slots_full_percent=self._share(self._full),
            cores=self._cores,
            slots=self._slots,
        )

    def warnings(self, runs: RunCounts) -> tuple[str, ...]:
        """Return the warnings that this machine may have limited the figures."""
        found: list[str] = []
        if self._looks and self._busy >= _SHARE_OF_TIME * self._looks:
            found.append(
                f"the CPU of this machine was busy, {self._percent(self._busy_sum)} on average of "
                f"{self._shown_cores} and 90 % or more in {self._percent(self._busy)} of the time: "
                "the delays may be those of this machine and not those of the target; ask for "
                "fewer runs a second, or use a larger machine"
            )
        if runs.late > _SHARE_OF_RUNS * runs.started:
            found.append(f"{runs.late} of {runs.started} runs began late{self._why_late()}")
        return tuple(found)

    def _why_late(self) -> str:
        if self._looks and self._full >= _SHARE_OF_TIME * self._looks:
            slots = f"all {self._slots} slots were" if self._slots > 1 else "the only slot was"
            return (
                f", because {slots} taken in {self._percent(self._full)} of the time: the runs "
                "took longer than the slots allow for; see --workers and --concurrency"
            )
        return ": this machine did not begin them in time"

    @property
    def _shown_cores(self) -> str:
        return f"{self._cores} core" if self._cores == 1 else f"{self._cores} cores"

    def _share(self, part: float) -> float:
        return round(part / self._looks * _ALL, 1)

    def _percent(self, part: float) -> str:
        return f"{part / self._looks * _ALL:.0f} %"
