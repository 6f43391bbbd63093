"""What audio in memory reports at once is known when it would have ended."""

from sipflow.media.stream_stats import MediaFigures
from sipflow.simulation.delays import Delays
from sipflow.worker.ua.commands import HangUp, MeasureMedia, Play, Record, SendDigits, StopTracks
from sipflow.worker.ua.events import (
    DialogEnded,
    MediaMeasured,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)

PLAYED = TrackEnded("a", Track.PLAYING)
RECORDED = TrackEnded("a", Track.RECORDING)
SENT = TrackEnded("a", Track.SENDING)


def test_a_file_plays_for_its_length() -> None:
    delays = Delays({"tone.wav": 3.0})
    order = Play("a", "tone.wav")
    assert delays.ordered(order, 1.0) == order
    began = TrackBegan("a", Track.PLAYING)
    assert delays.due([began, PLAYED], 1.0) == [began]
    assert delays.next_due() == 4.0
    assert delays.due([], 3.9) == []
    assert delays.due([], 4.0) == [PLAYED]
    assert delays.next_due() is None


def test_a_file_of_unknown_length_and_a_loop_are_not_held_back() -> None:
    delays = Delays({"tone.wav": 3.0})
    delays.ordered(Play("a", "other.wav"), 0.0)
    assert delays.due([PLAYED], 0.0) == [PLAYED]
    delays.ordered(Play("b", "tone.wav", loop=True), 0.0)
    delays.ordered(HangUp("b"), 0.0)
    assert delays.due([TrackEnded("b", Track.PLAYING)], 0.0) == [TrackEnded("b", Track.PLAYING)]


def test_a_recording_ends_after_its_duration_or_when_it_is_stopped() -> None:
    delays = Delays({})
    delays.ordered(Record("a", "out.wav", 2.0), 0.0)
    assert delays.due([RECORDED], 0.0) == []
    delays.ordered(StopTracks("a", (Track.RECORDING,)), 1.0)
    assert delays.due([RECORDED], 1.0) == [RECORDED]
    assert delays.due([], 2.0) == []


def test_a_window_is_measured_for_its_length() -> None:
    delays = Delays({})
    delays.ordered(MeasureMedia("a", 1.5), 0.0)
    measured = MediaMeasured("a", MediaFigures(), 1.5)
    assert delays.due([measured], 0.0) == []
    assert delays.due([], 1.5) == [measured]


def test_digits_are_ordered_one_by_one() -> None:
    delays = Delays({})
    first = delays.ordered(SendDigits("a", "12", 0.25, "rfc2833"), 0.0)
    assert first == SendDigits("a", "1", 0.25, "rfc2833")
    assert delays.due([SENT], 0.0) == []
    assert delays.next_due() == 0.25
    assert delays.digits(0.2) == []
    assert delays.digits(0.25) == [SendDigits("a", "2", 0.25, "rfc2833")]
    assert delays.due([SENT], 0.25) == [SENT]


def test_digits_that_are_refused_or_stopped_are_not_sent() -> None:
    for ending in ("refused", "stopped"):
        delays = Delays({})
        delays.ordered(SendDigits("a", "12", 0.25, "info"), 0.0)
        if ending == "refused":
            refused = TrackRefused("a", Track.SENDING, "no audio")
            assert delays.due([refused], 0.0) == [refused]
        else:
            delays.ordered(StopTracks("a", (Track.SENDING,)), 0.0)
        assert delays.digits(1.0) == []


def test_with_its_dialog_all_of_its_audio_ends() -> None:
    delays = Delays({"tone.wav": 3.0})
    delays.ordered(Play("a", "tone.wav"), 0.0)
    delays.ordered(SendDigits("a", "12", 0.25, "rfc2833"), 0.0)
    ended = DialogEnded("a", 200, "OK")
    assert delays.due([PLAYED, ended], 0.0) == [ended]
    assert delays.next_due() is None
    assert delays.digits(9.0) == []
