"""Screening of received messages before the stack reads them, and of the stack's own refusals.

Some messages would crash the stack. Such a message is answered here, or dropped, or corrected in
the buffer that the stack reads, and the run goes on. Requests that the stack has no answer for are
answered, too.

Every message passes here: ordinary ones are let through by a few searches.
"""

import ctypes
from typing import TYPE_CHECKING

from sipflow.worker.ua import unsafe
from sipflow.worker.ua.commands import Respond
from sipflow.worker.ua.events import OrderRefused
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import TOO_LONG, Cause, not_sent
from sipflow.worker.ua.pjsua.calls.in_dialog import InDialog
from sipflow.worker.ua.pjsua.calls.refusals import RejectedInvites
from sipflow.worker.ua.pjsua.stack import glance
from sipflow.worker.ua.pjsua.stack.dropped import Dropped
from sipflow.worker.ua.pjsua.stack.headers import response_parameters
from sipflow.worker.ua.pjsua.stack.layout import (
    Header,
    Pointer,
    RxData,
    StatusLine,
    TxData,
    call_id,
)
from sipflow.worker.ua.pjsua.stack.library import stack
from sipflow.worker.ua.pjsua.stack.stack_module import LAST, StackModule
from sipflow.worker.ua.unreadable import cannot_be_read

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

# ``pjsip_method_e`` and ``pjsip_role_e``.
_INVITE, _CANCEL, _ACK, _BYE = range(4)
_UAS = 1
_TRYING, _LOWEST_FINAL, _LOWEST_FAILURE, _LOWEST_ERROR = 100, 200, 300, 400
# The stack itself answers a challenge, and a session interval that is too small.
_TRIED_AGAIN = (401, 407, 422)
_SHOWN_INSTEAD = 300
_REMEMBERED = 64
_BAD_REQUEST, _NO_METHOD, _NO_DIALOG = 400, 405, 481
_NO_CAPACITY, _DECLINE = 503, 603
# Requests that belong to a dialog, or to a request that is not answered yet.
_OF_DIALOGS = (b"BYE", b"CANCEL", b"INFO", b"NOTIFY", b"PRACK", b"UPDATE")
# Methods that route the requests of a dialog, or carry SDP (RFC 3261, 3262, 3311, 3515, 6665).
_WITH_TARGET = (b"UPDATE ", b"PRACK ", b"REFER ", b"SUBSCRIBE ", b"NOTIFY ")


