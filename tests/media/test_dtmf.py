"""Digits in sound, and sound that has none: made by formula, in pieces as a recorder brings it."""

import pytest

from sipflow.media.dtmf import DtmfDetector
from tests.extent import extent
from tests.media.waves import PAIRS, Samples, digit, noisy, silence, tones, voice

ALL = "0123456789ABCD*#"
RATES = (8000, 16000)
# As much as the recorder brings at once.
PIECE = 2048


def found(samples: Samples, rate: int = 8000, piece: int = PIECE) -> str:
    detector = DtmfDetector(rate)
    pieces = [samples[begin : begin + piece] for begin in range(0, len(samples), piece)]
    return "".join(detector.feed(one) for one in pieces)


def dialled(
    digits: str, on: float, off: float, rate: int = 8000, peaks: tuple[float, float] = (4e3, 4e3)
) -> Samples:
    samples = silence(0.0313, rate)
    for one in digits:
        samples += digit(one, on, rate, peaks) + silence(off, rate)
    return samples


def test_there_are_sixteen_digits() -> None:
    assert sorted(PAIRS) == sorted(ALL)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("duration", [0.04, 0.05, 0.1, 0.5])
def test_every_digit_is_found_once_however_short(rate: int, duration: float) -> None:
    assert found(dialled(ALL, duration, duration, rate), rate) == ALL


@pytest.mark.parametrize("rate", RATES)
def test_a_digit_may_come_again(rate: int) -> None:
    assert found(dialled("1122#*#", 0.04, 0.04, rate), rate) == "1122#*#"


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("peak", [300, 1_000, 4_000, 16_000])
@pytest.mark.parametrize("noise", [0.05, 0.1, 0.2])
def test_digits_are_found_at_any_level_and_in_noise(rate: int, peak: float, noise: float) -> None:
    clean = dialled(ALL, 0.06, 0.06, rate, (peak, peak))
    assert found(noisy(clean, peak * noise), rate) == ALL


@pytest.mark.parametrize("decibels", [-8, -6, -4, 4, 6, 8])
def test_one_tone_may_be_louder_than_the_other(decibels: float) -> None:
    peaks = (3000.0, 3000.0 * 10 ** (decibels / 20))
    assert found(noisy(dialled(ALL, 0.05, 0.05, 8000, peaks), 60)) == ALL


@pytest.mark.parametrize("decibels", [-20, 20])
def test_one_tone_that_is_much_louder_is_no_digit(decibels: float) -> None:
    peaks = (800.0, 800.0 * 10 ** (decibels / 20))
    assert found(dialled(ALL, 0.1, 0.1, 8000, peaks)) == ""


@pytest.mark.parametrize("detune", [0.985, 0.99, 1.0, 1.01, 1.015])
def test_frequencies_may_be_a_little_off(detune: float) -> None:
    samples = silence(0.05, 8000)
    for one in ALL:
        samples += digit(one, 0.06, detune=detune) + silence(0.06, 8000)
    assert found(samples) == ALL


@pytest.mark.parametrize("detune", [0.95, 0.965, 1.035, 1.05])
def test_frequencies_that_are_far_off_are_none(detune: float) -> None:
    samples = silence(0.05, 8000)
    for one in ALL:
        samples += digit(one, 0.1, detune=detune) + silence(0.06, 8000)
    assert found(samples) == ""


@pytest.mark.parametrize("at", [300, 333, 366, 399, 432])
def test_the_loss_of_a_packet_makes_no_second_digit(at: int) -> None:
    samples = silence(0.05, 8000) + digit("5", 0.12) + silence(0.05, 8000)
    samples[400 + at : 400 + at + 160] = [0] * 160
    assert found(samples) == "5"


@pytest.mark.parametrize("piece", [1, 7, 160, 100_000])
def test_it_does_not_matter_in_which_pieces_sound_comes(piece: int) -> None:
    assert found(dialled("159D", 0.05, 0.05, 16000), 16000, piece) == "159D"


@pytest.mark.parametrize(
    "samples",
    [
        silence(1.0, 8000),
        noisy(silence(10.0, 8000), 3_000),
        noisy(silence(10.0, 8000), 12_000, seed=2),
        tones(1.0, 8000, (1000, 8000)),
        tones(1.0, 8000, (697, 8000)),
        tones(1.0, 8000, (1209, 8000)),
        tones(1.0, 8000, (440, 6000), (480, 6000)),  # ringing, where it has two tones
        tones(1.0, 8000, (350, 6000), (440, 6000)),  # dialling
        tones(1.0, 8000, (697, 4000), (770, 4000)),
        tones(1.0, 8000, (1209, 4000), (1336, 4000)),
        tones(1.0, 8000, (697, 4000), (1209, 4000), (941, 4000)),
        tones(1.0, 8000, (697, 3000), (1209, 3000), (2000, 9000)),
        digit("5", 0.015),
        digit("5", 0.2, peaks=(80, 80)),
    ],
)
def test_what_is_no_digit_is_not_taken_for_one(samples: Samples) -> None:
    assert found(samples) == ""


@pytest.mark.parametrize("seed", range(extent(2, 6)))
def test_a_voice_dials_nothing(seed: int) -> None:
    assert found(voice(8.0, 8000, seed)) == ""


def test_a_digit_is_told_before_it_ends() -> None:
    detector = DtmfDetector(8000)

    assert detector.feed(digit("7", 0.04)) == "7"
    assert detector.feed(digit("7", 0.1)) == ""


def test_a_rate_that_is_no_multiple_of_8_khz_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 8000 Hz, not 44100"):
        DtmfDetector(44_100)
