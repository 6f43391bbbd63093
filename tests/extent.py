"""How much of an open-ended test runs: a sample with every change, all of it for endurance.

A property has as many examples, and a sweep as many moments, as one likes to wait for. What each
change is tested with is a fixed sample; scripts/endurance sets SIPFLOW_TESTS=full.
"""

import os
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")
FULL = os.environ.get("SIPFLOW_TESTS", "") == "full"


def extent(sample: T, full: T) -> T:
    """Return how much is to be tried."""
    return full if FULL else sample


def examples(sample: int, full: int) -> settings:
    """Return settings of a property test; all others are the profile's, in tests/conftest.py."""
    return settings(max_examples=extent(sample, full))
