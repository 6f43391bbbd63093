"""Parses a WAV file while it is still being written, and returns its samples. Pure.

Linear PCM of 16 bits, one channel, as the stack's recorder writes it. The lengths in its header are
written last, so they are ignored: all bytes after the header are samples.
"""

import struct

_RIFF = struct.Struct("<4s4x4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_LINEAR_PCM = 1


class WavStream:
    """Parses a growing file from its first byte on; ``rate`` is known once the header is read."""

    def __init__(self) -> None:
        self._bytes = b""
        self.rate: int | None = None

    def feed(self, more: bytes) -> tuple[int, ...]:
        """Parse further bytes; return the samples that are complete."""
        self._bytes += more
        if self.rate is None and not self._read_header():
            return ()
        count = len(self._bytes) // 2
        samples = struct.unpack_from(f"<{count}h", self._bytes)
        self._bytes = self._bytes[count * 2 :]
        return samples

    def _read_header(self) -> bool:
        """Read the header once it is complete; raise ``ValueError`` for any other file."""
        if len(self._bytes) < _RIFF.size:
            return False
        if _RIFF.unpack_from(self._bytes) != (b"RIFF", b"WAVE"):
            raise ValueError("no WAV file")
        place, rate = _RIFF.size, None
        while len(self._bytes) >= place + _CHUNK.size:
            name, length = _CHUNK.unpack_from(self._bytes, place)
            place += _CHUNK.size
            if name == b"data" and rate is not None:
                self.rate, self._bytes = rate, self._bytes[place:]
                return True
            if name == b"fmt " and len(self._bytes) >= place + _FORMAT.size:
                rate = self._rate_of(_FORMAT.unpack_from(self._bytes, place))
            place += length
        return False

    def _rate_of(self, form: tuple[int, ...]) -> int:
        tag, channels, rate, _, _, bits = form
        if (tag, channels, bits) != (_LINEAR_PCM, 1, 16):
            raise ValueError("no linear PCM of 16 bits and one channel")
        return rate