class Screening:
    """The modules before the stack's own ones, and behind them.

    ``first``: the module before them.
    ``at_work``: the stack is being polled: responses sent meanwhile were not ordered.
    """

    def __init__(self, agent: "PjsuaUserAgent") -> None:
        self._agent = agent
        self.at_work = False
        self._responding = 0
        self._with_early_sdp: dict[str, None] = {}
        self.refusals = RejectedInvites()
        self._in_dialog = InDialog(agent, self.refusals)
        self.first, self._last = StackModule(), StackModule(LAST)
        self._dropped = Dropped(self.refusals, self.first)
        self.first.received_request = self._request
        self.first.received_response = self._response
        self.first.sent_response = self._sent
        self._last.received_request = self._unhandled
        self.first.is_ordinary_request = self._is_ordinary_request
        self.first.is_ordinary_response = self._is_ordinary_response
        self.first.ordinary_sent = (b"SIP/2.0 1", b"SIP/2.0 2")

    def begin(self) -> None:
        """Begin to screen, once the endpoint is there."""
        self.first.register()
        self._last.register()
        if self.first.is_registered:
            self._dropped.begin()

    def respond(self, call: Call, order: Respond) -> bool:
        """Answer an INVITE; return whether that could be sent, and report it if not.

        The stack continues as if it had been where the response is too long for it. A response that
        waits for a PRACK has not changed the call's last code.
        """
        before = call.last_code
        self._responding = order.code if self.first.is_registered else 0
        self.first.looks_at_all = True
        call.answer(response_parameters(order))
        self.first.looks_at_all = False
        unsent, self._responding = self._responding, 0
        if call.over or not unsent:
            return True
        if before == order.code or call.getInfo().lastStatusCode != order.code:
            return True
        why = not_sent(str(order.code), TOO_LONG)
        self._agent.emit(call, OrderRefused(call.key, why))
        return False

    def cause(self, otherwise: Cause) -> Cause:
        """Return the cause of a call's end: a response that could not be sent, or ``otherwise``."""
        if self._responding < _LOWEST_FAILURE or otherwise.code != self._responding:
            return otherwise
        return Cause(None, not_sent(str(self._responding), TOO_LONG))

    def raise_failure(self) -> None:
        """Raise the first error of a screening function, if any; called after each poll."""
        first, last, dropped = self.first.failure, self._last.failure, self._dropped.failure
        if first is None and last is None and dropped is None:
            return
        self.first.raise_failure()
        self._last.raise_failure()
        if self._dropped.failure is not None:
            failure, self._dropped.failure = self._dropped.failure, None
            raise failure

    def _is_ordinary_request(self, at: int) -> bool:
        """Return whether ``_request`` would let a request through, in fewer steps."""
        text, length, message, to, _, record_route = glance.received(at)
        start = glance.beginning(text)
        if start.startswith((b"BYE ", b"CANCEL ")):
            return True
        if start.startswith(b"ACK "):
            return glance.has_tag(to) and not glance.has_body(message)
        if start != b"INVITE ":
            return False
        raw, offer = ctypes.string_at(text, length), glance.body(message)
        if unsafe.unusable_place(raw, bool(record_route)) or unsafe.overlong_address(offer):
            return False
        if self._agent.handles.lacking(offer, glance.has_tag(to)) is not None:
            return False
        self.refusals.invite = raw
        return True

    def _is_ordinary_response(self, at: int) -> bool:
        """Return whether ``_response`` would let a response through, in fewer steps."""
        text, length, message, _, cseq, record_route = glance.received(at)
        if not glance.is_about_invite(cseq):
            return True
        code = glance.code(message)
        if code <= _TRYING:
            return True
        if code >= _LOWEST_FAILURE:
            return False
        body = glance.body(message)
        if body:
            if code < _LOWEST_FINAL or self._with_early_sdp:
                return False
            if unsafe.overlong_address(body) or unsafe.repeats_format(body):
                return False
        raw = ctypes.string_at(text, length)
        return unsafe.unusable_place(raw, bool(record_route)) is None

    def _request(self, request: RxData) -> bool:
        method = request.message.contents.line.request.method.id
        if self._dropped.mended is not None and self._lacks_header(request, method):
            return True
        if method in (_BYE, _CANCEL):
            return False
        if method == _ACK:
            return self._ack(request)
        raw = request.raw()
        if method == _INVITE:
            self.refusals.invite = raw
        elif self._in_dialog.handles(request, raw):
            return True
        elif not raw.startswith(_WITH_TARGET):
            return False
        wrong = unsafe.unusable_place(raw, bool(request.record_route))
        body = request.message.contents.body
        offer = body.contents.raw() if body else b""
        wrong = wrong or unsafe.overlong_address(offer)
        if wrong is not None:
            self.refusals.refuse(request, _BAD_REQUEST, wrong)
            return True
        return self._lacks_handles(request, offer)

    def _lacks_handles(self, request: RxData, offer: bytes) -> bool:
        """Refuse a new request for whose media there are too few ports or I/O handles."""
        lacking = self._agent.handles.lacking(offer, bool(request.to.contents.tag.length))
        if lacking is None or _has_transaction(request):  # a repeated one has its handles
            return False
        self.refusals.refuse(request, _NO_CAPACITY, lacking)
        return True

    def _lacks_header(self, request: RxData, method: int) -> bool:
        """Refuse a request that could not be read whole if it needs a header that was left out."""
        mended = self._dropped.mended
        assert mended is not None
        if not mended.needed:
            self.refusals.correct(request, cannot_be_read(mended.left_out))
            return False
        why = cannot_be_read((mended.needed,))
        if method == _ACK:
            self.refusals.drop(request, why)
        else:
            self.refusals.refuse(request, _BAD_REQUEST, why)
        return True

    def _ack(self, ack: RxData) -> bool:
        """Drop an ACK of no dialog that ends no transaction: the stack would answer it."""
        if not ack.to.contents.tag.length and not _has_transaction(ack):
            self.refusals.drop(ack, "it has no To tag")
            return True
        if ack.message.contents.body:
            self._correct_body(ack, 0)
        return False

    def _response(self, response: RxData) -> bool:
        if self._dropped.mended is None and response.cseq.contents.method.id != _INVITE:
            return False
        status = response.message.contents.line.status
        code = status.code
        if self._dropped.mended is not None:
            self.refusals.correct(response, cannot_be_read(self._dropped.mended.left_out), code)
        if response.cseq.contents.method.id != _INVITE or code <= _TRYING:
            return False
        if code >= _LOWEST_FAILURE:
            self._failed(response, status)
            return False
        raw = response.raw()
        wrong = unsafe.unusable_place(raw, bool(response.record_route))
        if wrong is not None:
            _leave_out_places(response)
            self.refusals.correct(response, wrong, code)
            if code >= _LOWEST_FINAL:
                self._cannot_be_used(response, wrong)
        if response.message.contents.body:
            self._correct_body(response, code)
            self._leave_out_late_sdp(response, code)
        return False

    def _leave_out_late_sdp(self, response: RxData, code: int) -> None:
        """Leave SDP out of a response if the SDP of a provisional one has failed.

        The stack has released the media then, and gives the call up, but aborts at another SDP. It
        finds the call by the Via: so SDP is left out, too, where the Call-ID is that of no call.
        """
        if code >= _LOWEST_FINAL and not self._with_early_sdp:
            return
        identity = call_id(response)
        calls = self._agent.with_call_id(identity)
        wrong = "its Call-ID is that of no call, and its SDP is left out"
        if identity in self._with_early_sdp:  # without a call, that one is over
            if any(call.confirmed or call.getInfo().provMedia for call in calls):
                return
            wrong = "an SDP before its own could not be used" if calls else ""
        elif calls:
            if code < _LOWEST_FINAL:
                self._with_early_sdp[identity] = None
                while len(self._with_early_sdp) > _REMEMBERED:
                    del self._with_early_sdp[next(iter(self._with_early_sdp))]
            return
        response.message.contents.body = None
        if wrong:
            self.refusals.correct(response, wrong, code)

    def _failed(self, response: RxData, status: StatusLine) -> None:
        """Let a redirected INVITE go on to the next place after a failure (RFC 3261 §8.1.3.4).

        The stack releases the media at a failure other than a 3xx, and aborts as the next place
        answers; so it gets the response without a Contact. It finds the call by the Via: so any may
        be meant where the Call-ID is that of none.
        """
        if status.code in _TRIED_AGAIN or status.code < _LOWEST_ERROR:
            return
        calls = self._agent.with_call_id(call_id(response)) or self._agent.with_call_id(None)
        for call in calls:
            if call.was_redirected and not call.closing:
                reason = status.reason.raw().decode("utf-8", "backslashreplace")
                call.redirection = Cause(status.code, reason)
                status.code = _SHOWN_INSTEAD
                _leave_out_places(response)

    def _cannot_be_used(self, response: RxData, why: str) -> None:
        for call in self._agent.with_call_id(call_id(response)):
            if not call.confirmed:
                refused = OrderRefused(call.key, f"the answer cannot be used: {why}")
                self._agent.emit(call, refused)

    def _correct_body(self, message: RxData, code: int) -> None:
        """Leave out of a response the parts that would crash the stack."""
        body = message.message.contents.body.contents
        text = body.raw()
        wrong = unsafe.overlong_address(text)
        if wrong is not None:
            text = unsafe.without_overlong_addresses(text)
            body.rewrite(text)
            self.refusals.correct(message, wrong, code)
        if unsafe.repeats_format(text):
            body.rewrite(unsafe.with_formats_once(text))
            self.refusals.correct(message, "its SDP lists a format twice", code)

    def _unhandled(self, request: RxData) -> bool:
        """Answer a request that no module of the stack has handled."""
        method = request.message.contents.line.request.method
        if method.id == _ACK:
            return False
        if method.name.raw() in _OF_DIALOGS or request.to.contents.tag.length:
            self.refusals.refuse(request, _NO_DIALOG, "there is no such dialog here")
        else:
            self.refusals.refuse(
                request, _NO_METHOD, "its method is not supported outside of a dialog"
            )
        return True

    def _sent(self, response: TxData) -> None:
        code = response.message.contents.line.status.code
        if code == self._responding:
            self._responding = 0
        if code < _LOWEST_FAILURE or not self.at_work:
            return
        if code != _DECLINE or not self._agent.rejects_refer:
            self.refusals.sent(response)


def _has_transaction(request: RxData) -> bool:
    key = (ctypes.c_size_t * 2)()
    method = ctypes.byref(request.cseq.contents.method)
    stack.pjsip_tsx_create_key(Pointer(request.pool), key, _UAS, method, ctypes.byref(request))
    return bool(stack.pjsip_tsx_layer_find_tsx(key, 0))


def _leave_out_places(message: RxData) -> None:
    """Remove Contact and Record-Route from a message that has been parsed."""
    end = message.message.contents.headers.address
    at = message.message.contents.headers.next
    while at != end:
        header = Header.from_address(at)
        at = header.next
        if header.name.raw().lower() in (b"contact", b"record-route"):
            Header.from_address(header.previous).next = header.next
            Header.from_address(header.next).previous = header.previous
    message.record_route = None


stack.pjsip_tsx_layer_find_tsx.restype = Pointer
