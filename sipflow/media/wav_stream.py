"""A WAV file that somebody else is still writing: its samples, as its bytes come. Pure.

Linear PCM of 16 bits, one channel, which is what the stack's recorder writes. The lengths in its
header are written last, so they are not looked at: all that comes after the header is samples.
"""

import struct

_RIFF = struct.Struct("<4s4x4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_LINEAR_PCM = 1


class WavAutoscaler:
    """Reads a growing file from its first byte on; ``rate`` is known once the header is there."""

    def __init__(self) -> None:
        self._bytes = b""
        self.rate: int | None = None

    def feed(self, more: bytes) -> tuple[int, ...]:
        """Take in the bytes that have come; return the samples that are whole by now."""
        self._bytes += more
        if self.rate is None and not self._read_header():
            return ()
        count = len(self._bytes) // 2
        samples = struct.unpack_from(f"<{count}h", self._bytes)
        self._bytes = self._bytes[count * 2 :]
        return samples

    def _read_header(self) -> bool:
        """Read the header if it is whole; raise ``ValueError`` for what is no such file."""
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
