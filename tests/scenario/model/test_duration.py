"""Durations: what files may write, and seconds."""

import math

import pytest

from sipflow.scenario.model.duration import seconds, written
from sipflow.scenario.values import RawValue, Shape


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("100ms", 0.1),
        ("5s", 5.0),
        ("1.5s", 1.5),
        ("2m", 120.0),
        ("0s", 0.0),
        ("1440m", 86_400.0),
        ("86400000ms", 86_400.0),
        (0, 0.0),
        (500, 0.5),
        (7, 0.007),
        (1.5, 0.0015),
        (86_400_000, 86_400.0),
    ],
)
def test_a_duration_is_taken_in_seconds(written: RawValue, expected: float) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "is not a duration"),
        ("soon", "is not a duration"),
        ("5 s", "is not a duration"),
        ("1h", "is not a duration"),
        ("5S", "is not a duration"),
        (".5s", "is not a duration"),
        ("5s\n", "is not a duration"),
        ("\u0665s", "is not a duration"),
        ("1" * 10 + "s", "is not a duration"),
        ("5", "is a text without a unit"),
        ("-5.5", "is a text without a unit"),
        ("86401s", "is longer than a day"),
        (86_400_001, "is longer than a day"),
        (10**17, "is longer than a day"),
        (math.inf, "is longer than a day"),
        (-1, "is negative"),
        (-math.inf, "is negative"),
        (math.nan, "is not a number"),
        (True, "is not a duration"),
        (None, "is not a duration"),
        (Shape.LIST, "is not a duration"),
    ],
)
def test_anything_else_is_told_apart(written: RawValue, expected: str) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize(
    ("text", "duration"),
    [("10s", 10.0), ("0s", 0.0), ("250ms", 0.25), ("20ms", 0.02), ("1800s", 1800.0)],
)
def test_a_duration_is_written_as_a_file_may_have_it(text: str, duration: float) -> None:
    assert written(duration) == text
    assert seconds(text) == duration
