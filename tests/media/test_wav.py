"""What is read off the headers of WAV files, and what is wrong with others: tables."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.media.wav import A_LAW, MU_LAW, PCM, RATES, Wav, plain_header, read_wav
from tests.wav_bytes import chunk, layout, riff, wav

DATA = bytes(8000)
AUDIO = chunk(b"data", DATA)
EXTENSION = struct.pack("<HHI", 22, 16, 4) + b"\1\0" + bytes(14)


def read(data: bytes) -> Wav | str:
    """Return what is read of a file with these bytes."""
    return read_wav(BytesIO(data))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("form", [PCM, A_LAW, MU_LAW])
def test_what_can_be_played_is_known_with_its_length(form: int, channels: int, rate: int) -> None:
    found = read(wav(0.4, form, channels, rate))

    assert isinstance(found, Wav)
    assert (found.format, found.channels, found.rate) == (form, channels, rate)
    assert found.seconds == 0.4
    assert found.is_plain


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (riff(chunk(b"JUNK", bytes(28)), layout(), AUDIO), 80),
        (riff(layout(), chunk(b"LIST", bytes(30)), AUDIO), 82),
        (riff(layout(), chunk(b"LIST", bytes(31)), AUDIO), 84),
        (riff(layout(), AUDIO, chunk(b"LIST", bytes(30))), 44),
        (riff(chunk(b"fmt ", layout()[8:] + bytes(2)), AUDIO), 46),
        (riff(chunk(b"fmt ", b"\xfe\xff" + layout()[10:] + EXTENSION), AUDIO), 68),
    ],
)
def test_audio_among_other_chunks_is_found_but_not_plain(data: bytes, start: int) -> None:
    assert read(data) == Wav(format=PCM, channels=1, rate=8000, start=start, length=8000)


def test_half_a_sample_at_the_end_does_not_count() -> None:
    found = read(riff(layout(channels=2), chunk(b"data", bytes(1603))))

    assert isinstance(found, Wav)
    assert found.length == 1600


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", "is no WAV file"),
        (b"ID3 and so on, an MP3", "is no WAV file"),
        (b"RIFX" + wav()[4:], "is no WAV file"),
        (riff(layout()), "is a WAV file without audio"),
        (riff(layout())[:30], "has a format that is cut off"),
        (riff(AUDIO, layout()), "has no format"),
        (riff(chunk(b"fmt ", layout()[8:22]), AUDIO), "has a format that is cut off"),
        (riff(layout(form=3, bits=32), AUDIO), "holds floating point, which cannot be played"),
        (riff(layout(form=99), AUDIO), "holds format 99, which cannot be played"),
        (riff(layout(form=0xFFFE), AUDIO), "holds format 65534, which cannot be played"),
        (riff(layout(bits=8), AUDIO), "has 8 bits a sample, which cannot be played"),
        (riff(layout(bits=24), AUDIO), "has 24 bits a sample, which cannot be played"),
        (riff(layout(channels=6), AUDIO), "has 6 channels, which cannot be played"),
        (riff(layout(channels=0), AUDIO), "has 0 channels, which cannot be played"),
        (riff(layout(rate=11025), AUDIO), "has 11025 Hz, which cannot be played"),
        (riff(layout(rate=0), AUDIO), "has 0 Hz, which cannot be played"),
        (riff(layout(frame=1), AUDIO), "says that a sample has 1 bytes, which is wrong"),
        (
            riff(layout(), chunk(b"data", DATA, 10**9)),
            "says that it has 1000000000 bytes of audio, but has 8000",
        ),
        (riff(layout(), chunk(b"data", b"")), "has 0 bytes of audio, less than 0.02 s"),
        (riff(layout(), chunk(b"data", bytes(318))), "has 318 bytes of audio, less than 0.02 s"),
        (
            riff(layout(), chunk(b"LIST", bytes(8), 0xFFFFFFF0), AUDIO),
            "is a WAV file without audio",
        ),
        (riff(*[chunk(b"JUNK", b"")] * 1001, layout(), AUDIO), "is a WAV file without audio"),
    ],
)
def test_what_cannot_be_played_is_named(data: bytes, trouble: str) -> None:
    assert read(data) == trouble


@given(st.binary(max_size=40), st.integers(0, 60))
def test_a_file_that_was_damaged_is_read_or_refused_but_never_raises(
    damage: bytes, place: int
) -> None:
    whole = wav(0.05)
    found = read(whole[:place] + damage + whole[place + len(damage) :])

    if isinstance(found, Wav):
        assert found.start + found.length <= len(whole) + len(damage)


def test_a_plain_header_is_that_of_the_same_audio_and_nothing_else() -> None:
    mixed = read(riff(layout(rate=16000), chunk(b"LIST", bytes(30)), AUDIO))
    assert isinstance(mixed, Wav)

    plain = read(plain_header(mixed) + DATA)

    assert isinstance(plain, Wav)
    assert plain.is_plain
    assert (plain.rate, plain.length) == (16000, 8000)
