"""Statistics of the media that a leg received. Pure values."""

from msgspec import Struct

from sipflow.media.mos import mean_opinion_score


class MediaFigures(Struct, frozen=True):
    """Statistics of the media that one leg received, in total or within a window.

    codec, direction: None without a stream
    delay: one way, from mouth to ear, as far as it can be known
    level: in dBov, None if it was not measured
    tone: in Hz, None if it was not measured or there was none

    Times are in milliseconds.
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
        """The share of the packets sent that were lost, in percent."""
        return _percent(self.lost, self.packets + self.lost)

    @property
    def mos(self) -> float | None:
        """The mean opinion score; None without packets, or if the codec's values are unknown.

        A packet that was too late to be played counts as lost, too.
        """
        if self.codec is None or not self.packets:
            return None
        missing = min(self.lost + self.discarded, self.packets + self.lost)
        share = _percent(missing, self.packets + self.lost)
        return mean_opinion_score(self.codec, share, self.delay)


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0
