"""Calls ended by the stack's own hang-up: those whose INVITE is not complete yet.

The stack reports such a call's end at once and nothing after that. Its real end, the response to
the CANCEL or the BYE, is detected as its slot becomes free. Its dialog is kept until then, so that
later messages in it can be cut off.
"""

import pjsua2 as pj

from sipflow.worker.ua.commands import Headers
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import FinalResponses
from sipflow.worker.ua.pjsua.stack.headers import header_vector
from sipflow.worker.ua.pjsua.stack.sessions import Sessions
from sipflow.worker.ua.pjsua.stack.slots import used_slots

_OK = 200


class Closing:
    """The ``calls`` that are hung up and not gone yet."""

    def __init__(self, sessions: Sessions, finals: FinalResponses) -> None:
        self._sessions = sessions
        self._finals = finals
        self.calls: list[Call] = []

    def order(self, call: Call, state: int, headers: Headers) -> None:
        """Hang up a call; raises ``pj.Error``."""
        call.dialog = self._sessions.keep(call.slot, pending=bool(call.requests))
        call.closing = True
        self._finals.await_for(call)
        self.calls.append(call)
        parameters = pj.CallOpParam()
        if state == pj.PJSIP_INV_STATE_CONNECTING:  # 200 is sent, its ACK is missing: a BYE follows
            parameters.statusCode = _OK
        parameters.txOption.headers = header_vector(headers)
        call.hangup(parameters)

    def gone(self) -> list[Call]:
        """Return the calls whose slot is free."""
        used = used_slots()
        return [call for call in self.calls if call.slot not in used]

    def of(self, slot: int) -> list[Call]:
        """Return the calls that had a slot before the call that has it now."""
        return [call for call in self.calls if call.slot == slot]

    def forget(self, call: Call) -> None:
        """Forget a call that is over."""
        if call in self.calls:
            self.calls.remove(call)
            self._finals.forget(call)
        if call.dialog is not None:
            self._sessions.let_go(call.dialog)
            call.dialog = None
