"""Detects DTMF digits in audio: pairs of a row's tone and a column's (ITU-T Q.23). Pure.

The criteria follow ITU-T Q.24: a digit has tones of at least 40 ms, separated by at least 40 ms, up
to 1.5 % off their frequencies, and either up to 8 dB louder than the other; tones 3.5 % off are no
digit. An interruption of one packet, 20 ms, does not split a digit in two.

Audio is analyzed in blocks of 102 samples at 8 kHz, 12.75 ms: a tone of 40 ms contains at least two
whole blocks. A block has a digit if most of its energy is in one tone of a row and one of a column,
and no other of the eight tones is near their level. Two consecutive blocks of this kind make a
digit if the phase of each tone has advanced between them as its frequency requires; three blocks
without the digit end it. Speech, noise and other tones pass some of these tests, but not all.
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
# The quietest block that is analyzed, -46 dBov: a digit at the lower end of Q.24's Table A.1 has
# -34 in total, and no less than half of that in a block that it begins in.
_AUDIBLE = BLOCK * (FULL_SCALE * 10 ** (-46 / 20)) ** 2
# The least share of the energy in the two tones: a deviation of 1.5 % (a fifth at most) and noise
# 15 dB below reduce it; in one of two blocks also a beginning or end within the block.
_SHARE = 0.72
_SHARE_OF_PART = 0.55
# How much louder one tone of a pair may appear, in power: 4 to 8 dB in Q.24, by country, and 3 more
# because in so short a block the louder tone leaks into the other.
_TWIST = 12.0
# How much louder a tone is than its neighbours in the same group: 6 dB.
_LEAD = 4.0
# How far off its frequency a tone may be: between the 1.5 % that must be accepted and 3.5 %.
_DEVIATION = 0.025
_MISSES_THAT_END = 3


class _Found(Struct, frozen=True):
    """The result for a block: a digit, its two tones, and their share of the energy."""

    digit: str
    tones: tuple[complex, complex]
    share: float


class DtmfDetector:
    """Detects digits in audio that is fed piece by piece, at a multiple of 8 kHz."""

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
        """Analyze further samples; return the digits that begin in them."""
        self._samples += self._at_8_khz(samples)
        return "".join(digit for block in self._blocks() if (digit := self._look(block)))

    def _at_8_khz(self, samples: Sequence[int]) -> Sequence[int]:
        factor = self._factor
        if factor == 1:
            return samples
        waiting = [*self._surplus, *samples]
        whole = len(waiting) - len(waiting) % factor
        self._surplus = waiting[whole:]
        # The mean of each group of samples, not one of them: it attenuates tones above 4 kHz.
        parts = [waiting[first:whole:factor] for first in range(factor)]
        return [sum(group) // factor for group in zip(*parts, strict=True)]

    def _blocks(self) -> Iterator[list[int]]:
        count = len(self._samples) // BLOCK
        for number in range(count):
            yield self._samples[number * BLOCK : (number + 1) * BLOCK]
        del self._samples[: count * BLOCK]

    def _look(self, block: list[int]) -> str | None:
        """Analyze one block; return the digit that begins with it, if any."""
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
    """Return the digit of a block with its tones, None if it has none."""
    total = energy(block)
    if total < _AUDIBLE:
        return None
    rows = [_tone(block, tone) for tone in ROWS]
    columns = [_tone(block, tone) for tone in COLUMNS]
    row, column = _leader(rows), _leader(columns)
    if row is None or column is None:
        return None
    low, high = abs(rows[row]) ** 2, abs(columns[column]) ** 2
    # The squared magnitude of a single tone is half the block's length times its energy.
    share = (low + high) * 2 / (len(block) * total)
    if share < _SHARE_OF_PART or max(low, high) > _TWIST * min(low, high):
        return None
    return _Found(DIGITS[row][column], (rows[row], columns[column]), share)


def _tone(block: list[int], tone: int) -> complex:
    """Return the complex amplitude of a frequency in a block (Goertzel's algorithm)."""
    turn = 2 * pi * tone / RATE
    factor = 2 * cos(turn)
    last = before = 0.0
    for sample in block:
        last, before = sample + factor * last - before, last
    return last - before * exp(-1j * turn)


def _leader(tones: list[complex]) -> int | None:
    """Return the index of the clearly loudest tone of a group, or None."""
    powers = [abs(tone) ** 2 for tone in tones]
    highest = max(powers)
    near = sum(power * _LEAD > highest for power in powers)
    return powers.index(highest) if near == 1 else None


def _is_one_digit(former: _Found, found: _Found) -> bool:
    """Return whether two consecutive blocks have the same digit, clear and on its frequencies."""
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
    """Return the deviation of a tone in Hz, from the advance of its phase between two blocks."""
    # Goertzel's sum has the phase at the block's end, so the phases are one block apart.
    expected = exp(2j * pi * tone * BLOCK / RATE)
    return phase(later / (earlier * expected)) * RATE / (2 * pi * BLOCK)
