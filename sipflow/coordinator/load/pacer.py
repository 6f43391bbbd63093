"""When runs of a load fall due: by the clock, or as earlier ones end. Pure; ``now`` is monotonic.

The caller asks a pacer again whenever ``next_due`` has come, and whenever a run has ended. The
moment of a run is the one at which it should have begun; its lateness is measured from there.
"""

import math
from typing import Protocol

from sipflow.coordinator.load.plan.profile import Profile, RateSchedule

# The most moments one call returns: a coordinator that was delayed catches up in steps.
MOST_AT_ONCE = 500
# Tolerance, in runs: a run must not be missed by rounding at the very moment it is due.
_ROUNDING = 1e-6


class Pacer(Protocol):
    """Decides which runs are due. While it is paused none is, and its time stands still."""

    @property
    def exhausted(self) -> bool:
        """Whether no run will fall due any more."""

    def due(self, now: float, in_flight: int, most: int = MOST_AT_ONCE) -> list[float]:
        """Return the moments of runs that are due, each once, oldest first, ``most`` at most.

        The remaining ones are returned by later calls, with their own moments.
        """

    def next_due(self, now: float) -> float | None:
        """Return when the next run is due, maybe in the past; None if it depends on a run's end."""

    def overdue(self, now: float) -> int:
        """Return how many due runs were not returned yet for lack of room."""

    def pause(self, now: float) -> None:
        """Stop the time of the load."""

    def resume(self, now: float) -> None:
        """Continue the time of the load; runs of the paused time are not made up for."""

    def change_rate(self, rate: float, now: float) -> None:
        """Set the rate; at 0 no run begins until it is changed again."""

    def rate(self, now: float) -> float | None:
        """Return the runs per second requested now, None without a rate."""

    def mean(self, now: float) -> float | None:
        """Return the mean runs per second requested until now, None without a rate."""

    def goal(self, now: float) -> float:
        """Return the value that ``change_rate`` sets, also during a pause."""


def pacer(profile: Profile, now: float) -> Pacer:
    """Return the pacer of a profile that begins now."""
    return OpenPacer(profile, now) if profile.is_open else ClosedPacer(profile, now)


class _Stopwatch:
    """The time of a load: seconds since its beginning, pauses left out."""

    def __init__(self, now: float) -> None:
        self._begun = now
        self._paused: float | None = None

    @property
    def stands(self) -> bool:
        return self._paused is not None

    def at(self, now: float) -> float:
        return (now if self._paused is None else self._paused) - self._begun

    def moment(self, at: float) -> float:
        return self._begun + at

    def pause(self, now: float) -> None:
        if self._paused is None:
            self._paused = now

    def resume(self, now: float) -> None:
        if self._paused is not None:
            self._begun += now - self._paused
            self._paused = None


class OpenPacer:
    """Runs fall due by the integral of the rate, however many are in progress.

    With a ``concurrency``, at most that many are in progress; the others wait, and are late.
    """

    def __init__(self, profile: Profile, now: float) -> None:
        self._watch = _Stopwatch(now)
        self._course = RateSchedule(profile.stages)
        self._calls = math.inf if profile.calls is None else profile.calls
        self._cap = math.inf if profile.concurrency is None else profile.concurrency
        self._returned = 0
        self._next = self._moment_of_next()
        self._changed = False
        self._over = False
        self._held = False

    @property
    def exhausted(self) -> bool:
        """Whether every run was returned; a rate that was changed may be again, until the end."""
        may_change = self._changed and not self._over and self._returned < self._calls
        return self._next is None and not may_change

    def due(self, now: float, in_flight: int, most: int = MOST_AT_ONCE) -> list[float]:
        """Return the moments of runs that are due, each once."""
        self._over = self._watch.at(now) >= self._course.seconds
        self._held = False
        found: list[float] = []
        if self._watch.stands:
            return found
        allowed = self._cap - in_flight
        while self._next is not None and len(found) < MOST_AT_ONCE:
            moment = self._watch.moment(self._next)
            if moment > now:
                break
            if len(found) >= min(most, allowed):
                self._held = len(found) >= allowed
                break
            found.append(moment)
            self._returned += 1
            self._next = self._moment_of_next()
        return found

    def next_due(self, now: float) -> float | None:
        """Return when the next run is due, None where only the end of another makes room for it."""
        if self._next is None or self._held or self._watch.stands:
            return None
        return self._watch.moment(self._next)

    def overdue(self, now: float) -> int:
        """Return how many runs are due that were not returned yet."""
        at = self._watch.at(now)
        if self._next is None or self._next > at or self._held:
            return 0
        # One more than whole runs of the integral: the first is due as it leaves 0.
        until = min(math.floor(self._course.until(at)) + 1, self._course.runs, self._calls)
        return max(int(until) - self._returned, 1)

    def pause(self, now: float) -> None:
        """Stop the time of the load."""
        self._watch.pause(now)

    def resume(self, now: float) -> None:
        """Continue the time of the load."""
        self._watch.resume(now)

    def change_rate(self, rate: float, now: float) -> None:
        """Set the rate until the profile's end."""
        at = self._watch.at(now)
        if at < self._course.seconds:
            self._course = self._course.cut(at, rate)
            self._next = self._moment_of_next()
            self._changed = True

    def rate(self, now: float) -> float | None:
        """Return the runs per second requested now: 0 in a pause, and after the end."""
        over = self._returned >= self._calls
        return 0.0 if self._watch.stands or over else self._course.rate(self._watch.at(now))

    def goal(self, now: float) -> float:
        """Return the rate as it would be without a pause."""
        return self._course.rate(self._watch.at(now))

    def mean(self, now: float) -> float | None:
        """Return the mean runs per second requested until now, or until the end."""
        at = min(self._watch.at(now), self._course.seconds)
        asked = self._course.until(at)
        if asked > self._calls:
            asked, at = self._calls, self._course.moment(int(self._calls)) or at
        return asked / at if at > 0 else self._course.rate(0.0)

    def _moment_of_next(self) -> float | None:
        return self._course.moment(self._returned) if self._returned < self._calls else None


