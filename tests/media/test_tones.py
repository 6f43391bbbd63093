"""Tones of DTMF digits: the two frequencies and no other, with silence between."""

import math
import struct

import pytest

from sipflow.media.tones import FREQUENCIES, RATE, digit_tones
from sipflow.scenario.model.digit_pattern import ALL_DIGITS


def samples(digits: str, interval: float = 0.2) -> list[int]:
    """Return the samples of digits."""
    data = digit_tones(digits, interval)
    return list(struct.unpack(f"<{len(data) // 2}h", data))


def strength(part: list[int], frequency: float) -> float:
    """Return how strong a frequency is in some samples (Goertzel)."""
    factor = 2 * math.cos(2 * math.pi * frequency / RATE)
    last = before = 0.0
    for sample in part:
        last, before = sample + factor * last - before, last
    return math.sqrt(max(0.0, last * last + before * before - factor * last * before)) / len(part)


@pytest.mark.parametrize("digit", ALL_DIGITS)
def test_a_digit_has_its_two_frequencies_alone(digit: str) -> None:
    tone = samples(digit)[:800]
    own = [strength(tone, frequency) for frequency in FREQUENCIES[digit]]
    others = {one for pair in FREQUENCIES.values() for one in pair} - set(FREQUENCIES[digit])

    assert min(own) > 0.9 * max(own)
    assert min(own) > 10 * max(strength(tone, frequency) for frequency in others)


def test_digits_begin_an_interval_apart_and_pauses_are_silent() -> None:
    both = samples("19", 0.2)

    assert len(both) == 2 * 0.2 * RATE
    assert not any(both[800:1600])
    assert both[1600:] == samples("9", 0.2)


def test_a_pause_is_never_shorter_than_receivers_need() -> None:
    assert len(samples("1", 0.05)) == 0.15 * RATE


def test_a_tone_is_loud_not_clipped_and_does_not_click() -> None:
    tone = samples("5")[:800]

    assert 20_000 < max(map(abs, tone)) < 32_000
    assert max(map(abs, (tone[0], tone[-1]))) < 1500
