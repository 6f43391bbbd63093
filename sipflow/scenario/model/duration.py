"""Durations as scenario files write them: ``100ms``, ``5s``, ``1.5s``, ``2m``, or milliseconds."""

import math
import re

# Nine digits are more than a day in any unit, and keep the conversion cheap.
PATTERN = r"^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m)$"
_TEXT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
LONGEST = 86_400.0
RIGHT = "write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds"


def seconds(value: object) -> float | str:
    """Return a duration in seconds, or an error message."""
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is not a duration"
    # An integer may be too large for a float.
    huge = abs(value) >= 10**15
    return _within(math.copysign(math.inf, value) if huge else value * _UNITS["ms"])


def written(seconds: float) -> str:
    """Return a duration as a file may write it, in milliseconds where it has a fraction."""
    return f"{seconds:.15g}s" if seconds == int(seconds) else f"{seconds * 1000:.15g}ms"


def _of_text(text: str) -> float | str:
    match = _TEXT.fullmatch(text)
    if match is not None:
        return _within(float(match[1]) * _UNITS[match[2]])
    if text.removeprefix("-").replace(".", "", 1).isdecimal():
        return "is a text without a unit"
    return "is not a duration"


def _within(duration: float) -> float | str:
    if math.isnan(duration):
        return "is not a number"
    if duration < 0:
        return "is negative"
    # As with 0.1 + 0.2: milliseconds times 0.001 must not show rounding errors in messages.
    return round(duration, 9) if duration <= LONGEST else "is longer than a day"
