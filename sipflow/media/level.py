"""The level of audio samples. Pure."""

from collections.abc import Sequence
from math import log10
from operator import mul

FULL_SCALE = 32_768.0
# The level of digital silence; the quietest other sound, a single sample of 1, has more than -130.
SILENCE = -140.0
# Quieter than this is silence. Speech has some -26 dBov (ITU-T P.56), the quietest digit that a
# receiver has to know -34 (ITU-T Q.24), comfort noise and the noise of a codec -60 and less.
AUDIBLE = -50.0


def energy(samples: Sequence[int]) -> int:
    """Return the sum of the squares of the samples."""
    return sum(map(mul, samples, samples))


def dbov(samples: Sequence[int]) -> float:
    """Return the level of samples in dBov; without samples, that of silence."""
    squares = energy(samples)
    if not squares:
        return SILENCE
    return 10 * log10(squares / len(samples) / FULL_SCALE**2)


def is_audible(samples: Sequence[int]) -> bool:
    """Return whether samples are louder than silence."""
    return dbov(samples) >= AUDIBLE
