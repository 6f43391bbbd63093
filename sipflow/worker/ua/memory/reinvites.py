"""Re-INVITEs between user agents connected in memory. Pure."""

from typing import TYPE_CHECKING

from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.commands import Reinvite
from sipflow.worker.ua.events import MediaNegotiated, OrderRefused, ReinviteAnswered
from sipflow.worker.ua.memory.media import Offer, OfferAnswer

if TYPE_CHECKING:
    from sipflow.worker.ua.memory.agent import End, MemoryUserAgent


class MemoryReinvites:
    """The re-INVITEs of one agent: ordered ones and received ones."""

    def __init__(self, agent: "MemoryUserAgent") -> None:
        self._agent = agent

    def order(self, end: "End", order: Reinvite) -> None:
        """Send a re-INVITE."""
        if end.is_up and end.media.asked is None:
            end.send(end.media.offer(order))
        else:
            self._agent.emit(end, OrderRefused(end.key, "no re-INVITE can be sent now"))

    def read(self, end: "End", message: Offer | OfferAnswer) -> None:
        """Handle an offer or answer of the peer."""
        if not end.is_up:  # the call is over, or about to be
            return
        if isinstance(message, Offer):
            self._read_offer(end, message)
        else:
            self._read_answer(end, message)

    def _read_offer(self, end: "End", offer: Offer) -> None:
        answer = end.media.answer(offer)
        end.send(answer)
        if answer.direction is not None:
            media = end.media.negotiated(offer.direction)
            self._agent.emit(end, MediaNegotiated(end.key, media, "remote"))
            _try_again(end, answered=True)

    def _read_answer(self, end: "End", answer: OfferAnswer) -> None:
        order = end.media.conclude(answer)
        if order is None or answer.direction is None:
            _try_again(end, answered=False)
            return
        media = end.media.negotiated(answer.direction)
        self._agent.emit(end, MediaNegotiated(end.key, media, "local"))
        reason = reason_phrase(answer.code)
        self._agent.emit(end, ReinviteAnswered(end.key, order.turn, answer.code, reason))


def _try_again(end: "End", *, answered: bool) -> None:
    order = end.media.again(answered=answered)
    if order is not None:
        end.send(end.media.offer(order))
