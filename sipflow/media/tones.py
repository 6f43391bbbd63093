"""DTMF digits as audible tones: two sines a digit (ITU-T Q.23), as 16 bit samples. Pure."""

import math
import struct

RATE = 8000
TONE = 0.1
# Q.24 requires receivers to accept tones of 40 ms and pauses of 40 ms; these are well above both.
SHORTEST_PAUSE = 0.05
# Twice this is the peak of the sum: some 3 dB below full scale.
_AMPLITUDE = 0.35 * 32767
# A tone that begins and ends abruptly clicks, and a click has all frequencies.
_RAMP = 0.005
_LOW = (697, 770, 852, 941)
_HIGH = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")
FREQUENCIES = {
    digit: (low, high)
    for low, row in zip(_LOW, _KEYS, strict=True)
    for high, digit in zip(_HIGH, row, strict=True)
}


def digit_tones(digits: str, interval: float) -> bytes:
    """Return the samples of digits that begin ``interval`` seconds apart."""
    tone = round(TONE * RATE)
    pause = round(max(interval - TONE, SHORTEST_PAUSE) * RATE)
    silence = bytes(2 * pause)
    return b"".join(_tone(digit, tone) + silence for digit in digits)


def _tone(digit: str, count: int) -> bytes:
    low, high = (2 * math.pi * frequency / RATE for frequency in FREQUENCIES[digit])
    ramp = _RAMP * RATE
    samples = (
        round(
            _AMPLITUDE
            * min(1.0, (index + 1) / ramp, (count - index) / ramp)
            * (math.sin(low * index) + math.sin(high * index))
        )
        for index in range(count)
    )
    return struct.pack(f"<{count}h", *samples)
