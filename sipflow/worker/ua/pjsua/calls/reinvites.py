"""The re-INVITEs of an endpoint's calls: ordered ones and received ones.

pjsua2 has two for us: one that puts a call on hold and one that takes it off. Both are re-INVITEs;
it never uses UPDATE for that, but accepts one. It refuses to send while another INVITE of the
dialog is under way, and does not try again after a 491, so both are done here (RFC 3261 §14.1).

An INVITE of ours has begun when the stack reports CALLING, and is over with its final response. A
401 or 407 that the stack answers by another INVITE is not reported at all: the new INVITE replaces
the first (RFC 3261 §22.1).
"""

import random
from collections.abc import Callable
from math import inf

import pjsua2 as pj
from msgspec import Struct

from sipflow import clock
from sipflow.sip.sdp import MediaDirection, read_direction
from sipflow.sip.session_answer import fault_of
from sipflow.worker.ua.commands import Reinvite
from sipflow.worker.ua.events import (
    Happening,
    Media,
    MediaNegotiated,
    OrderRefused,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
)
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import not_sent
from sipflow.worker.ua.pjsua.stack.codecs import codec_name

_LOWEST_FINAL = 200
_LOWEST_FAILURE = 300
_REQUEST_PENDING = 491
_INVITE_UNDER_WAY = "another INVITE of the dialog is not answered or acknowledged yet"
_NOT_UNDERSTOOD = "the SDP of the 200 cannot be understood"
_DIRECTIONS = {
    pj.PJMEDIA_DIR_NONE: MediaDirection.INACTIVE,
    pj.PJMEDIA_DIR_ENCODING: MediaDirection.SENDONLY,
    pj.PJMEDIA_DIR_DECODING: MediaDirection.RECVONLY,
    pj.PJMEDIA_DIR_ENCODING_DECODING: MediaDirection.SENDRECV,
}


class _Asked(Struct):
    """A re-INVITE that is to be sent at ``due``, and not after ``deadline``.

    ``postponed``: the postponement has been reported.
    """

    call: Call
    order: Reinvite
    deadline: float
    due: float
    postponed: bool = False


