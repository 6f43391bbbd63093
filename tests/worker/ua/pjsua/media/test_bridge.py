"""What plays and records on real calls: heard at the other end, and closed in time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow import clock
from sipflow.media.wav import A_LAW, MU_LAW, PCM, RATES
from sipflow.worker.ua.commands import HangUp, Play, Record, StopTracks
from sipflow.worker.ua.events import DialogEnded, Track, TrackBegan, TrackEnded
from tests.wav_bytes import chunk, layout, riff, wav
from tests.worker.ua.talk import (
    CLEARED,
    Talk,
    done,
    loudness,
    talking,
    threads,
    until_end,
    wakings,
)

PLAYING, RECORDING = Track.PLAYING, Track.RECORDING
LOUD = 4000


@pytest.fixture
def talk() -> Iterator[Talk]:
    with talking() as talk:
        yield talk


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    path.write_bytes(wav(0.5))
    return path


def test_what_is_played_is_heard_and_ends_with_the_file(talk: Talk, tmp_path: Path) -> None:
    sound, recording = tmp_path / "sound.wav", tmp_path / "recording.wav"
    sound.write_bytes(wav(1.0))
    talk.bob.order(Record("in-1", str(recording)))
    assert talk.bob.hear() == [TrackBegan("in-1", RECORDING)]

    began = clock.monotonic()
    talk.alice.order(Play("out-1", str(sound)))

    assert talk.alice.hear(2) == done("out-1", PLAYING)
    assert 1.0 <= clock.monotonic() - began < 2.0
    talk.end()
    loud = [one for one in loudness(recording) if one > LOUD]
    assert 0.9 <= len(loud) * 0.05 <= 1.1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("form", "channels"), [(PCM, 1), (PCM, 2), (A_LAW, 1), (MU_LAW, 2)])
def test_every_kind_of_file_that_is_let_through_is_heard(
    talk: Talk, tmp_path: Path, form: int, channels: int, rate: int
) -> None:
    sound, recording = tmp_path / "sound.wav", tmp_path / "recording.wav"
    sound.write_bytes(wav(0.3, form, channels, rate))
    talk.bob.order(Record("in-1", str(recording)))
    talk.alice.order(Play("out-1", str(sound)))

    assert talk.alice.hear(2) == done("out-1", PLAYING)
    talk.end()
    loud = [one for one in loudness(recording) if one > LOUD / 4]
    assert 0.2 <= len(loud) * 0.05 <= 0.4


def test_what_comes_behind_the_audio_is_not_played(talk: Talk, tmp_path: Path) -> None:
    sound, recording = tmp_path / "sound.wav", tmp_path / "recording.wav"
    noise = chunk(b"LIST", b"\x00\x7f" * 4000)
    sound.write_bytes(riff(layout(), chunk(b"data", bytes(8000)), noise))
    talk.bob.order(Record("in-1", str(recording)))
    talk.alice.order(Play("out-1", str(sound)))

    assert talk.alice.hear(2) == done("out-1", PLAYING)
    talk.end()
    assert max(loudness(recording)) < 100


def test_a_file_of_one_frame_is_played(talk: Talk, tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    sound.write_bytes(wav(0.02))
    talk.alice.order(Play("out-1", str(sound)))

    assert talk.alice.hear(2) == done("out-1", PLAYING)


def test_a_recording_has_its_duration_and_is_closed_when_it_is_told(
    talk: Talk, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.wav"
    talk.bob.order(Record("in-1", str(recording), 0.5))

    assert talk.bob.hear(2) == done("in-1", RECORDING)
    assert 9 <= len(loudness(recording)) <= 11


def test_what_is_stopped_ends_and_its_recording_is_closed(
    talk: Talk, sound: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.wav"
    talk.alice.order(Play("out-1", str(sound), loop=True), Record("out-1", str(recording)))
    assert talk.alice.hear(2) == [TrackBegan("out-1", PLAYING), TrackBegan("out-1", RECORDING)]
    assert talk.alice.is_quiet(0.7)  # longer than the file, which begins again

    talk.alice.order(StopTracks("out-1", (PLAYING, RECORDING)))

    assert talk.alice.hear(2) == [TrackEnded("out-1", PLAYING), TrackEnded("out-1", RECORDING)]
    assert len(loudness(recording)) >= 12


def test_the_end_of_a_leg_ends_what_is_on_it_and_is_all_that_is_told(
    talk: Talk, sound: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.wav"
    talk.alice.order(Play("out-1", str(sound), loop=True), Record("out-1", str(recording)))
    talk.alice.hear(2)

    talk.bob.order(HangUp("in-1"))

    assert talk.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    loudness(recording)
    assert talk.alice.is_quiet(0.2)


def test_no_thread_of_the_stack_is_told_of_a_files_end(talk: Talk, sound: Path) -> None:
    # It would call the player then, at a moment of its own, which may be gone by that time.
    woken = wakings(talk.alice, "ev_thread")
    talk.alice.order(Play("out-1", str(sound)))

    assert talk.alice.hear(2) == done("out-1", PLAYING)
    assert talk.alice.is_quiet(0.1)
    assert wakings(talk.alice, "ev_thread") == woken


def test_the_clock_runs_only_while_a_call_needs_it(talk: Talk, sound: Path) -> None:
    before = threads(talk.alice)
    talk.alice.order(Play("out-1", str(sound)))
    talk.alice.hear()
    during = threads(talk.alice)
    talk.end()

    assert (during, threads(talk.alice)) == (before + 1, before)


def test_the_clock_runs_on_for_another_call(talk: Talk, sound: Path, tmp_path: Path) -> None:
    recording = tmp_path / "recording.wav"
    talk.begin(2)
    talk.alice.order(Play("out-1", str(sound), loop=True), Record("out-2", str(recording)))
    talk.alice.hear(2)

    talk.alice.order(HangUp("out-1"))
    assert until_end(talk.alice)[-1] == DialogEnded("out-1", 200, CLEARED)
    talk.alice.order(StopTracks("out-2", (RECORDING,)))

    assert talk.alice.hear() == [TrackEnded("out-2", RECORDING)]
    loudness(recording)


def test_the_next_run_finds_nothing_of_this_one(talk: Talk, sound: Path, tmp_path: Path) -> None:
    recording = tmp_path / "recording.wav"
    before = threads(talk.alice)
    talk.alice.order(Play("out-1", str(sound), loop=True), Record("out-1", str(recording)))
    talk.alice.hear(2)

    talk.alice.take_number("101")

    loudness(recording)
    assert until_end(talk.bob)[-1] == DialogEnded("in-1", 200, CLEARED)
    assert threads(talk.alice) == before
    assert talk.alice.is_quiet(0.2)
