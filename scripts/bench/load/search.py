"""Looks for the highest rate that is clean. Pure: what tries a rate is given."""

from collections.abc import Callable

STEP = 5


def highest(is_clean: Callable[[int], bool], low: int, high: int, trials: int) -> int | None:
    """Return the highest clean rate that so many trials find between two bounds, None if none is.

    Halves the distance each time; rates are multiples of 5, and ``high`` itself is tried first.
    """
    best = None
    rate = rounded(high)
    for _ in range(trials):
        if is_clean(rate):
            best = low = rate
        else:
            high = rate
        following = rounded((low + high) / 2)
        if following in (rate, best) or high - low <= STEP:
            break
        rate = following
    return best


def rounded(rate: float) -> int:
    """Return the nearest multiple of the step, at least one step."""
    return max(STEP, STEP * round(rate / STEP))
