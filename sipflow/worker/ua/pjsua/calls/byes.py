"""The BYEs of an endpoint's calls: sent as plain requests in their dialogs, some a moment later.

Over TCP each side has a connection of its own for its requests, and answers come on that of the
request: an answer of ours and the BYE after it take two ways. A stack that reads the BYE first has
forgotten the dialog before it comes to the answer, which it then tells nobody. So there a BYE lets
what we have just answered go ahead.
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

# Long enough for who listens to have read the answer, short enough for nobody to notice.
COURTESY = 0.02


class ByeSender:
    """Sends BYEs; ``over_tcp``: there may be more ways than one to the other side.

    ``waiting``: those that are to be sent, and when.
    """

    def __init__(self, emit: Callable[[Call, Happening], None], packets: PacketTimes) -> None:
        self._emit = emit
        self._packets = packets
        self._answered: dict[Call, float] = {}
        self.waiting: list[tuple[float, Call, Headers]] = []
        self.over_tcp = False

    def answered(self, call: Call) -> None:
        """Take in that a request in a call's dialog was answered."""
        if self.over_tcp:
            self._answered[call] = clock.monotonic()

    def order(self, call: Call, headers: Headers) -> None:
        """Send a BYE as soon as it may be sent; one that waits is enough."""
        if any(one[1] is call for one in self.waiting):
            return
        if self.over_tcp:
            self.waiting.append((self._answered.pop(call, -inf) + COURTESY, call, headers))
            self.send_due()
        else:
            self._send(call, headers)

    def next_due(self, now: float) -> float:
        """Return the seconds until one is to be sent, infinitely many if none is."""
        return max(0.0, min(due for due, _, _ in self.waiting) - now) if self.waiting else inf

    def send_due(self) -> None:
        """Send what is due."""
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
