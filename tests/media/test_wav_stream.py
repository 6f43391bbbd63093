"""A WAV file piece by piece, as somebody else writes it."""

import struct

import pytest

from sipflow.media.wav_stream import WavStream

SAMPLES = (0, 1, -1, 32767, -32768)
DATA = struct.pack("<5h", *SAMPLES)


def header(
    tag: int = 1, channels: int = 1, bits: int = 16, rate: int = 16000, before: bytes = b""
) -> bytes:
    """Return a header as the recorder begins its file: with lengths of 0."""
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * 2, 2, bits)
    head = b"RIFF\0\0\0\0WAVE" + before + b"fmt " + struct.pack("<I", len(form)) + form
    return head + b"data\0\0\0\0"


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 44, 1000])
def test_samples_come_as_soon_as_they_are_whole(piece: int) -> None:
    stream, file = WavStream(), header() + DATA

    samples: list[int] = []
    for begin in range(0, len(file), piece):
        samples += stream.feed(file[begin : begin + piece])

    assert tuple(samples) == SAMPLES
    assert stream.rate == 16000


def test_half_a_sample_waits_for_its_other_half() -> None:
    stream = WavStream()

    assert stream.feed(header(rate=8000) + DATA[:3]) == SAMPLES[:1]
    assert stream.feed(DATA[3:4]) == SAMPLES[1:2]
    assert stream.feed(b"") == ()
    assert stream.rate == 8000


def test_other_chunks_before_the_samples_are_passed_over() -> None:
    stream = WavStream()

    assert stream.feed(header(before=b"LIST\4\0\0\0abcd") + DATA) == SAMPLES


def test_there_is_no_rate_before_the_header_is_whole() -> None:
    stream = WavStream()

    assert stream.feed(header()[:-1]) == ()
    assert stream.rate is None


def test_samples_before_their_format_are_passed_over() -> None:
    stream = WavStream()

    assert stream.feed(header(before=b"data\4\0\0\0abcd") + DATA) == SAMPLES


@pytest.mark.parametrize(
    ("file", "trouble"),
    [
        (b"GIF89a......", "no WAV file"),
        (header(tag=7), "no linear PCM"),
        (header(channels=2), "no linear PCM"),
        (header(bits=8), "no linear PCM"),
    ],
)
def test_what_cannot_be_read_is_refused(file: bytes, trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        WavStream().feed(file)
