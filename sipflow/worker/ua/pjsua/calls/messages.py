"""The MESSAGEs of the user agent: sends them, and reports received ones and answers.

Outside of a dialog the stack returns a pointer with the answer to each: the address of an object
of ours, kept until then, so that no two messages have the same one. In a dialog it loses that where
a challenge is answered (RFC 3261 §22.1), but sends the same request again: there a message is
identified by its request. Answers to messages of an earlier run are dropped.
"""

from collections.abc import Mapping

import pjsua2 as pj
from msgspec import Struct

from sipflow.worker.ua.commands import SendText
from sipflow.worker.ua.events import TextAnswered, TextReceived
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import Cause, not_sent, without_answer
from sipflow.worker.ua.pjsua.stack.headers import header_vector

_EARLIEST = pj.PJSIP_INV_STATE_EARLY
_LOWEST_FINAL = 200
_WITHDRAWN = "the dialog ended before the MESSAGE was answered"


class _Sent(Struct, eq=False):
    """A message without its answer; ``message`` is None once its run is over."""

    token: pj.SipHeader
    message: str | None


class _SentIn(Struct, eq=False):
    """A message without its answer in a call's dialog, of an earlier run if ``message`` is None."""

    call: Call
    message: str | None


class MessageClient:
    """Sends texts and keeps those that have no answer yet."""

    def __init__(self) -> None:
        self._sent: dict[int, _Sent] = {}
        self._sent_in: dict[int, _SentIn] = {}
        self._leaving: _SentIn | None = None

    def carry_out(
        self, order: SendText, account: pj.Account, calls: Mapping[str, pj.Call]
    ) -> list[TextAnswered]:
        """Send a text, in a dialog or outside of any; return its end if it could not be sent."""
        if order.dialog is None:
            return self.send(account, order)
        return self.send_in(calls.get(order.dialog), order)

    def send(self, account: pj.Account, order: SendText) -> list[TextAnswered]:
        """Send a text outside of any dialog; return its end if it could not be sent."""
        request = pj.SendRequestParam()
        request.method = "MESSAGE"
        request.txOption.targetUri = order.target
        request.txOption.contentType = order.content_type
        request.txOption.msgBody = order.body
        request.txOption.headers = header_vector(order.headers)
        address = self._enter(request, order)
        try:
            account.sendRequest(request)
        except pj.Error as error:
            return self._refused(address, not_sent("MESSAGE", error.reason))
        return []

    def send_in(self, call: Call | None, order: SendText) -> list[TextAnswered]:
        """Send a text in a call's dialog; return its end if it could not be sent."""
        if call is None or call.getInfo().state < _EARLIEST:
            return [TextAnswered(order.message, None, "there is no dialog yet")]
        request = pj.SendInstantMessageParam()
        request.contentType = order.content_type
        request.content = order.body
        request.txOption.headers = header_vector(order.headers)
        call.asks_early = True
        self._leaving = _SentIn(call, order.message)
        try:
            call.sendInstantMessage(request)
        except pj.Error as error:
            why = not_sent("MESSAGE", error.reason)
            return [] if self._leaving is None else [TextAnswered(order.message, None, why)]
        finally:
            self._leaving = None
        return []

    def progressed(self, change: pj.TsxStateEvent) -> list[TextAnswered]:
        """Handle the new state of a MESSAGE of ours in a dialog; return its final answer."""
        transaction = change.tsx
        request = int(transaction.lastTx.pjTxData)
        if self._leaving is not None:
            self._sent_in[request], self._leaving = self._leaving, None
        if transaction.state < pj.PJSIP_TSX_STATE_COMPLETED:
            return []
        sent = self._sent_in.pop(request, None)
        if sent is None or sent.message is None:
            return []
        if change.type == pj.PJSIP_EVENT_USER:
            return [TextAnswered(sent.message, None, _WITHDRAWN)]
        came = change.type == pj.PJSIP_EVENT_RX_MSG
        code, reason = transaction.statusCode, readable(transaction.statusText)
        cause = Cause(code, reason) if came else without_answer(code, reason, "MESSAGE")
        return [TextAnswered(sent.message, cause.code, cause.text, cause.timed_out)]

    def ended(self, call: Call) -> list[TextAnswered]:
        """Handle the end of a call; return the end of its dialog's unanswered MESSAGEs."""
        withdrawn = [request for request, sent in self._sent_in.items() if sent.call is call]
        messages = [self._sent_in.pop(request).message for request in withdrawn]
        return [
            TextAnswered(message, None, _WITHDRAWN) for message in messages if message is not None
        ]

    def answered(self, user_data: object, cause: Cause) -> list[TextAnswered]:
        """Handle an answer; return it if it is final and the message is of this run."""
        code, reason, *_ = cause
        sent = None if user_data is None else self._sent.get(int(user_data))  # type: ignore[call-overload]
        if sent is None or (code is not None and code < _LOWEST_FINAL):
            return []
        del self._sent[_address(sent.token)]
        if sent.message is None:
            return []
        return [TextAnswered(sent.message, code, readable(reason), cause.timed_out)]

    def forget(self) -> None:
        """Begin another run: missing answers of the one before are not awaited any more."""
        for sent in self._sent.values():
            sent.message = None
        for one in self._sent_in.values():
            one.message = None

    def _enter(self, request: pj.SendRequestParam, order: SendText) -> int:
        token = pj.SipHeader()
        request.userData = token
        self._sent[_address(token)] = _Sent(token, order.message)
        return _address(token)

    def _refused(self, address: int, reason: str) -> list[TextAnswered]:
        # The stack may have reported its end already, from within the call.
        sent = self._sent.pop(address, None)
        return [] if sent is None else [TextAnswered(str(sent.message), None, reason)]


def received(prm: pj.OnInstantMessageParam, dialog: str | None) -> TextReceived:
    """Return the event for a received MESSAGE."""
    sender = prm.fromUri.partition("<")[2].partition(">")[0] or prm.fromUri
    return TextReceived(dialog, readable(sender), readable(prm.msgBody))


def readable(text: str) -> str:
    """Return a received text with the bytes replaced that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _address(token: pj.SipHeader) -> int:
    return int(token.this)
