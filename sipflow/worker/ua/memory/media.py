"""The media of one end of a call in memory: offers, answers, and re-INVITE glare. Pure.

An end has one re-INVITE under way at a time, and refuses the peer's meanwhile with 491. There is no
clock here for a random wait before the next attempt: the called end tries again at once, the
calling one after it has answered the other's.
"""

from msgspec import Struct

from sipflow.sip.codecs import DEFAULT_CODECS
from sipflow.sip.sdp import MediaDirection, direction_of
from sipflow.worker.ua.commands import Reinvite
from sipflow.worker.ua.events import Media

REQUEST_PENDING = 491


class Offer(Struct, frozen=True):
    """A re-INVITE, with the direction that it offers."""

    direction: MediaDirection


class OfferAnswer(Struct, frozen=True):
    """The final answer to a re-INVITE; ``direction`` is None for a 491, the only refusal here."""

    code: int
    direction: MediaDirection | None = None


class EndMedia(Struct):
    """The media of an end; ``on_hold``: it has put the peer on hold."""

    calls: bool
    codec: str = DEFAULT_CODECS[0]
    direction: MediaDirection = MediaDirection.SENDRECV
    on_hold: bool = False
    asked: Reinvite | None = None
    postponed: Reinvite | None = None

    def offer(self, order: Reinvite) -> Offer:
        """Begin a re-INVITE."""
        self.asked = order
        if not order.hold:
            return Offer(MediaDirection.SENDRECV)
        return Offer(direction_of(sends=self.direction.sends, receives=False))

    def answer(self, offer: Offer) -> OfferAnswer:
        """Answer a re-INVITE of the peer."""
        if self.asked is not None:
            return OfferAnswer(REQUEST_PENDING)
        mirrored = offer.direction.mirrored
        receives = mirrored.receives and not self.on_hold
        self.direction = direction_of(sends=mirrored.sends, receives=receives)
        return OfferAnswer(200, self.direction)

    def conclude(self, answer: OfferAnswer) -> Reinvite | None:
        """Record the final answer to ours; return it, or None if it is to be tried again."""
        order, self.asked = self.asked, None
        assert order is not None, "there is no answer without a re-INVITE"
        if answer.direction is None:
            self.postponed = order
            return None
        self.on_hold = order.hold
        self.direction = answer.direction.mirrored
        return order

    def again(self, *, answered: bool) -> Reinvite | None:
        """Return the re-INVITE to try again now, having just answered one or been refused."""
        if self.postponed is None or self.calls is not answered:
            return None
        order, self.postponed = self.postponed, None
        return order

    def negotiated(self, peer: MediaDirection) -> Media:
        """Return the media of this end; ``peer`` is the direction in the peer's SDP."""
        return Media(self.direction, peer, self.codec)


def common_codec(offered: tuple[str, ...], own: tuple[str, ...]) -> str | None:
    """Return the codec that answers an offer: the offerer's most preferred that we have."""
    return next((codec for codec in offered if codec in own), None)
