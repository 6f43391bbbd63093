"""How the media of a leg came in: what the user agent has counted and heard. Pure values."""

from msgspec import Struct

from sipflow.media.mos import mean_opinion_score


class MediaFigures(Struct, frozen=True):
    """What one leg received, from its first packet on or within a window.

    ``codec`` and ``direction`` are None where there was no stream. ``delay`` is one way, from mouth
    to ear, as far as it can be known; ``level`` (dBov) and ``tone`` (Hz) are None where nobody
    listened, ``tone`` also where there was none. Times are in milliseconds.
    """

    packets: int = 0
    lost: int = 0
    discarded: int = 0
    duplicated: int = 0
    jitter: float = 0.0
    delay: float = 0.0
    codec: str | None = None
    direction: str | None = None
    level: float | None = None
    tone: float | None = None

    @property
    def loss(self) -> float:
        """How many of the packets that were sent were lost on the way, in percent."""
        return _percent(self.lost, self.packets + self.lost)

    @property
    def mos(self) -> float | None:
        """The mean opinion score; None where nothing came, or the codec's values are not known.

        For an ear, a packet that came too late to be played is lost too.
        """
        if self.codec is None or not self.packets:
            return None
        missing = min(self.lost + self.discarded, self.packets + self.lost)
        share = _percent(missing, self.packets + self.lost)
        return mean_opinion_score(self.codec, share, self.delay)


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0
