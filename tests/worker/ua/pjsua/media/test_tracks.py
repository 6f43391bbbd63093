"""Orders about audio that cannot be carried out on a real call: refused, and nothing worse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow.worker.ua.commands import Invite, Play, Record, Respond, SendDigits, StopTracks
from sipflow.worker.ua.events import (
    DialogConfirmed,
    InviteReceived,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)
from tests.wav_bytes import chunk, layout, riff, wav
from tests.worker.ua.phone import phones
from tests.worker.ua.talk import Talk, talking


@pytest.fixture
def talk() -> Iterator[Talk]:
    with talking() as talk:
        yield talk


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (None, "x.wav is not there"),
        (b"", "x.wav is no WAV file"),
        (riff(layout(rate=11025), chunk(b"data", bytes(8000))), "x.wav has 11025 Hz, which cannot"),
        (riff(layout(rate=0), chunk(b"data", bytes(8000))), "x.wav has 0 Hz, which cannot be"),
        (riff(layout(channels=0), chunk(b"data", bytes(8000))), "x.wav has 0 channels, which"),
        (wav()[:200], "x.wav says that it has 8000 bytes of audio, but has 156"),
    ],
)
def test_a_file_that_was_changed_since_it_was_checked_is_refused(
    talk: Talk, tmp_path: Path, data: bytes | None, detail: str
) -> None:
    path = tmp_path / "x.wav"
    if data is not None:
        path.write_bytes(data)
    talk.alice.order(Play("out-1", str(path)))

    (refused,) = talk.alice.hear()

    assert isinstance(refused, TrackRefused)
    assert (refused.dialog, refused.track) == ("out-1", Track.PLAYING)
    assert refused.detail.startswith(detail)
    talk.end()


def test_a_recording_that_cannot_be_written_is_refused(talk: Talk, tmp_path: Path) -> None:
    talk.alice.order(Record("out-1", str(tmp_path / "gone" / "x.wav")))
    talk.alice.order(Record("out-1", str(tmp_path / "x.txt")))

    assert talk.alice.hear(2) == [
        TrackRefused("out-1", Track.RECORDING, "x.wav is in a folder that is not there"),
        TrackRefused("out-1", Track.RECORDING, "x.txt is not a usable name for a recording"),
    ]


def test_a_stop_of_nothing_is_told_at_once(talk: Talk) -> None:
    talk.alice.order(StopTracks("out-1", (Track.PLAYING, Track.RECORDING)))

    assert talk.alice.hear(2) == [
        TrackEnded("out-1", Track.PLAYING),
        TrackEnded("out-1", Track.RECORDING),
    ]


def test_there_is_no_audio_while_it_rings_but_there_is_early_media(tmp_path: Path) -> None:
    sound = tmp_path / "x.wav"
    sound.write_bytes(wav(0.2))
    with phones(2) as (alice, bob):
        alice.order(Invite("out-1", bob.uri))
        assert bob.hear() == [InviteReceived("in-1", alice.uri)]
        bob.order(Respond("in-1", 180))
        alice.hear(3)
        alice.order(
            Play("out-1", str(sound)),
            Record("out-1", str(sound)),
            SendDigits("out-1", "1", 0.2, "inband"),
        )
        assert alice.hear(3) == [
            TrackRefused("out-1", track, "no audio flows on the leg")
            for track in (Track.PLAYING, Track.RECORDING, Track.SENDING)
        ]
        bob.order(Respond("in-1", 183), Play("in-1", str(sound)))
        alice.hear()
        alice.order(Play("out-1", str(sound)))
        assert alice.hear(2) == [
            TrackBegan("out-1", Track.PLAYING),
            TrackEnded("out-1", Track.PLAYING),
        ]
        bob.order(Respond("in-1", 200))
        assert alice.hear() == [DialogConfirmed("out-1", 200, "OK")]
