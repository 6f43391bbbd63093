"""The profile of a load: how many runs fall due, and when. Values and their arithmetic; pure.

The rate is made of stages, in each of which it changes evenly. The integral of the rate counts
runs: the first is due as it leaves 0, the second as it leaves 1, and so on. Hence a stage that ends
just as the integral has become 3,000 has had 3,000 runs due, and none is due where the rate is 0.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from msgspec import Struct

# Of a run: how near to a whole number the integral counts as one. Sums of 24 hours at thousands of
# runs a second are exact to 1e-7.
_ROUNDING = 1e-6


class Stage(Struct, frozen=True):
    """A time in which the rate changes evenly: runs a second at its ends; may be without end."""

    start: float
    end: float
    seconds: float

    @property
    def runs(self) -> float:
        """The integral of the rate over it."""
        mean = (self.start + self.end) / 2
        return mean * self.seconds if mean else 0.0  # without end, too

    def rate(self, at: float) -> float:
        """Return the rate at a number of seconds after the stage's beginning."""
        return self.start + self._slope * at

    def until(self, at: float) -> float:
        """Return the integral of the rate over its first seconds."""
        return (self.start + self._slope * at / 2) * at

    def moment(self, runs: float) -> float:
        """Return the seconds after which the integral is so much; it must become that much."""
        # The usual solution of a quadratic equation loses all digits where the slope is small.
        root = math.sqrt(max(self.start**2 + 2 * self._slope * runs, 0.0))
        return min(2 * runs / (self.start + root), self.seconds) if runs > 0 else 0.0

    @property
    def _slope(self) -> float:
        return 0.0 if self.start == self.end else (self.end - self.start) / self.seconds


class RateSchedule:
    """Stages one after another: a rate over time, and the moments of the runs that it makes.

    ``runs``: how many fall due in all, a whole number or infinite.
    """

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages = tuple(stages)
        self._begins = list(accumulate((one.seconds for one in self.stages), initial=0.0))
        self._counts = list(accumulate((one.runs for one in self.stages), initial=0.0))
        whole = self._counts[-1]
        self.runs = whole if math.isinf(whole) else math.ceil(whole - _ROUNDING)

    @property
    def seconds(self) -> float:
        """How long it is, infinite where its last stage has no end."""
        return self._begins[-1]

    def rate(self, at: float) -> float:
        """Return the rate at a moment, 0 before it and after it."""
        if not 0 <= at < self.seconds:
            return 0.0
        index = self._stage_at(at)
        return self.stages[index].rate(at - self._begins[index])

    def until(self, at: float) -> float:
        """Return the integral of the rate up to a moment."""
        if at >= self.seconds:
            return self._counts[-1]
        at = max(at, 0.0)
        index = self._stage_at(at)
        return self._counts[index] + self.stages[index].until(at - self._begins[index])

    def moment(self, number: int) -> float | None:
        """Return when the run with this number, from 0, is due; None if it never is."""
        if number >= self.runs:
            return None
        # The first stage at whose end the integral is beyond the number.
        index = min(bisect_left(self._counts, number + _ROUNDING), len(self.stages)) - 1
        within = number - self._counts[index]
        return self._begins[index] + self.stages[index].moment(within)

    def cut(self, at: float, rate: float) -> "RateSchedule":
        """Return the schedule with a constant ``rate`` from ``at`` until its end."""
        index = self._stage_at(at)
        stage, within = self.stages[index], at - self._begins[index]
        begun = Stage(stage.start, stage.rate(within), within)
        return RateSchedule([*self.stages[:index], begun, Stage(rate, rate, self.seconds - at)])

    def _stage_at(self, at: float) -> int:
        return bisect_right(self._begins, at, lo=1, hi=len(self.stages)) - 1


class Profile(Struct, frozen=True, kw_only=True):
    """The requested load; None for each value that was not requested.

    ``calls``: the total number of runs.
    ``duration``: seconds after which no further run is due.
    ``concurrency``: the most concurrent runs; without ``stages`` the fixed number of them, reached
    evenly within ``ramp`` seconds.
    """

    stages: tuple[Stage, ...] = ()
    calls: int | None = None
    duration: float | None = None
    concurrency: int | None = None
    ramp: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether runs fall due by the clock, independently of earlier runs (open model)."""
        return bool(self.stages)

    @property
    def runs(self) -> int | None:
        """How many runs are to be started, None where that depends on how long they take."""
        most = RateSchedule(self.stages).runs if self.is_open else math.inf
        most = min(most, math.inf if self.calls is None else self.calls)
        return None if math.isinf(most) else int(most)

    @property
    def peak(self) -> float | None:
        """The highest rate, None without a rate."""
        return max((max(one.start, one.end) for one in self.stages), default=None)

    @property
    def mean(self) -> float | None:
        """The mean runs per second, None without a rate."""
        if not self.is_open:
            return None
        course = RateSchedule(self.stages)
        if self.calls is not None and (ended := course.moment(self.calls)):
            return self.calls / ended
        return course.runs / course.seconds
