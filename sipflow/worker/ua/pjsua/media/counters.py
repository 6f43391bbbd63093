"""The stack's counters of the media that one call receives."""

import pjsua2 as pj
from msgspec import Struct

from sipflow.media.stream_stats import MediaFigures

_DIRECTIONS = {
    pj.PJMEDIA_DIR_NONE: "inactive",
    pj.PJMEDIA_DIR_ENCODING: "sendonly",
    pj.PJMEDIA_DIR_DECODING: "recvonly",
    pj.PJMEDIA_DIR_ENCODING_DECODING: "sendrecv",
}
# The length of the stack's packets: the first sample is so much older than the packet.
_PACKET_MS = 20.0


class Counters(Struct, frozen=True):
    """Sums over a call's streams so far: packets, and the jitter in ms with each of ``samples``."""

    packets: int = 0
    lost: int = 0
    discarded: int = 0
    duplicated: int = 0
    samples: int = 0
    jitter: float = 0.0
    delay: float = 0.0

    def plus(self, other: "Counters") -> "Counters":
        """Return the sums with those of a later stream."""
        return self._combined(other, 1)

    def since(self, earlier: "Counters") -> "Counters":
        """Return the difference from earlier sums."""
        return self._combined(earlier, -1)

    def figures(self, **others: str | float | None) -> MediaFigures:
        """Return the figures, completed by ``others``."""
        return MediaFigures(
            packets=self.packets,
            lost=max(0, self.lost),  # a late packet takes back a loss
            discarded=self.discarded,
            duplicated=self.duplicated,
            jitter=self.jitter / self.samples if self.samples else 0.0,
            delay=self.delay,
            **others,  # type: ignore[arg-type]
        )

    def _combined(self, other: "Counters", sign: int) -> "Counters":
        return Counters(
            packets=self.packets + sign * other.packets,
            lost=self.lost + sign * other.lost,
            discarded=self.discarded + sign * other.discarded,
            duplicated=self.duplicated + sign * other.duplicated,
            samples=self.samples + sign * other.samples,
            jitter=self.jitter + sign * other.jitter,
            delay=other.delay if sign > 0 and other.packets else self.delay,
        )


def counters_of(call: pj.Call, index: int) -> Counters:
    """Return the counters of one stream of a call; raises ``pj.Error`` where there is none."""
    statistics = call.getStreamStat(index)
    received = statistics.rtcp.rxStat
    jitter, round_trip = received.jitterUsec, statistics.rtcp.rttUsec
    network = round_trip.last / 2000 if round_trip.n else 0.0
    return Counters(
        packets=received.pkt,
        lost=received.loss,
        discarded=received.discard,
        duplicated=received.dup,
        samples=jitter.n,
        jitter=jitter.n * jitter.mean / 1000,
        delay=network + statistics.jbuf.avgDelayMsec + _PACKET_MS,
    )


def audio_of(call: pj.Call) -> tuple[int, str] | None:
    """Return the index of a call's audio and its direction, as seen from here."""
    info = call.getInfo()  # kept in a name: its contents are gone with it
    for media in info.media:
        if media.type == pj.PJMEDIA_TYPE_AUDIO:
            return media.index, _DIRECTIONS[media.dir]
    return None
