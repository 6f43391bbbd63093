"""Waiting for what really happens: as short as possible, and never for ever."""

from collections.abc import Callable

from sipflow import clock

LIMIT = 60.0
LIMIT_MS = 60_000
# One look; what is looked at returns at once when there is something.
LOOK = 0.05
LOOK_MS = 50


def until(is_so: Callable[[], object], look: Callable[[], object]) -> None:
    """Look until it is so; fails when that takes too long."""
    deadline = clock.monotonic() + LIMIT
    while not is_so():
        assert clock.monotonic() < deadline, "it never came"
        look()
