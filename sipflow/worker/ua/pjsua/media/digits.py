"""DTMF digits that are sent one after another: as RTP events, in SIP INFO, or as tones.

RTP events are sent by the bridge, so that its clock has to run (RFC 4733 §2.5.1). A digit in an
INFO is complete when the peer has answered it.
"""

from collections import deque
from math import inf
from typing import assert_never

import pjsua2 as pj
from msgspec import Struct, field

from sipflow.media.tones import digit_tones
from sipflow.scenario.model.properties import DigitMethod
from sipflow.worker.ua.commands import SendDigits
from sipflow.worker.ua.events import Track
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import in_words
from sipflow.worker.ua.pjsua.media import wav_files
from sipflow.worker.ua.pjsua.media.bridge import Media

LONGEST_DIGIT = 0.1
SHORTEST_DIGIT = 0.04
# The last packet of an event is sent three times, 20 ms apart (RFC 4733 §2.5.1.4).
EVENT_TAIL = 0.08
_LOWEST_FAILURE = 300
DIGITS = "0123456789ABCD*#"
METHODS: dict[int, DigitMethod] = {
    pj.PJSUA_DTMF_METHOD_RFC2833: "rfc2833",
    pj.PJSUA_DTMF_METHOD_SIP_INFO: "info",
}
_CODES = {method: code for code, method in METHODS.items()}


class _Sending(Struct, eq=False):
    """The digits that a call has still to send; the next one is ``due``.

    ``asked``: the call on which an INFO is unanswered; it may have been transferred since.
    """

    call: Call
    order: SendDigits
    due: float
    digits: deque[str] = field(default_factory=deque)
    asked: Call | None = None

    @property
    def length(self) -> float:
        """The length of one digit, in seconds."""
        return min(LONGEST_DIGIT, max(SHORTEST_DIGIT, self.order.interval - EVENT_TAIL))


class Refusal(Struct, frozen=True):
    """Why the digits could not be sent."""

    detail: str
    code: int | None = None


class DigitSender:
    """Sends digits on the calls of one endpoint."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._sendings: dict[Call, _Sending] = {}
        self._refused: list[tuple[Call, Refusal]] = []

    def send(self, call: Call, order: SendDigits, now: float) -> None:
        """Begin to send; raises ``MediaError`` where that is impossible."""
        self._media.audio(call)
        match order.method:
            case "inband":
                source = wav_files.samples(digit_tones(order.digits, order.interval))
                # A peer that receives the last digit may hang up while it lasts.
                enough = 1 - 1 / len(order.digits)
                self._media.play(call, Track.SENDING, source, now, enough=enough)
            case "rfc2833" | "info":
                if order.method == "rfc2833":
                    self._media.flow(call)
                self._sendings[call] = _Sending(call, order, now, deque(order.digits))
            case _:
                assert_never(order.method)

    def stop(self, call: Call) -> None:
        """Send no more digits."""
        self._sendings.pop(call, None)

    def move(self, former: Call, call: Call) -> None:
        """Send the remaining digits on the call that replaces the former one."""
        sending = self._sendings.pop(former, None)
        if sending is None:
            return
        sending.call, call.sends_info = call, former.sends_info
        self._sendings[call] = sending

    def leave(self, call: Call) -> None:
        """Send nothing more on a call that is about to end; no answer comes there any more."""
        self.stop(call)
        for sending in [one for one in self._sendings.values() if one.asked is call]:
            self._refuse(sending, Refusal("the leg was transferred before the INFO was answered"))

    def answered(self, call: Call, code: int, reason: str) -> None:
        """Handle the final response to an INFO."""
        for sending in [one for one in self._sendings.values() if one.asked is call]:
            sending.asked = None
            if code >= _LOWEST_FAILURE:
                self._refuse(sending, Refusal(f"INFO was answered {code} {reason}".rstrip(), code))

    @property
    def is_idle(self) -> bool:
        """Whether there are no digits to send and no results to report."""
        return not self._sendings and not self._refused

    def is_through(self, call: Call) -> bool:
        """Return whether a call's last digit is on the wire, though it may not be over."""
        sending = self._sendings.get(call)
        return sending is not None and not sending.digits and sending.asked is None

    def wait(self, now: float) -> float:
        """Return the seconds until the next digit, infinite if there is none to wait for."""
        dues = [one.due for one in self._sendings.values() if one.asked is None]
        return max(0.0, min(dues, default=inf) - now)

    def look(self, now: float) -> list[tuple[Call, Refusal | None]]:
        """Send the digits that are due; return the calls whose digits were all sent or refused."""
        done: list[tuple[Call, Refusal | None]] = []
        for sending in list(self._sendings.values()):
            if sending.due > now or sending.asked is not None:
                continue
            if sending.digits:
                self._send_next(sending, now)
            else:
                del self._sendings[sending.call]
                done.append((sending.call, None))
        refused, self._refused = self._refused, []
        return done + list(refused)

    def _send_next(self, sending: _Sending, now: float) -> None:
        method = sending.order.method
        parameters = pj.CallSendDtmfParam()
        parameters.method = _CODES[method]
        parameters.digits = sending.digits.popleft()
        parameters.duration = round(sending.length * 1000)
        try:
            sending.call.sendDtmf(parameters)
        except pj.Error as error:
            self._refuse(sending, Refusal(f"the digit cannot be sent: {in_words(error.reason)}"))
            return
        sending.asked = sending.call if method == "info" else None
        whole = sending.length + EVENT_TAIL if method == "rfc2833" else 0.0
        sending.due = now + (max(whole, sending.order.interval) if sending.digits else whole)

    def _refuse(self, sending: _Sending, refusal: Refusal) -> None:
        del self._sendings[sending.call]
        self._refused.append((sending.call, refusal))
