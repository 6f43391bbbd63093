"""Reads the headers of WAV files, and checks whether the SIP stack can play them.

The stack takes the rest of a file as audio once it has found the audio chunk, misreads some chunks,
and ends the process at rates without a whole number of samples per frame. So it is only given files
that were validated here; ``is_plain``: whether it can be given the file as it is.
"""

import struct
from typing import BinaryIO

from msgspec import Struct

PCM, A_LAW, MU_LAW = 1, 6, 7
_EXTENSIBLE = 0xFFFE
_NAMES = {3: "floating point", 2: "ADPCM", 17: "ADPCM", 85: "MP3"}
_BITS = {PCM: 16, A_LAW: 8, MU_LAW: 8}
# The rates tested with the stack. It ends the process at 11,025 Hz.
RATES = (8000, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
# The length of the stack's frame: it refuses files that do not fill one.
SHORTEST = 0.02
RIGHT = "save it as WAV with 16 bit PCM, A-law or µ-law, mono or stereo, at 8000 to 48000 Hz"
PLAIN_HEADER = 44
_MOST_CHUNKS = 1000


class Wav(Struct, frozen=True, kw_only=True):
    """A WAV file that can be played: ``length`` bytes of audio from byte ``start`` on."""

    format: int
    channels: int
    rate: int
    start: int
    length: int
    is_plain: bool = False

    @property
    def seconds(self) -> float:
        """The length of the audio in seconds."""
        return self.length / (self.rate * self.frame)

    @property
    def frame(self) -> int:
        """The bytes of one sample of all channels."""
        return self.channels * _BITS[self.format] // 8


def read_wav(file: BinaryIO) -> Wav | str:
    """Return the description of an open file, or an error message that follows its name."""
    size = file.seek(0, 2)
    file.seek(0)
    riff = file.read(12)
    if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
        return "is no WAV file"
    layout: tuple[int, int, int] | None = None
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = struct.unpack("<4sI", head)
        start = file.tell()
        if name == b"data":
            return "has no format" if layout is None else _audio(layout, start, length, size)
        if name == b"fmt ":
            read = _layout(file.read(min(length, 40)))
            if isinstance(read, str):
                return read
            layout = read
        file.seek(start + length + length % 2)
    return "is a WAV file without audio"


def plain_header(wav: Wav) -> bytes:
    """Return the header of a file with the same audio and no other chunks."""
    bits = _BITS[wav.format]
    layout = struct.pack(
        "<4sIHHIIHH",
        b"fmt ", 16, wav.format, wav.channels, wav.rate, wav.rate * wav.frame, wav.frame, bits,
    )  # fmt: skip
    riff = struct.pack("<4sI4s", b"RIFF", PLAIN_HEADER - 8 + wav.length, b"WAVE")
    return riff + layout + struct.pack("<4sI", b"data", wav.length)


def _layout(head: bytes) -> tuple[int, int, int] | str:
    """Return format, channels and rate, or an error message."""
    if len(head) < 16:
        return "has a format that is cut off"
    form, channels, rate, _, frame, bits = struct.unpack_from("<HHIIHH", head)
    if form == _EXTENSIBLE and len(head) >= 26:
        (form,) = struct.unpack_from("<H", head, 24)
    if form not in _BITS:
        return f"holds {_NAMES.get(form, f'format {form}')}, which cannot be played"
    if bits != _BITS[form]:
        return f"has {bits} bits a sample, which cannot be played"
    if channels not in (1, 2):
        return f"has {channels} channels, which cannot be played"
    if rate not in RATES:
        return f"has {rate} Hz, which cannot be played"
    if frame != channels * bits // 8:
        return f"says that a sample has {frame} bytes, which is wrong"
    return form, channels, rate


def _audio(layout: tuple[int, int, int], start: int, length: int, size: int) -> Wav | str:
    if start + length > size:
        return f"says that it has {length} bytes of audio, but has {size - start}"
    form, channels, rate = layout
    raw = Wav(format=form, channels=channels, rate=rate, start=start, length=length)
    whole = length - length % raw.frame
    is_plain = start == PLAIN_HEADER and start + whole == size
    wav = Wav(
        format=form, channels=channels, rate=rate, start=start, length=whole, is_plain=is_plain
    )
    if wav.seconds < SHORTEST:
        return f"has {wav.length} bytes of audio, less than {SHORTEST:g} s"
    return wav
