"""What is heard of a call: all of it, and a passage whose ends are set before it is heard."""

import pytest

from sipflow.media.analyzer import AudioAnalyzer, Passage
from sipflow.media.level import SILENCE
from tests.media.waves import Samples, digit, noisy, silence, tones

RATE = 8000
SECOND = RATE
LOW = tones(1.0, RATE, (440, 8000))
HIGH = tones(1.0, RATE, (1000, 2000))
QUIET = silence(1.0, RATE)


def hear(hearing: AudioAnalyzer, samples: Samples) -> str:
    """Bring samples as a recorder does."""
    pieces = [samples[begin : begin + 2048] for begin in range(0, len(samples), 2048)]
    return "".join(hearing.feed(one) for one in pieces)


def test_nothing_heard_is_silence() -> None:
    hearing = AudioAnalyzer(RATE)

    assert (hearing.received, hearing.part) == (0, None)
    assert (hearing.whole.loudest, hearing.whole.tone()) == (SILENCE, None)


def test_the_loudest_moment_and_the_last_tone_count() -> None:
    hearing = AudioAnalyzer(RATE)

    hear(hearing, LOW + HIGH + QUIET)

    assert hearing.received == 3 * SECOND
    assert hearing.whole.loudest == pytest.approx(-15.3, abs=0.1)
    assert hearing.whole.tone() == pytest.approx(1000, abs=1)


def test_digits_are_heard_whatever_is_judged() -> None:
    hearing = AudioAnalyzer(RATE)
    hearing.begin_part(5 * SECOND)

    assert hear(hearing, digit("1", 0.1) + silence(0.1, RATE) + digit("9", 0.1)) == "19"


def test_what_is_no_tone_has_no_frequency() -> None:
    hearing = AudioAnalyzer(RATE)

    hear(hearing, noisy(QUIET, 3000))

    assert hearing.whole.tone() is None


@pytest.mark.parametrize(
    ("begin", "end", "loudest", "tone"),
    [
        (0, SECOND, -15.3, 440),
        (SECOND, 2 * SECOND, -27.3, 1000),
        (2 * SECOND, 3 * SECOND, SILENCE, None),
        (SECOND // 2, 5 * SECOND // 2, -15.3, 1000),
        (3 * SECOND, 4 * SECOND, SILENCE, None),
    ],
)
def test_a_passage_is_judged_from_its_first_to_its_last_sample(
    begin: int, end: int, loudest: float, tone: float | None
) -> None:
    hearing = AudioAnalyzer(RATE)
    hearing.begin_part(begin)
    hearing.end_part(end)

    hear(hearing, LOW + HIGH + QUIET)

    part = hearing.part
    assert part is not None
    assert part.loudest == pytest.approx(loudest, abs=0.1)
    assert part.tone() == (None if tone is None else pytest.approx(tone, abs=1))


def test_a_passage_may_end_later_than_it_is_known_to() -> None:
    hearing = AudioAnalyzer(RATE)
    hearing.begin_part(0)
    hear(hearing, LOW)
    hearing.end_part(2 * SECOND)
    hear(hearing, QUIET + HIGH)

    assert hearing.part is not None
    assert hearing.part.tone() == pytest.approx(440, abs=1)
    assert hearing.whole.tone() == pytest.approx(1000, abs=1)


def test_a_passage_takes_the_place_of_the_one_before() -> None:
    hearing = AudioAnalyzer(RATE)
    hearing.begin_part(0)
    hearing.end_part(SECOND)
    hear(hearing, LOW)
    hearing.begin_part(SECOND)
    hear(hearing, QUIET)

    assert hearing.part is not None
    assert hearing.part.loudest == SILENCE


def test_a_click_is_no_louder_than_the_twentieth_of_a_second_around_it() -> None:
    passage = Passage(RATE)

    passage.feed([0] * 200 + [30_000] + [0] * 199)

    assert passage.loudest == pytest.approx(-26.8, abs=0.1)
