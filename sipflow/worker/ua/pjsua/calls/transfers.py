"""Transfers at a pjsua2 endpoint: REFER sent, REFER followed, INVITE with Replaces accepted.

The stack makes the calls that follow from a transfer by itself and only asks for the object of
each. Such an object must stay alive until the stack has a call for it, and an ended one must go
before its slot serves another call; so ``predecessor`` and ``successor`` are unlinked as either
ends. Whether a call may be succeeded at all is decided here, before the stack acts.
"""

from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow import clock
from sipflow.sip.refer import call_id, course, target_of
from sipflow.sip.status import HIGHEST_PROVISIONAL, LOWEST_FAILURE
from sipflow.worker.ua.commands import Refer, TransferOrder
from sipflow.worker.ua.events import (
    DialogFollowed,
    DialogReplaced,
    OrderRefused,
    ReferAccepted,
    TransferProgressed,
)
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import no_answer

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

_NO_DIALOG = 481
_PENDING = 491
_UNAVAILABLE = 503
_DECLINE = 603


class Transfers:
    """The transfers of a user agent."""

    def __init__(self, agent: "PjsuaUserAgent") -> None:
        self._agent = agent
        self._followed = 0
        self._heirs: dict[str, Call] = {}

    def refer(self, call: Call, order: TransferOrder) -> None:
        """Send a REFER; raises ``pj.Error``."""
        consult = None if isinstance(order, Refer) else self._agent.call(order.consult)
        if call.getInfo().state != pj.PJSIP_INV_STATE_CONFIRMED:
            self._agent.emit(call, OrderRefused(call.key, "the call is not up"))
        elif isinstance(order, Refer):
            call.xfer(f"<{order.target}>", pj.CallOpParam(True))
            call.referring, call.refer_answer = True, None
        elif consult is None:
            self._agent.emit(call, OrderRefused(call.key, "the consulted call is gone"))
        else:
            call.xferReplaces(consult, pj.CallOpParam(True))
            call.referring, call.refer_answer = True, None

    def forget(self, call: Call) -> None:
        """Unlink a call that has ended."""
        if call.predecessor is not None:
            call.predecessor.successor = None
        if call.successor is not None:
            call.successor.predecessor = None
        call.predecessor = call.successor = None

    def pass_on(self, former: Call | None, call: Call | None) -> None:
        """Move the audio and measurements of a call to the one that has its leg now, if any."""
        if former is None or call is None or call.slot == pj.PJSUA_INVALID_ID:
            return
        if former.leaving or self._agent.is_stray(former):
            return
        self._heirs[former.key] = call
        self._agent.meter.move(former, call)
        self._agent.audio.move(former, call)

    def heir(self, key: str) -> Call | None:
        """Return the call that now has the leg of a dialog, None if it still has it itself."""
        call = self._heirs.get(key)
        return None if call is None else self.heir(call.key) or call

    def forget_heirs(self) -> None:
        """Begin another run, with dialogs of the same names."""
        self._heirs.clear()

    # Callbacks of the stack.

    def requested(self, call: Call, prm: pj.OnCallTransferRequestParam) -> None:
        """Decide about a REFER: the stack answers it, and makes the new call if it is followed."""
        refusal = self._refusal(call)
        if refusal is not None:
            prm.statusCode = refusal
            return
        self._followed += 1
        new = self._succeed(call, f"ref-{self._followed}")
        new.peer = target_of(prm.dstUri)
        prm.newCall = new

    def begun(self, call: Call, info: pj.CallInfo) -> None:
        """Handle the new call for a REFER: its INVITE is being sent."""
        former = call.predecessor
        assert former is not None
        call.slot = info.id
        self._agent.adopt(call)
        now = clock.monotonic()
        self._agent.emit(former, DialogFollowed(former.key, call.key, call.peer, now))

    def replacement_requested(self, call: Call, prm: pj.OnCallReplaceRequestParam) -> None:
        """Decide about an INVITE with Replaces: the stack answers it, and ends the replaced one."""
        info = call.getInfo()
        early = info.state < pj.PJSIP_INV_STATE_CONNECTING
        if not self._is_free(call):
            prm.statusCode = _DECLINE
        elif early and info.role == pj.PJSIP_ROLE_UAS:  # RFC 3891 §3
            prm.statusCode = _NO_DIALOG
        else:
            new = self._succeed(call, self._agent.next_incoming())
            new.makes = False
            prm.newCall = new

    def replaced(self, call: Call, slot: int) -> None:
        """Handle the replacement of this call by another."""
        new = call.successor
        assert new is not None
        new.slot = slot
        self._agent.adopt(new)
        info = new.getInfo()
        peer = (info.remoteContact or info.remoteUri).strip("<>")
        self._agent.emit(call, DialogReplaced(call.key, new.key, peer))

    def refer_decided(self, call: Call, code: int, reason: str) -> None:
        """Handle a REFER that is decided at once: refused, or accepted without NOTIFYs to come.

        The stack has a code as well for one that was never answered.
        """
        if call.referring:
            call.referring = False
            if call.refer_answer is None:
                self._agent.emit(call, OrderRefused(call.key, no_answer("REFER")))
            else:
                self._agent.emit(call, TransferProgressed(call.key, code, reason, True))

    def received(self, call: Call, method: str, code: int, message: str) -> None:
        """Handle a response to a REFER, or a NOTIFY, if it is this call's."""
        if call_id(message) != call.getInfo().callIdString:
            return
        if method == "REFER" and call.referring and code > HIGHEST_PROVISIONAL:
            call.refer_answer = code
        if method == "REFER" and call.referring and HIGHEST_PROVISIONAL < code < LOWEST_FAILURE:
            call.referring = False
            self._agent.emit(call, ReferAccepted(call.key, code))
        notified = course(message) if method == "NOTIFY" else None
        if notified is not None:
            progress = TransferProgressed(call.key, notified.code, notified.reason, notified.final)
            self._agent.emit(call, progress)

    def _refusal(self, call: Call) -> int | None:
        """Return the code that refuses a REFER, None if it is to be followed."""
        if self._agent.rejects_refer or not self._is_free(call):
            return _DECLINE
        if call.getInfo().state != pj.PJSIP_INV_STATE_CONFIRMED:
            return _PENDING
        return None if self._agent.has_room else _UNAVAILABLE

    def _is_free(self, call: Call) -> bool:
        """Return whether a call lives, is not ending, and has not been replaced."""
        taken = call.successor is not None and call.successor.slot != pj.PJSUA_INVALID_ID
        return not (call.over or call.leaving or taken or self._agent.is_stray(call))

    def _succeed(self, call: Call, key: str) -> Call:
        if call.successor is not None:  # one that the stack could not make a call for
            self._agent.dispose(call.successor)
        new = Call(self._agent, call.account, key)
        new.predecessor, call.successor = call, new
        return new
