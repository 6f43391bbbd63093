"""The user agent over a pjsua2 endpoint with one account: orders in, happenings out.

A call is hung up in two ways, because the stack's own way reports the end before the other side has
answered. A confirmed dialog is ended by a BYE that is sent as a plain request in it, so that the
stack reports DISCONNECTED when the BYE is answered (RFC 3261 §15.1.1). An INVITE without an answer
can only be cancelled by the stack's hang-up; its real end is seen as the call's slot comes free.

The endpoint is there for one run after another. A call that outlived its run is a stray: it is
hung up and counts as a leg until it is gone, but nothing is told of it any more.
"""

import ctypes
import math
import time
from collections import deque
from contextlib import suppress
from importlib import import_module

import pjsua2 as pj

from sipflow import clock
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.sip import reason_phrase
from sipflow.worker.happenings import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    TryingReceived,
)
from sipflow.worker.orders import HangUp, Invite, Order, Reinvite, Respond
from sipflow.worker.ua import UserAgentError, check_same_endpoint
from sipflow.worker.ua.limits import MAX_LEGS, HandleBudget
from sipflow.worker.ua.pjsua.account import Account
from sipflow.worker.ua.pjsua.call import Call
from sipflow.worker.ua.pjsua.codecs import switch_on
from sipflow.worker.ua.pjsua.config import (
    account_config,
    endpoint_config,
    transport_config,
)
from sipflow.worker.ua.pjsua.endpoint import Endpoint
from sipflow.worker.ua.pjsua.refusals import Refusals
from sipflow.worker.ua.pjsua.reinvites import Reinvites, negotiated_media

# Commands are not heard while the stack is not polled: it is left alone this long at a time.
LONGEST_HOLD = 0.02
_OK = 200
_TRYING = 100
_LOWEST_FINAL = 200

# The package's library exports the C interface below the classes; these two of its functions tell
# which call slots are in use, which no class does.
_pjsua = ctypes.CDLL(str(import_module("pjsua2._pjsua2").__file__))
_SlotIds = ctypes.c_int * (2 * MAX_LEGS)


