"""The tracks of a leg's audio, and its digits."""

from sipflow.worker.legs.audio import LegAudio, Progress
from sipflow.worker.ua.events import DigitReceived, Track, TrackBegan, TrackEnded, TrackRefused

PLAYING, RECORDING = Track.PLAYING, Track.RECORDING


def test_a_track_is_asked_for_goes_on_and_ends_by_itself() -> None:
    audio = LegAudio()
    seen = [audio.progress(PLAYING)]
    audio.ask(PLAYING)
    seen.append(audio.progress(PLAYING))
    audio.apply(TrackBegan("out-1", PLAYING))
    seen.append(audio.progress(PLAYING))
    audio.apply(TrackEnded("out-1", PLAYING))
    seen.append(audio.progress(PLAYING))

    assert seen == [Progress.IDLE, Progress.ASKED, Progress.GOING, Progress.IDLE]


def test_tracks_do_not_touch_each_other() -> None:
    audio = LegAudio()
    audio.ask(RECORDING)
    audio.apply(TrackBegan("out-1", RECORDING))
    audio.apply(TrackEnded("out-1", PLAYING))

    assert audio.progress(RECORDING) is Progress.GOING


def test_a_refusal_is_known_until_the_track_is_used_again() -> None:
    audio = LegAudio()
    refused = TrackRefused("out-1", PLAYING, "no such file")
    audio.ask(PLAYING)
    audio.apply(refused)

    assert audio.progress(PLAYING) is Progress.IDLE
    assert audio.refusals == {PLAYING: refused}
    audio.ask(PLAYING)
    assert audio.refusals == {}


def test_digits_wait_in_order_until_they_are_used() -> None:
    audio = LegAudio()
    for digit in "12#":
        audio.apply(DigitReceived("out-1", digit, "info"))

    assert audio.received == "12#"
    audio.use(2)
    assert audio.received == "#"


def test_a_dialog_goes_on_where_the_one_before_it_was() -> None:
    former, audio = LegAudio(), LegAudio()
    refused = TrackRefused("out-1", RECORDING, "no such folder")
    for happening in (TrackBegan("out-1", PLAYING), DigitReceived("out-1", "1", "info"), refused):
        former.apply(happening)
    audio.apply(DigitReceived("ref-1", "2", "info"))

    audio.take_over(former)

    assert audio.received == "12"
    assert audio.progress(PLAYING) is Progress.GOING
    assert audio.refusals == {RECORDING: refused}
