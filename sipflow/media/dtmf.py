"""Digits in the sound itself: pairs of tones, one of a row and one of a column (ITU-T Q.23). Pure.

What a receiver has to take for a digit follows ITU-T Q.24: tones of 40 ms and more, parted by 40 ms
and more, 1.5 % off their frequencies, and either up to 8 dB louder than the other; what is off by
3.5 % is none. An interruption as long as one packet, 20 ms, does not make one digit two.

Sound is looked at in blocks of 102 samples at 8 kHz, 12.75 ms: a tone of 40 ms has at least two
whole ones in it. A block has a digit if most of its energy is in one tone of a row and one of a
column, and no other tone of the eight is near them. Two such blocks in a row make a digit, if the
phase of each tone has moved on from one to the other as its frequency demands; three blocks without
it end it. Speech, noise and other tones pass one of these tests now and then, but not all of them.
"""

from cmath import exp, phase, pi
from collections.abc import Iterator, Sequence
from math import cos

from msgspec import Struct

from sipflow.media.level import FULL_SCALE, energy

RATE = 8_000
ROWS = (697, 770, 852, 941)
COLUMNS = (1209, 1336, 1477, 1633)
DIGITS = ("123A", "456B", "789C", "*0#D")

BLOCK = 102
# The quietest block that is looked at, -46 dBov: a digit at the lower end of what Q.24's Table A.1
# lists has -34 in all, and no less than half of that in a block that it begins in.
_AUDIBLE = BLOCK * (FULL_SCALE * 10 ** (-46 / 20)) ** 2
# Of the energy, so much is in the two tones: all, less what 1.5 % off their frequency (a fifth at
# most) and noise 15 dB below take away; in one of two blocks also a beginning or end amid it.
_SHARE = 0.72
_SHARE_OF_PART = 0.55
# How much louder one tone of a pair may look, in power: Q.24 has 4 to 8 dB, by country, to which
# another 3 come because the louder one leaks into the other, in a block so short.
_TWIST = 12.0
# How much louder a tone is than its neighbours in the same group: 6 dB.
_LEAD = 4.0
# How far off its frequency a tone may be: between the 1.5 % that are to be taken and 3.5 %.
_DEVIATION = 0.025
_MISSES_THAT_END = 3


class _Found(Struct, frozen=True):
    """What a block has: a digit, its two tones, and their share of the energy."""

    digit: str
    tones: tuple[complex, complex]
    share: float


class DtmfDetector:
    """Finds the digits in sound that comes piece by piece, at a multiple of 8 kHz."""

    def __init__(self, rate: int) -> None:
        if rate % RATE:
            raise ValueError(f"the sample rate is a multiple of {RATE} Hz, not {rate}")
        self._factor = rate // RATE
        self._surplus: list[int] = []
        self._samples: list[int] = []
        self._former: _Found | None = None
        self._digit: str | None = None
        self._misses = 0

    def feed(self, samples: Sequence[int]) -> str:
        """Take in what has come and return the digits that have begun in it."""
        self._samples += self._at_8_khz(samples)
        return "".join(digit for block in self._blocks() if (digit := self._look(block)))

    def _at_8_khz(self, samples: Sequence[int]) -> Sequence[int]:
        factor = self._factor
        if factor == 1:
            return samples
        waiting = [*self._surplus, *samples]
        whole = len(waiting) - len(waiting) % factor
        self._surplus = waiting[whole:]
        # Their mean, not every so manieth of them: what is above 4 kHz is to fade.
        parts = [waiting[first:whole:factor] for first in range(factor)]
        return [sum(group) // factor for group in zip(*parts, strict=True)]

    def _blocks(self) -> Iterator[list[int]]:
        count = len(self._samples) // BLOCK
        for number in range(count):
            yield self._samples[number * BLOCK : (number + 1) * BLOCK]
        del self._samples[: count * BLOCK]

    def _look(self, block: list[int]) -> str | None:
        """Take in one block; return the digit that has begun with it."""
        former, found = self._former, _found_in(block)
        self._former = found
        if found is not None and found.digit == self._digit:
            self._misses = 0
            return None
        self._misses += 1
        if self._misses >= _MISSES_THAT_END:
            self._digit = None
        if former is None or found is None or not _is_one_digit(former, found):
            return None
        self._digit, self._misses = found.digit, 0
        return found.digit


def _found_in(block: list[int]) -> _Found | None:
    """Return what a block has, None if it has no digit."""
    total = energy(block)
    if total < _AUDIBLE:
        return None
    rows = [_tone(block, tone) for tone in ROWS]
    columns = [_tone(block, tone) for tone in COLUMNS]
    row, column = _leader(rows), _leader(columns)
    if row is None or column is None:
        return None
    low, high = abs(rows[row]) ** 2, abs(columns[column]) ** 2
    # A tone alone in a block has a square of half the block's length times its energy.
    share = (low + high) * 2 / (len(block) * total)
    if share < _SHARE_OF_PART or max(low, high) > _TWIST * min(low, high):
        return None
    return _Found(DIGITS[row][column], (rows[row], columns[column]), share)


def _tone(block: list[int], tone: int) -> complex:
    """Return what a block has of a frequency (Goertzel's algorithm)."""
    turn = 2 * pi * tone / RATE
    factor = 2 * cos(turn)
    last = before = 0.0
    for sample in block:
        last, before = sample + factor * last - before, last
    return last - before * exp(-1j * turn)


def _leader(tones: list[complex]) -> int | None:
    """Return which tone of a group is clearly the loudest."""
    powers = [abs(tone) ** 2 for tone in tones]
    highest = max(powers)
    near = sum(power * _LEAD > highest for power in powers)
    return powers.index(highest) if near == 1 else None


def _is_one_digit(former: _Found, found: _Found) -> bool:
    """Tell whether two blocks in a row have one digit, clearly and on its frequencies."""
    digit = found.digit
    if former.digit != digit or max(former.share, found.share) < _SHARE:
        return False
    row = next(place for place, digits in enumerate(DIGITS) if digit in digits)
    tones = (ROWS[row], COLUMNS[DIGITS[row].index(digit)])
    return all(
        abs(_deviation(tone, earlier, later)) <= _DEVIATION * tone
        for tone, earlier, later in zip(tones, former.tones, found.tones, strict=True)
    )


def _deviation(tone: int, earlier: complex, later: complex) -> float:
    """Return by how many Hz a tone is off, by how far its phase has moved from block to block."""
    # Goertzel's sum has the phase of the block's end: it moves on by a block from one to the next.
    expected = exp(2j * pi * tone * BLOCK / RATE)
    return phase(later / (earlier * expected)) * RATE / (2 * pi * BLOCK)
