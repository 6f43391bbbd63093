"""Measures the frequency of a tone. Pure.

The samples are windowed (von Hann) and transformed; the highest peak is interpolated between the
lines of the spectrum by a parabola through the logarithms of the three highest. A sound is a tone
if most of its energy is in that peak: that of speech, noise and pairs of tones is not.
"""

from cmath import exp, pi
from collections.abc import Sequence
from math import cos, log

# The most samples that are analyzed: a quarter of a second at 16 kHz. Lines of the spectrum are
# then 4 Hz apart, and a steady tone is measured to a fraction of that.
LONGEST = 4096
SHORTEST = 512
# The share of the energy that the peak must have, and how many lines on each side belong to it: the
# main lobe of the window has two, gaps and slow changes of the tone make it wider.
_PURITY = 0.6
_LOBE = 4


def frequency(samples: Sequence[int], rate: int) -> float | None:
    """Return the frequency in Hz of the tone in the last samples, None if there is no tone."""
    length = _power_of_two_within(min(len(samples), LONGEST))
    if length < SHORTEST:
        return None
    powers = _power_spectrum(samples[len(samples) - length :])
    peak = max(range(1, len(powers) - 1), key=powers.__getitem__)
    lobe = powers[max(1, peak - _LOBE) : peak + _LOBE + 1]
    if not powers[peak] or sum(lobe) < _PURITY * sum(powers[1:]):
        return None
    return (peak + _offset(powers[peak - 1 : peak + 2])) * rate / length


def _power_of_two_within(limit: int) -> int:
    return 1 << (limit.bit_length() - 1) if limit else 0


def _power_spectrum(samples: Sequence[int]) -> list[float]:
    length = len(samples)
    mean = sum(samples) / length
    windowed = [
        complex((sample - mean) * (0.5 - 0.5 * cos(2 * pi * place / length)))
        for place, sample in enumerate(samples)
    ]
    return [abs(line) ** 2 for line in _transformed(windowed)[: length // 2 + 1]]


def _transformed(values: list[complex]) -> list[complex]:
    """Return the discrete Fourier transform of a power of two of values (Cooley and Tukey)."""
    length = len(values)
    if length == 1:
        return values
    even, odd = _transformed(values[::2]), _transformed(values[1::2])
    turned = [exp(-2j * pi * line / length) * value for line, value in enumerate(odd)]
    sums = [one + other for one, other in zip(even, turned, strict=True)]
    return sums + [one - other for one, other in zip(even, turned, strict=True)]


def _offset(powers: Sequence[float]) -> float:
    """Return the distance of a parabola's peak through three lines from the middle line."""
    left, middle, right = (log(1 + power) for power in powers)
    curvature = left - 2 * middle + right
    return 0.5 * (left - right) / curvature if curvature else 0.0
