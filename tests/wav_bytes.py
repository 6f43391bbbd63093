"""WAV files for the tests, right and wrong, byte by byte."""

import struct


def chunk(name: bytes, data: bytes, length: int | None = None) -> bytes:
    """Return a chunk, padded to an even length; ``length`` is what it says of itself."""
    said = len(data) if length is None else length
    return struct.pack("<4sI", name, said) + data + b"\0" * (len(data) % 2)


def layout(
    form: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, frame: int | None = None
) -> bytes:
    """Return a format chunk."""
    size = channels * bits // 8 if frame is None else frame
    fields = struct.pack("<HHIIHH", form, channels, rate, rate * size, size, bits)
    return chunk(b"fmt ", fields)


def riff(*chunks: bytes) -> bytes:
    """Return a file of some chunks."""
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def wav(seconds: float = 0.5, form: int = 1, channels: int = 1, rate: int = 8000) -> bytes:
    """Return a right file, which sounds, in the bits that its format has."""
    bits = 16 if form == 1 else 8
    up, down = (b"\x00\x20", b"\x00\xe0") if form == 1 else (b"\x9a", b"\x1a")
    half = rate // 1000 * channels  # a square wave of 500 Hz, which any codec carries
    size = round(seconds * rate) * channels * bits // 8
    samples = (up * half + down * half) * (size // half + 1)
    return riff(layout(form, channels, rate, bits), chunk(b"data", samples[:size]))
