"""Causes of the end of a call or request: a status code from the wire, or a local cause in words.

The stack has a code for everything. A request that cannot be sent ends with 502 or 503 there, one
without an answer with 408, a session without media with 406, 415 or 488, a hang-up with 487,
whatever its response. Here only codes that were received or sent count. The stack does not report
the final response of a call after its hang-up; ``FinalResponses`` reads it from the message.
"""

import errno
import re
from typing import TYPE_CHECKING, NamedTuple

import pjsua2 as pj

from sipflow.sip.status import LOWEST_FAILURE
from sipflow.worker.ua.pjsua.stack.layout import RxData
from sipflow.worker.ua.pjsua.stack.received import received_text

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.calls.call import Call

# ``PJ_ERRNO_START_SYS``: the stack adds this to the errors of the system.
_PLATFORM_ERRORS = 120_000
# The codes that a time-out and a request that cannot be sent count as (RFC 3261 §8.1.3.1).
_TIMED_OUT, _NOT_SENT = 408, 503
# The message exceeds the stack's buffer.
TOO_LONG = "Message too long"
# The stack's texts for its own limits and the system's errors, in words of the field.
_WORDS = {
    "Invalid argument": "the address of this instance cannot reach that of the other side",
    "gethostbyname() has returned error": "the host's name is not known",
    "Unsupported transport": "this instance has no such transport",
    TOO_LONG: "it has more than 4,000 bytes",
    "Remote does not support RFC 2833": "the other side takes no telephone events (RFC 4733)",
    "Connection refused": "nothing listens there",
    "Network is unreachable": "there is no route to the host",
}
_SYMBOL = re.compile(r" \(PJ[A-Z0-9_]+\)$")
_NO_FINAL_RESPONSE = "no final response came"
_LOWEST_FINAL = 200
_BYE = "BYE"
_OF_SESSIONS = (b"INVITE", b"BYE")
# Timers B, F and H, the longest that the stack waits (RFC 3261 §17).
_LIMIT = "32 s"


class Cause(NamedTuple):
    """Why a call or request ended.

    ``code``: the status code on the wire, None if there was none.
    ``stands_for``: the code that a local cause counts as.
    ``of_bye``: it is the result of a BYE that was sent from here.
    ``machine``: this host lacked a resource.
    """

    code: int | None = None
    text: str = ""
    stands_for: int | None = None
    of_bye: bool = False
    machine: bool = False

    @property
    def timed_out(self) -> bool:
        """Whether the stack itself ended a request that had no answer."""
        return self.code is None and self.stands_for == _TIMED_OUT


def ending(event: pj.SipEvent, code: int, reason: str) -> Cause:
    """Return the cause of a session's end; ``code`` and ``reason`` are those of the stack."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE:
        return Cause(None, in_words(reason))
    change = event.body.tsxState
    transaction = change.tsx
    ours = transaction.role == pj.PJSIP_ROLE_UAC
    of_bye = ours and transaction.method == _BYE
    match change.type:
        case pj.PJSIP_EVENT_TIMER:
            text = no_answer(transaction.method) if ours else f"no ACK within {_LIMIT}"
            return Cause(None, text, _TIMED_OUT, of_bye)
        case pj.PJSIP_EVENT_TRANSPORT_ERROR:
            why = transaction.statusText if of_bye else reason
            return Cause(None, not_sent(transaction.method, why), _NOT_SENT, of_bye)
        case _ if of_bye and transaction.statusCode < LOWEST_FAILURE:
            if code >= LOWEST_FAILURE:  # the stack has ended the call by itself
                return Cause(None, reason)
            return Cause(code, reason, of_bye=True)
        case _ if of_bye:  # the stack reports 200, whatever the response was
            return Cause(transaction.statusCode, received_text(transaction.statusText), of_bye=True)
        case _ if ours and transaction.statusCode != code:
            return Cause(None, reason)
        case _:
            return Cause(code or None, reason)


def answer(code: int, reason: str, method: str, received: str) -> Cause:
    """Return the cause of a request's end; ``received``: the response, empty if none came."""
    return Cause(code, reason) if received else without_answer(code, reason, method)


def without_answer(code: int, reason: str, method: str) -> Cause:
    """Return the cause of a request's end without a response; ``code`` is the stack's own."""
    if code == _TIMED_OUT:
        return Cause(None, no_answer(method), _TIMED_OUT)
    return Cause(None, not_sent(method, reason), _NOT_SENT)


def no_answer(method: str) -> str:
    """Return the message for a request that has timed out."""
    return f"no final answer to the {method} within {_LIMIT}"


def not_sent(what: str, why: str) -> str:
    """Return the message for a message that could not be sent, with the reason."""
    return f"the {what} could not be sent: {in_words(why)}"


def in_words(said: str) -> str:
    """Return the stack's text for a failure in words of the field."""
    plain = _SYMBOL.sub("", received_text(said))
    return _WORDS.get(plain, plain)


# A CANCEL and a 2xx have crossed: the stack ends what was answered.
_BYE_FOLLOWS = Cause(None, no_answer(_BYE), of_bye=True)


class FinalResponses:
    """Records the final responses of calls that have been hung up."""

    def __init__(self) -> None:
        self._awaited: dict[bytes, Call] = {}

    def await_for(self, call: "Call") -> None:
        """Record the final responses for a call from now on."""
        call.cause = Cause(None, _NO_FINAL_RESPONSE, _TIMED_OUT)
        call.identity = call.getInfo().callIdString.encode()
        self._awaited[call.identity] = call

    def forget(self, call: "Call") -> None:
        """Forget a call that is over."""
        if call.identity:
            self._awaited.pop(call.identity, None)

    def saw(self, received: RxData) -> None:
        """Record a response."""
        if not self._awaited or not (received.call_id and received.cseq):
            return
        call = self._awaited.get(received.call_id.contents.id.raw())
        if call is None or received.cseq.contents.method.name.raw() not in _OF_SESSIONS:
            return
        status = received.message.contents.line.status
        if status.code < _LOWEST_FINAL:
            return
        of_bye = received.cseq.contents.method.name.raw() == _BYE.encode()
        reason = status.reason.raw().decode("utf-8", "backslashreplace")
        follows = status.code < LOWEST_FAILURE and not of_bye
        call.cause = _BYE_FOLLOWS if follows else Cause(status.code, reason, of_bye=of_bye)


def is_taken(error: pj.Error) -> bool:
    """Return whether the ports that the stack needed for a call's RTP are in use elsewhere."""
    return bool(error.status == _PLATFORM_ERRORS + errno.EADDRINUSE)