class Reinvites:
    """Sends ordered re-INVITEs as soon as they may be sent, and reports their results.

    ``waiting``: those that are to be sent, by call.
    """

    def __init__(
        self, emit: Callable[[Call, Happening], None], ack_left: Callable[[int], bool]
    ) -> None:
        self._emit = emit
        self._ack_left = ack_left
        self.waiting: dict[str, _Asked] = {}
        self._sent: dict[str, _Asked] = {}
        self.codecs: tuple[str, ...] = ()

    def order(self, call: Call, order: Reinvite) -> None:
        """Send a re-INVITE, at the latest when the one that is under way is answered."""
        now = clock.monotonic()
        asked = self.waiting[call.key] = _Asked(call, order, now + order.within, now)
        self.send_due()
        if self.waiting.get(call.key) is asked:
            self._postpone(asked, _INVITE_UNDER_WAY)

    def next_due(self, now: float) -> float:
        """Return the seconds until one is to be sent, infinite if none is."""
        dues = [asked.due for asked in self.waiting.values() if not asked.call.negotiating]
        return max(0.0, min(dues, default=inf) - now)

    def send_due(self) -> None:
        """Send those that are due, but none on a call where another INVITE is under way."""
        if not self.waiting:
            return
        now = clock.monotonic()
        for asked in list(self.waiting.values()):
            if asked.due <= now and not asked.call.negotiating:
                del self.waiting[asked.call.key]
                if now <= asked.deadline:
                    self._send(asked)

    def forget(self, call: Call) -> None:
        """Drop the re-INVITE of a call that is ending."""
        self.waiting.pop(call.key, None)
        self._sent.pop(call.key, None)

    def transaction(self, call: Call, change: pj.TsxStateEvent) -> None:
        """Handle the new state of an INVITE or UPDATE in a confirmed dialog."""
        if change.tsx.role == pj.PJSIP_ROLE_UAC:
            self._ours(call, change)
        else:
            self._theirs(call, change)

    def _send(self, asked: _Asked) -> None:
        call = asked.call
        self._sent[call.key] = asked
        if asked.postponed:
            asked.postponed = False
            self._emit(call, ReinviteSent(call.key, asked.order.turn))
        try:
            if asked.order.hold:
                call.setHold(pj.CallOpParam())
            else:
                parameters = pj.CallOpParam(True)
                parameters.opt.flag = pj.PJSUA_CALL_UNHOLD
                call.reinvite(parameters)
        except pj.Error as error:
            self._sent.pop(call.key, None)
            if not call.over:
                self._emit(call, OrderRefused(call.key, not_sent("re-INVITE", error.reason)))

    def _ours(self, call: Call, change: pj.TsxStateEvent) -> None:
        transaction = change.tsx
        method, identity = transaction.method, int(transaction.pjTransaction)
        if transaction.state < pj.PJSIP_TSX_STATE_PROCEEDING:
            call.inviting[method] = identity
            return
        code = transaction.statusCode
        if change.type != pj.PJSIP_EVENT_RX_MSG or call.inviting.get(method) != identity:
            return
        if code < _LOWEST_FINAL:
            if method == "INVITE" and call.key in self._sent:
                turn = self._sent[call.key].order.turn
                self._emit(call, ReinviteProgressed(call.key, turn, code))
            return
        del call.inviting[method]
        if call.inviting:
            return
        asked = self._sent.pop(call.key, None)
        if method == "INVITE" and code < _LOWEST_FAILURE and not self._ack_left(call.slot):
            self._emit(call, OrderRefused(call.key, "the ACK could not be sent"))
            return
        fault = ""
        if code < _LOWEST_FAILURE:
            message = change.src.rdata.wholeMsg
            peer = read_direction(message)
            fault = fault_of(message, self.codecs) if method == "INVITE" else ""
            if not fault and (peer is not None or method == "INVITE"):  # else it was refreshed
                fault = self._negotiated(call, peer, asked)
        if asked is not None:
            self._answered(asked, code, transaction.statusText, fault)

    def _answered(self, asked: _Asked, code: int, reason: str, fault: str) -> None:
        call = asked.call
        now = clock.monotonic()
        again = now + _patience(call)
        if code == _REQUEST_PENDING and again < asked.deadline and call.key not in self.waiting:
            next_one = self.waiting[call.key] = _Asked(call, asked.order, asked.deadline, again)
            self._postpone(next_one, f"{code} {reason} came to the last one")
            return
        self._emit(call, ReinviteAnswered(call.key, asked.order.turn, code, reason, fault))

    def _postpone(self, asked: _Asked, why: str) -> None:
        asked.postponed = True
        call = asked.call
        self._emit(call, ReinvitePostponed(call.key, asked.order.turn, why))

    def _theirs(self, call: Call, change: pj.TsxStateEvent) -> None:
        transaction = change.tsx
        code, invited = transaction.statusCode, transaction.method == "INVITE"
        if change.type == pj.PJSIP_EVENT_RX_MSG and not code:
            call.offer = read_direction(change.src.rdata.wholeMsg)
            # An UPDATE without an offer only refreshes the session (RFC 4028 §7.4).
            call.offered, call.invited = invited or call.offer is not None, invited
        elif code >= _LOWEST_FAILURE:
            call.offered = call.invited = False
        elif code >= _LOWEST_FINAL and (_is_terminated(change) or not invited):
            # A 2xx to an INVITE is complete with its ACK, which has the answer to a late offer.
            offered, call.offered, call.invited = call.offered, False, False
            if offered and change.type != pj.PJSIP_EVENT_TIMER:
                self._negotiated_by_peer(call)

    def _negotiated(self, call: Call, peer: MediaDirection | None, asked: _Asked | None) -> str:
        """Report the result of our offer; return why it changed nothing, if it did not."""
        media = None if call.over else negotiated_media(call, call.getInfo(), peer)
        if media is None:
            return ""
        if asked is not None and not _is_done(asked.order, media):
            return _NOT_UNDERSTOOD
        self._emit(call, MediaNegotiated(call.key, media, "local"))
        return ""

    def _negotiated_by_peer(self, call: Call) -> None:
        media = None if call.over else negotiated_media(call, call.getInfo(), call.offer)
        if media is not None:
            self._emit(call, MediaNegotiated(call.key, media, "remote"))


def negotiated_media(
    call: Call, info: pj.CallInfo, peer: MediaDirection | None = None
) -> Media | None:
    """Return the current media of a call's audio, None if it has none.

    Where the peer's own direction is not known, it is assumed to be the one that we got.
    """
    for audio in info.media:
        if audio.type == pj.PJMEDIA_TYPE_AUDIO:
            break
    else:
        return None
    direction = _DIRECTIONS[audio.dir]
    try:
        codec = codec_name(call.getStreamInfo(audio.index))
    except pj.Error:  # the stream is refused
        codec = ""
    return Media(direction, direction.mirrored if peer is None else peer, codec)


def _is_done(order: Reinvite, media: Media) -> bool:
    """Return whether the stack has accepted the answer; an unreadable one leaves all as it was."""
    if order.hold:
        return not media.direction.receives
    return media.direction.receives or not media.peer.sends


def _is_terminated(change: pj.TsxStateEvent) -> bool:
    return bool(change.tsx.state == pj.PJSIP_TSX_STATE_TERMINATED)


def _patience(call: Call) -> float:
    """Return how long to wait after a 491, so that the two sides do not meet again.

    The caller waits longer: 2.1 to 4 s, the callee up to 2 s (RFC 3261 §14.1).
    """
    hundredths = random.randint(210, 400) if call.makes else random.randint(0, 200)
    return hundredths / 100