class ClosedPacer:
    """A fixed number of concurrent runs: one is due whenever another has ended."""

    def __init__(self, profile: Profile, now: float) -> None:
        assert profile.concurrency is not None, "a load has a rate, or so many runs at once"
        self._watch = _Stopwatch(now)
        self._concurrency = profile.concurrency
        self._goal = float(profile.concurrency)
        self._ramp = profile.ramp
        self._left = math.inf if profile.calls is None else profile.calls
        self._seconds = math.inf if profile.duration is None else profile.duration
        self._over = False
        self._missing = 1

    @property
    def exhausted(self) -> bool:
        """Whether all runs were returned, or time was up when it was last asked."""
        return self._left <= 0 or self._over

    def due(self, now: float, in_flight: int, most: int = MOST_AT_ONCE) -> list[float]:
        """Return this moment as many times as runs are missing."""
        at = self._watch.at(now)
        self._over = at >= self._seconds
        if self._watch.stands or self._over:
            return []
        wanted = min(self._wanted(at) - in_flight, self._left)
        found = max(int(min(wanted, most, MOST_AT_ONCE)), 0)
        self._left -= found
        self._missing = max(int(wanted), 0) - found
        return [now] * found

    def next_due(self, now: float) -> float | None:
        """Return now where runs are missing still, and when the ramp lets the next one go."""
        if self._watch.stands or self.exhausted:
            return None
        if self._missing > 0:
            return now
        wanted = self._wanted(self._watch.at(now))
        if wanted >= self._concurrency:
            return None
        return self._watch.moment(self._ramp * wanted / self._concurrency)

    def overdue(self, now: float) -> int:
        """Return how many runs were missing when it was last asked, beside those it returned."""
        return 0 if self._watch.stands or self.exhausted else self._missing

    def pause(self, now: float) -> None:
        """Stop the time of the load."""
        self._watch.pause(now)

    def resume(self, now: float) -> None:
        """Continue the time of the load, with the requested number of concurrent runs."""
        self._watch.resume(now)
        self._missing = 1

    def change_rate(self, rate: float, now: float) -> None:
        """Set the number of concurrent runs, rounded to a whole number."""
        self._goal, self._ramp = rate, 0.0
        self._concurrency = round(rate)
        self._missing = 1

    def rate(self, now: float) -> float | None:
        """Return None: there is no rate."""
        return None

    def mean(self, now: float) -> float | None:
        """Return None: there is no rate."""
        return None

    def goal(self, now: float) -> float:
        """Return the requested concurrent runs, unrounded, so that steps of a tenth add up."""
        return self._goal

    def _wanted(self, at: float) -> int:
        if at >= self._ramp:
            return self._concurrency
        reached = math.floor(self._concurrency * at / self._ramp + _ROUNDING)
        return min(reached + 1, self._concurrency)
