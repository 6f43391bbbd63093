"""The figures of a load's result, by name."""

from sipflow.coordinator.load.stats.thresholds import COUNTS, FIGURES
from sipflow.protocol.load_result import Media
from tests.coordinator.load.results import result


def test_every_figure_is_looked_up_in_any_result() -> None:
    for one in (result(), result(asked=None, started=0, media=Media())):
        for figure in FIGURES.values():
            assert isinstance(figure.of(one), float | int | None)


def test_what_is_not_to_be_at_all_is_a_figure() -> None:
    assert set(COUNTS) <= set(FIGURES)


def test_loss_is_of_all_packets_that_should_have_come() -> None:
    assert FIGURES["loss"].of(result(media=Media(packets=75, lost=25))) == 25
    assert FIGURES["loss"].of(result(media=Media())) is None
