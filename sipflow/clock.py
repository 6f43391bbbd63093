"""The only reader of the clock.

Everything else takes ``now`` as an argument, so that it can be tested without waiting.
"""

import time


def wall() -> float:
    """Return Unix time in seconds: what an event says about when it happened."""
    return time.time()


def monotonic() -> float:
    """Return seconds that never go back: what every time limit is measured with."""
    return time.monotonic()