class PjsuaUserAgent:
    """A pjsua2 endpoint with one account."""

    def __init__(self) -> None:
        self._refusals = Refusals()
        self._endpoint = Endpoint(self._refusals)
        self._account: Account | None = None
        self._plan: InstancePlan | None = None
        self._calls: dict[str, Call] = {}
        self._strays: list[Call] = []
        self._closing: list[Call] = []
        self._ended: list[Call] = []
        self._postponed: deque[tuple[float, Invite]] = deque()
        self._happenings: list[Happening] = []
        self._budget = HandleBudget()
        self.reinvites = Reinvites(self._tell)
        self._invites = 0

    def open(self, plan: InstancePlan) -> None:
        """Create the endpoint, or take it over from the run before; see ``UserAgent``."""
        former, self._plan = self._plan, self._plan or plan
        try:
            if former is None:
                self._create(plan)
            else:
                check_same_endpoint(former, plan)
                self._take_over(former, plan)
        except pj.Error as error:
            address = f"{plan.host}:{plan.port}"
            raise UserAgentError(f"no SIP endpoint on {address}: {error.reason}") from error

    def carry_out(self, order: Order) -> None:
        """Do what is ordered; see ``UserAgent``."""
        match order:
            case Invite():
                self._invite(order)
            case Respond(dialog=dialog):
                self._on_call(dialog, order)
            case HangUp(dialog=dialog):
                self._on_call(dialog, order)
            case Reinvite(dialog=dialog):
                self._on_call(dialog, order)

    def poll(self, timeout: float) -> list[Happening]:
        """Let the stack work once; see ``UserAgent``."""
        self._send_postponed()
        self.reinvites.send_due()
        timeout = min(timeout, self.reinvites.next_due(clock.monotonic()))
        if self._happenings:
            timeout = 0.0
        elif self._postponed:
            timeout = min(timeout, max(0.0, self._postponed[0][0] - clock.monotonic()))
        hold = self._budget.hold(clock.monotonic())
        if hold > 0:  # what comes in waits in the socket's buffer
            time.sleep(min(timeout, hold, LONGEST_HOLD))
        else:
            # Rounded up: a timer that is due in half a millisecond must not be polled for busily.
            self._endpoint.libHandleEvents(math.ceil(timeout * 1000))
        self._look_at_slots()
        self._happenings += self._refusals.told()
        self._ended.clear()
        happenings, self._happenings = self._happenings, []
        return happenings

    def _create(self, plan: InstancePlan) -> None:
        self._endpoint.libCreate()
        self._endpoint.libInit(endpoint_config())
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport_config(plan))
        self._endpoint.audDevManager().setNoDev()
        self._endpoint.libStart()
        self._use_codecs(plan)
        account = Account(self)
        account.create(account_config(plan))
        self._account = account

    def _take_over(self, former: InstancePlan, plan: InstancePlan) -> None:
        if self._account is None:
            raise UserAgentError("the SIP endpoint could not be opened before")
        self._postponed.clear()
        self._strays += self._calls.values()
        self._calls.clear()
        for call in list(self._strays):
            with suppress(pj.Error):  # it is on its way to its end by itself
                self._hang_up(call)
        self._happenings.clear()
        self._refusals.forget()
        if plan.codecs != former.codecs:
            self._use_codecs(plan)
        if plan.number != former.number:  # each change leaves half a kilobyte in the stack's pool
            self._account.modify(account_config(plan))
        self._plan = plan

    def _use_codecs(self, plan: InstancePlan) -> None:
        switch_on(self._endpoint, plan.codecs)
        self._refusals.use(plan.codecs)

    def _invite(self, order: Invite) -> None:
        now = clock.monotonic()
        if self._budget.alive >= MAX_LEGS:
            detail = f"the instance has {MAX_LEGS} legs already, as many as one endpoint carries"
            self._happenings.append(DialogEnded(order.dialog, None, detail))
            return
        wait = self._budget.wait(now)
        if wait > 0:
            self._postponed.append((now + wait, order))
            return
        self._send_invite(order)

    def _send_postponed(self) -> None:
        now = clock.monotonic()
        while self._postponed and self._postponed[0][0] <= now:
            self._invite(self._postponed.popleft()[1])

    def _send_invite(self, order: Invite) -> None:
        account = self._account
        assert account is not None
        call = Call(self, account, order.dialog)
        self._calls[order.dialog] = call
        self._budget.opened()
        try:
            call.makeCall(order.target, pj.CallOpParam(True))
        except pj.Error as error:
            if not call.over:
                self._end(call, None, error.reason)
            return
        call.slot = call.getId()
        self._happenings.append(InviteSent(order.dialog))

    def _on_call(self, dialog: str, order: Respond | HangUp | Reinvite) -> None:
        self._postponed = deque(
            (due, invite) for due, invite in self._postponed if invite.dialog != dialog
        )
        call = self._calls.get(dialog)
        if call is None:
            self._happenings.append(DialogEnded(dialog, None, "the call was never sent"))
            return
        try:
            if isinstance(order, Respond):
                self._respond(call, order)
            elif isinstance(order, Reinvite):
                self.reinvites.order(call, order)
            else:
                self._hang_up(call)
        except pj.Error as error:
            if not call.over:
                self._happenings.append(OrderRefused(dialog, error.reason))

    def _respond(self, call: Call, order: Respond) -> None:
        parameters = pj.CallOpParam()
        parameters.statusCode = order.code
        if order.reason is not None:
            parameters.reason = order.reason
        call.answer(parameters)
        if order.code < _LOWEST_FINAL:
            reason = order.reason or reason_phrase(order.code)
            self._happenings.append(Progressed(order.dialog, order.code, reason))

    def _hang_up(self, call: Call) -> None:
        if call.over or call.closing:
            return
        self.reinvites.forget(call)
        state = call.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            request = pj.CallSendRequestParam()
            request.method = "BYE"
            call.sendRequest(request)
            return
        call.closing = True
        self._closing.append(call)
        parameters = pj.CallOpParam()
        if state == pj.PJSIP_INV_STATE_CONNECTING:  # 200 is through, its ACK is not: a BYE follows
            parameters.statusCode = _OK
        call.hangup(parameters)

    def _look_at_slots(self) -> None:
        if not self._closing:
            return
        slots, count = _SlotIds(), ctypes.c_uint(len(_SlotIds()))
        _pjsua.pjsua_enum_calls(slots, ctypes.byref(count))
        used = set(slots[: count.value])
        for call in [call for call in self._closing if call.slot not in used]:
            self._end(call, call.code, call.reason)

    def _end(self, call: Call, code: int | None, reason: str) -> None:
        call.over = True
        self.reinvites.forget(call)
        if call in self._closing:
            self._closing.remove(call)
        self._ended.append(call)  # not destroyed here: this may be a callback of that very call
        self._budget.closed(clock.monotonic())
        if call in self._strays:
            self._strays.remove(call)
        else:
            del self._calls[call.key]
            self._happenings.append(DialogEnded(call.key, code, reason))

    def _tell(self, call: Call, happening: Happening) -> None:
        if call not in self._strays:
            self._happenings.append(happening)

    # What the stack tells, from within ``poll`` or an order.

    def incoming(self, account: Account, slot: int) -> None:
        """Take in an INVITE."""
        for closing in [call for call in self._closing if call.slot == slot]:
            self._end(closing, closing.code, closing.reason)
        self._invites += 1
        call = Call(self, account, f"in-{self._invites}", slot)
        self._calls[call.key] = call
        self._budget.opened()
        info = call.getInfo()
        peer = (info.remoteContact or info.remoteUri).strip("<>")
        self._happenings.append(InviteReceived(call.key, peer))
        self._refusals.taken(info.callIdString)

    def heard(self, call: Call) -> None:
        """Take in the first response to an INVITE."""
        self._tell(call, TryingReceived(call.key))

    def state_changed(self, call: Call, info: pj.CallInfo) -> None:
        """Take in a call's new state."""
        if call.over:
            return
        code, reason = info.lastStatusCode, info.lastReason
        match info.state:
            case pj.PJSIP_INV_STATE_DISCONNECTED if call.redirection is not None:
                self._end(call, *call.redirection)
            case pj.PJSIP_INV_STATE_DISCONNECTED if call.closing:
                call.code, call.reason = code, reason
            case pj.PJSIP_INV_STATE_DISCONNECTED:
                self._end(call, code or None, reason)
            case pj.PJSIP_INV_STATE_CONFIRMED:
                call.confirmed = True
                media = negotiated_media(call, info)
                self._tell(call, DialogConfirmed(call.key, _OK, reason_phrase(_OK), media))
            case pj.PJSIP_INV_STATE_CALLING | pj.PJSIP_INV_STATE_EARLY:
                if info.role == pj.PJSIP_ROLE_UAC and code > _TRYING:
                    self._tell(call, Progressed(call.key, code, reason))
            case _:
                pass
