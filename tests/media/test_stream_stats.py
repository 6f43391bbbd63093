"""Figures of media, and what follows from them."""

import pytest

from sipflow.media.stream_stats import MediaFigures


@pytest.mark.parametrize(
    ("packets", "lost", "loss"), [(0, 0, 0.0), (90, 10, 10.0), (0, 5, 100.0), (200, 0, 0.0)]
)
def test_loss_is_in_percent_of_what_was_sent(packets: int, lost: int, loss: float) -> None:
    assert MediaFigures(packets=packets, lost=lost).loss == loss


@pytest.mark.parametrize(
    ("figures", "score"),
    [
        (MediaFigures(packets=100, codec="PCMU", delay=40), 4.41),
        (MediaFigures(packets=90, lost=10, codec="PCMU"), 3.41),
        (MediaFigures(packets=100, lost=0, discarded=10, codec="PCMU"), 3.41),
        (MediaFigures(packets=95, lost=5, discarded=5, codec="PCMA"), 3.41),
        (MediaFigures(packets=1, lost=0, discarded=7, codec="PCMA"), 1.18),
        (MediaFigures(packets=100, codec="PCMU", delay=400), 3.56),
        (MediaFigures(packets=0, codec="PCMU"), None),
        (MediaFigures(packets=100), None),
        (MediaFigures(packets=100, codec="speex"), None),
    ],
)
def test_a_score_needs_packets_of_a_codec_that_is_known(
    figures: MediaFigures, score: float | None
) -> None:
    assert figures.mos == (None if score is None else pytest.approx(score, abs=0.01))
