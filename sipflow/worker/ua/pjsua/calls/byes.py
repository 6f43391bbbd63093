"""The BYEs of an endpoint's calls: sent as plain requests in their dialogs, over TCP after a delay.

Over TCP our response and our BYE use different connections: each side has its own for its requests,
and a response returns on that of the request. A peer that reads the BYE first has ended the dialog
and drops the response. So over TCP a BYE is delayed if we have just sent a response.
"""

from collections.abc import Callable
from math import inf

import pjsua2 as pj

from sipflow import clock
from sipflow.worker.ua.commands import Headers
from sipflow.worker.ua.events import Happening, OrderRefused
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import not_sent
from sipflow.worker.ua.pjsua.stack.headers import header_vector
from sipflow.worker.ua.pjsua.stack.packet_times import PacketTimes

# Long enough for the peer to read the response, too short to be noticed.
COURTESY = 0.02


class ByeSender:
    """Sends BYEs; ``over_tcp``: there may be more than one connection to the peer.

    ``waiting``: BYEs that are to be sent, and when.
    """

    def __init__(self, emit: Callable[[Call, Happening], None], packets: PacketTimes) -> None:
        self._emit = emit
        self._packets = packets
        self._answered: dict[Call, float] = {}
        self.waiting: list[tuple[float, Call, Headers]] = []
        self.over_tcp = False

    def answered(self, call: Call) -> None:
        """Record that a request in a call's dialog was answered."""
        if self.over_tcp:
            self._answered[call] = clock.monotonic()

    def order(self, call: Call, headers: Headers) -> None:
        """Send a BYE as soon as it may be sent; one per call is enough."""
        if any(one[1] is call for one in self.waiting):
            return
        if self.over_tcp:
            self.waiting.append((self._answered.pop(call, -inf) + COURTESY, call, headers))
            self.send_due()
        else:
            self._send(call, headers)

    def next_due(self, now: float) -> float:
        """Return the seconds until one is to be sent, infinite if none is."""
        return max(0.0, min(due for due, _, _ in self.waiting) - now) if self.waiting else inf

    def send_due(self) -> None:
        """Send the BYEs that are due."""
        if not self.waiting:
            return
        now = clock.monotonic()
        due = [one for one in self.waiting if one[0] <= now]
        self.waiting = [one for one in self.waiting if one[0] > now]
        for _, call, headers in due:
            self._send(call, headers)

    def forget(self, call: Call) -> None:
        """Drop a call that has ended."""
        self._answered.pop(call, None)
        if self.waiting:
            self.waiting = [one for one in self.waiting if one[1] is not call]

    def _send(self, call: Call, headers: Headers) -> None:
        request = pj.CallSendRequestParam()
        request.method = "BYE"
        request.txOption.headers = header_vector(headers)
        try:
            call.bye_sent = self._packets.time_of(lambda: call.sendRequest(request))
        except pj.Error as error:
            if not call.over:
                self._emit(call, OrderRefused(call.key, not_sent("BYE", error.reason)))
