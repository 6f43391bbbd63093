"""Levels in dBov: a square wave at full scale has 0, a sine -3."""

import pytest

from sipflow.media.level import SILENCE, dbov, energy, is_audible
from tests.media.waves import Samples, silence, tones


@pytest.mark.parametrize(
    ("samples", "level"),
    [
        ([-32768] * 100, 0.0),
        (tones(0.1, 8000, (1000, 32767)), -3.01),
        (tones(0.1, 8000, (1000, 3276.7)), -23.01),
        ([1] * 160, -90.31),
        (silence(0.1, 8000), SILENCE),
        ([], SILENCE),
    ],
)
def test_a_level_is_relative_to_full_scale(samples: Samples, level: float) -> None:
    assert dbov(samples) == pytest.approx(level, abs=0.01)


def test_energy_is_the_sum_of_squares() -> None:
    assert energy([3, -4]) == 25


@pytest.mark.parametrize(("peak", "audible"), [(0, False), (140, False), (150, True)])
def test_what_has_less_than_50_db_under_full_scale_is_silence(peak: int, audible: bool) -> None:
    assert is_audible(tones(0.1, 8000, (1000, peak))) is audible
