"""What happens to the media of a dialog is kept: the last figures, the losses."""

from sipflow.media.stream_stats import MediaFigures
from sipflow.sip.dialog import Direction
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.reception import LegReception
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, MediaMeasured, RtpDropping

FIRST = MediaMeasured("in-1", MediaFigures(packets=1))
SECOND = MediaMeasured("in-1", MediaFigures(packets=2))


def test_the_last_figures_count() -> None:
    reception = LegReception()

    for told in (FIRST, SECOND):
        reception.apply(told)

    assert reception.measured == SECOND


def test_losses_are_unknown_until_they_are_told() -> None:
    reception = LegReception()
    assert reception.dropping is None

    reception.apply(RtpDropping("in-1", 10))

    assert reception.dropping == 10


def test_a_dialog_keeps_what_was_measured_before_its_end_and_nothing_after() -> None:
    dialog = Dialog("in-1", Direction.RECIPIENT, "sip:100@127.0.0.1")

    for told in (DialogConfirmed("in-1", 200, "OK"), FIRST, DialogEnded("in-1", 200, ""), SECOND):
        dialog.apply(told)

    assert dialog.reception.measured == FIRST
