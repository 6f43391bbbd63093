"""The frequency of a tone to a fraction of a Hz; none for what is no tone."""

import pytest

from sipflow.media.pitch import SHORTEST, frequency
from tests.media.waves import Samples, digit, noisy, silence, tones, voice


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("hertz", [50, 300, 440, 999.5, 1000, 1004, 2713, 3400])
def test_a_tone_is_placed_to_a_hertz(rate: int, hertz: float) -> None:
    samples = tones(1.0, rate, (hertz, 8000))
    assert frequency(samples, rate) == pytest.approx(hertz, abs=1)
    assert frequency(noisy(samples, 800), rate) == pytest.approx(hertz, abs=1)


@pytest.mark.parametrize("peak", [30, 300, 30_000])
def test_a_tone_may_have_any_level(peak: float) -> None:
    assert frequency(tones(0.5, 8000, (1000, peak)), 8000) == pytest.approx(1000, abs=1)


def test_a_short_tone_is_placed_to_ten_hertz() -> None:
    assert frequency(tones(0.065, 8000, (1003, 8000)), 8000) == pytest.approx(1003, abs=10)


def test_a_tone_is_one_also_where_every_tenth_packet_of_it_is_lost() -> None:
    samples = tones(1.0, 8000, (1000, 8000))
    for packet in range(3, 50, 10):
        samples[packet * 160 : (packet + 1) * 160] = [0] * 160
    assert frequency(samples, 8000) == pytest.approx(1000, abs=1)


def test_a_constant_is_not_looked_at() -> None:
    shifted = [sample + 9000 for sample in tones(0.5, 8000, (1000, 3000))]
    assert frequency(shifted, 8000) == pytest.approx(1000, abs=1)


@pytest.mark.parametrize(
    "samples",
    [
        [],
        tones(1.0, 8000, (1000, 8000))[: SHORTEST - 1],
        silence(1.0, 8000),
        noisy(silence(1.0, 8000), 3_000),
        digit("5", 1.0),
        tones(1.0, 8000, (440, 6000), (480, 6000)),
        voice(1.0, 8000),
    ],
)
def test_what_is_no_tone_has_no_frequency(samples: Samples) -> None:
    assert frequency(samples, 8000) is None


def test_a_tone_that_meets_the_lines_of_the_spectrum_is_placed_too() -> None:
    # No noise, no rounding: the lines beside the peak are alike.
    alternating = [8000, 0, -8000, 0] * 1024
    assert frequency(alternating, 8000) == pytest.approx(2000, abs=0.01)
