"""Analyzes the received audio of one call: DTMF digits, the loudest level, and a tone. Pure.

Time is counted in samples from the first one. Two passages are measured: all samples, and one that
begins and ends at samples not yet received. Digits are found in all samples.
"""

from collections.abc import Sequence

from sipflow.media import level, pitch
from sipflow.media.dtmf import DtmfDetector

# Levels are measured over blocks of this length in seconds; a shorter sound is a click.
BLOCK = 0.05


class Passage:
    """The loudest level of a passage in dBov, and its last tone."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._block = round(rate * BLOCK)
        self._rest: list[int] = []
        self._audible: list[int] = []
        self.loudest = level.SILENCE

    def feed(self, samples: Sequence[int]) -> None:
        """Measure further samples."""
        self._rest += samples
        while len(self._rest) >= self._block:
            self._judge(self._rest[: self._block])
            del self._rest[: self._block]

    def tone(self) -> float | None:
        """Return the frequency in Hz of the last audible sound, None if it was no tone."""
        return pitch.frequency(self._audible, self._rate)

    def _judge(self, block: list[int]) -> None:
        loudness = level.dbov(block)
        self.loudest = max(self.loudest, loudness)
        if loudness >= level.AUDIBLE:
            self._audible += block
            del self._audible[: -pitch.LONGEST]


class AudioAnalyzer:
    """Analyzes the audio of one call piece by piece; ``received`` counts its samples."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._detector = DtmfDetector(rate)
        self._begin = 0
        self._end: int | None = None
        self.received = 0
        self.whole = Passage(rate)
        self.part: Passage | None = None

    def feed(self, samples: Sequence[int]) -> str:
        """Analyze further samples; return the digits that begin in them."""
        self.whole.feed(samples)
        if self.part is not None:
            end = None if self._end is None else max(0, self._end - self.received)
            self.part.feed(samples[max(0, self._begin - self.received) : end])
        self.received += len(samples)
        return self._detector.feed(samples)

    def begin_part(self, sample: int) -> None:
        """Begin the second passage at a sample not yet received."""
        self.part = Passage(self._rate)
        self._begin, self._end = sample, None

    def end_part(self, sample: int) -> None:
        """End the second passage before a sample not yet received."""
        self._end = sample
