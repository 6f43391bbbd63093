"""Sound made by a formula: tones, digits, noise and what resembles a voice."""

from math import pi, sin
from random import Random

from sipflow.media.dtmf import COLUMNS, DIGITS, ROWS

Samples = list[int]
PAIRS = {
    digit: (row, column)
    for row, digits in zip(ROWS, DIGITS, strict=True)
    for column, digit in zip(COLUMNS, digits, strict=True)
}


def tones(seconds: float, rate: int, *parts: tuple[float, float], phase: float = 0.7) -> Samples:
    """Return sines, each of a frequency in Hz and a peak."""
    steps = [(2 * pi * frequency / rate, peak) for frequency, peak in parts]
    return [
        round(sum(peak * sin(step * n + phase) for step, peak in steps))
        for n in range(round(seconds * rate))
    ]


def silence(seconds: float, rate: int) -> Samples:
    """Return digital silence."""
    return [0] * round(seconds * rate)


def digit(
    name: str,
    seconds: float,
    rate: int = 8000,
    peaks: tuple[float, float] = (4e3, 4e3),
    detune: float = 1.0,
) -> Samples:
    """Return a digit; ``detune`` is what both its frequencies are multiplied by."""
    row, column = PAIRS[name]
    return tones(seconds, rate, (row * detune, peaks[0]), (column * detune, peaks[1]))


def noisy(samples: Samples, deviation: float, seed: int = 1) -> Samples:
    """Return samples with white noise of a standard deviation, the same for each seed."""
    random = Random(seed)
    return [_clipped(sample + random.gauss(0, deviation)) for sample in samples]


def voice(seconds: float, rate: int, seed: int = 1) -> Samples:
    """Return what a voice is made of: a gliding pitch with harmonics that rise and fall."""
    random = Random(seed)
    samples: Samples = []
    phase, pitch, aim = 0.0, 120.0, 120.0
    formants = [500.0, 1500.0]
    for n in range(round(seconds * rate)):
        if n % (rate // 8) == 0:
            aim = random.uniform(90, 260)
            formants = [random.uniform(300, 900), random.uniform(900, 2400)]
        pitch += (aim - pitch) * 20 / rate
        phase += 2 * pi * pitch / rate
        value = sum(
            sin(number * phase) * 4000 / (1 + min(abs(number * pitch - f) for f in formants) / 90)
            for number in range(1, int(3400 / pitch))
        )
        samples.append(_clipped(value))
    return samples


def _clipped(value: float) -> int:
    return max(-32768, min(32767, round(value)))
