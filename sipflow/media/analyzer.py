"""What somebody hears who listens to one call: digits, how loud it gets, and a tone. Pure.

Time is counted in samples from the first one. Two passages are judged: all that was heard, and one
that begins and ends at samples that have not been heard yet. Digits are found in everything.
"""

from collections.abc import Sequence

from sipflow.media import level, pitch
from sipflow.media.dtmf import DtmfDetector

# The level of a block of so many seconds counts: the shortest sound that is more than a click.
BLOCK = 0.05


class Passage:
    """How loud a passage gets, in dBov, and its last tone."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._block = round(rate * BLOCK)
        self._rest: list[int] = []
        self._audible: list[int] = []
        self.loudest = level.SILENCE

    def feed(self, samples: Sequence[int]) -> None:
        """Take in what has come."""
        self._rest += samples
        while len(self._rest) >= self._block:
            self._judge(self._rest[: self._block])
            del self._rest[: self._block]

    def tone(self) -> float | None:
        """Return the frequency in Hz of the tone that was heard last, None if it was no tone."""
        return pitch.frequency(self._audible, self._rate)

    def _judge(self, block: list[int]) -> None:
        loudness = level.dbov(block)
        self.loudest = max(self.loudest, loudness)
        if loudness >= level.AUDIBLE:
            self._audible += block
            del self._audible[: -pitch.LONGEST]


class Hearing:
    """Takes in the sound of one call piece by piece; ``heard`` counts its samples."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._detector = DtmfDetector(rate)
        self._begin = 0
        self._end: int | None = None
        self.heard = 0
        self.whole = Passage(rate)
        self.part: Passage | None = None

    def feed(self, samples: Sequence[int]) -> str:
        """Take in what has come; return the digits that have begun in it."""
        self.whole.feed(samples)
        if self.part is not None:
            end = None if self._end is None else max(0, self._end - self.heard)
            self.part.feed(samples[max(0, self._begin - self.heard) : end])
        self.heard += len(samples)
        return self._detector.feed(samples)

    def begin_part(self, sample: int) -> None:
        """Begin a passage of its own at a sample to come."""
        self.part = Passage(self._rate)
        self._begin, self._end = sample, None

    def end_part(self, sample: int) -> None:
        """End that passage before a sample to come."""
        self._end = sample
