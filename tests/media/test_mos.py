"""The E-model against the tables of the Recommendations that define it."""

import pytest

from sipflow.media.mos import (
    CODECS,
    UNCONCEALED,
    Codec,
    delay_impairment,
    equipment_impairment,
    mean_opinion_score,
    score_of,
)


@pytest.mark.parametrize(
    ("rating", "score"),
    [
        # ITU-T G.107 Table B.1, and the rating of a connection with default values in §7.7.
        (93.2, 4.41), (90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58),
        # The ends of the scale.
        (100, 4.5), (129, 4.5), (0, 1.0), (-20, 1.0), (3, 1.0),
    ],
)  # fmt: skip
def test_a_rating_is_worth_what_annex_b_says(rating: float, score: float) -> None:
    assert score_of(rating) == pytest.approx(score, abs=0.01)


@pytest.mark.parametrize(
    ("delay", "impairment"),
    # G.107 §7.4 by hand: nothing up to 100 ms; at 200 ms X is 1, at 400 ms it is 2.
    [(0, 0), (40, 0), (100, 0), (150, 0.16), (200, 3.04), (300, 14.76), (400, 24.07)],
)
def test_delay_impairs_from_100_ms_on(delay: float, impairment: float) -> None:
    assert delay_impairment(delay) == pytest.approx(impairment, abs=0.01)


@pytest.mark.parametrize(
    ("loss", "impairment"),
    # G.113 Table I.2, G.711 with concealment and random loss: Ie at so many percent. Bpl was
    # fitted to these; they are whole numbers and come out within 3.
    [(0, 0), (1, 5), (2, 7), (3, 10), (5, 15), (7, 20), (10, 25)],
)
def test_loss_impairs_as_measured(loss: float, impairment: float) -> None:
    assert equipment_impairment(CODECS["PCMU"], loss) == pytest.approx(impairment, abs=3)


@pytest.mark.parametrize(
    ("codec", "loss", "impairment"),
    [
        (Codec(0, 25.1), 10, 27.07),
        (Codec(0, UNCONCEALED), 10, 66.43),
        (Codec(11, 19.0), 0, 11.0),
        (Codec(11, 19.0), 2, 19.0),  # G.729A with VAD; G.113 Table I.2 measured 19
        (Codec(0, 25.1), 100, 75.94),
    ],
)
def test_a_codec_is_impaired_by_itself_and_by_loss(
    codec: Codec, loss: float, impairment: float
) -> None:
    assert equipment_impairment(codec, loss) == pytest.approx(impairment, abs=0.01)


@pytest.mark.parametrize(
    ("codec", "loss", "delay", "score"),
    [
        ("PCMU", 0, 0, 4.41),
        ("PCMA", 0, 40, 4.41),
        ("pcmu", 3, 0, 4.13),
        ("PCMU", 10, 0, 3.41),
        ("PCMU", 10, 300, 2.65),
        ("PCMU", 100, 0, 1.18),
        ("G722", 0, 0, 4.34),
        ("GSM", 0, 0, 3.74),
        ("iLBC", 0, 0, 4.10),
        ("GSM", 10, 0, 1.86),
        ("iLBC", 10, 0, 3.01),
    ],
)
def test_a_call_deserves_a_score(codec: str, loss: float, delay: float, score: float) -> None:
    assert mean_opinion_score(codec, loss, delay) == pytest.approx(score, abs=0.01)


def test_a_codec_of_which_nothing_is_known_has_no_score() -> None:
    assert mean_opinion_score("speex", 0, 0) is None
