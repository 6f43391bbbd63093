"""Where numbers stand on an axis, and which of them are written beside it.

Pure. An axis begins at nought, or is logarithmic where a few high values would hide all others.
"""

from math import ceil, floor, log10

from msgspec import Struct

# About so many numbers are beside an axis.
_TICKS = 5
_STEPS = (1, 2, 5, 10)
# From this ratio on the lower values would all lie on the floor of a linear axis.
_TOO_FAR_APART = 20
# Steps of time that people count in: seconds, minutes, hours, days.
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_MOST_TIMES = 8
_MINUTE = 60
_HOUR = 3600


class Axis(Struct, frozen=True):
    """An axis from ``lowest`` to ``highest``, and the values that are written beside it."""

    lowest: float
    highest: float
    ticks: tuple[float, ...]
    is_logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return how far along the axis a value is: 0 to 1."""
        if self.is_logarithmic:
            span = log10(self.highest) - log10(self.lowest)
            return min(1.0, max(0.0, (log10(max(value, self.lowest)) - log10(self.lowest)) / span))
        return min(1.0, max(0.0, (value - self.lowest) / (self.highest - self.lowest)))


def counting(highest: float) -> Axis:
    """Return an axis from nought, for rates and counts."""
    step = _step(max(highest, 1.0) / _TICKS)
    steps = max(1, ceil(round(max(highest, 1.0) / step, 6)))
    ticks = tuple(round(number * step, 6) for number in range(steps + 1))
    return Axis(0.0, ticks[-1], ticks)


def measuring(typical: float, highest: float) -> Axis:
    """Return an axis for durations of which ``typical`` is a low but usual one."""
    if typical <= 0 or highest / typical < _TOO_FAR_APART:
        return counting(highest)
    lowest, top = floor(log10(typical)), ceil(log10(highest))
    ticks = tuple(float(f"1e{power}") for power in range(lowest, top + 1))
    return Axis(ticks[0], ticks[-1], ticks, is_logarithmic=True)


def time(first: float, last: float) -> Axis:
    """Return an axis for the seconds of a load."""
    span = max(1.0, last - first)
    step = next((step for step in _TIMES if span / step <= _MOST_TIMES), None)
    step = step or _TIMES[-1] * ceil(span / _TIMES[-1] / _MOST_TIMES)
    ticks = range(ceil(first / step) * step, floor(last) + 1, step)
    return Axis(first, first + span, tuple(float(tick) for tick in ticks))


def at_time(seconds: float) -> str:
    """Return a second of a load: ``40 s``, ``1:30``, ``2:00:00``."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02}"
    return f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02}:{whole % _MINUTE:02}"


def _step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if rough <= step * power * (1 + 1e-9))
