"""A bar chart of block characters, one column per number: rows of text from the top down.

Pure. A number other than zero is always visible, however small.
"""

from collections.abc import Sequence
from math import ceil

_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII = " .:#"


def bars(
    values: Sequence[float], highest: float, rows: int, *, ascii_only: bool = False
) -> list[str]:
    """Return the rows; ``highest`` fills a column, and higher numbers are cut off."""
    steps = _ASCII if ascii_only else _BLOCKS
    in_a_row = len(steps) - 1
    filled = [_filled(value, highest, rows * in_a_row) for value in values]
    return [
        "".join(steps[min(in_a_row, max(0, steps_up - row * in_a_row))] for steps_up in filled)
        for row in reversed(range(rows))
    ]


def ceiling(value: float) -> float:
    """Return the next round number: 1, 2 or 5 times a power of ten, at least 1."""
    power = 1.0
    while True:
        for factor in (1, 2, 5):
            if value <= factor * power:
                return factor * power
        power *= 10


def _filled(value: float, highest: float, steps: int) -> int:
    return min(steps, max(0, ceil(value / highest * steps))) if highest > 0 else 0
