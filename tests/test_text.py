"""Times as they are shown; of texts of others, see the tests of scenario/values and wording/run."""

import pytest

from sipflow.text import stopwatch


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0 s"), (1.24, "1.2 s"), (59.94, "59.9 s"), (125, "2:05"), (3725.9, "1:02:05")],
)
def test_a_running_time_keeps_its_width(seconds: float, text: str) -> None:
    assert stopwatch(seconds) == text
