"""The user agent over a pjsua2 endpoint with one account: commands in, events out.

A call is hung up in two ways, because the stack's own way reports the end before the peer has
answered. A confirmed dialog is ended by a BYE that is sent as a plain request in it, so that the
stack reports DISCONNECTED when the BYE is answered (RFC 3261 §15.1.1). An INVITE without an answer
can only be cancelled by the stack's hang-up; its real end is seen as the call's slot becomes free.

The endpoint serves one run after another. A call that outlived its run is a stray: it is hung up
and counts as a leg until it is gone, but its events are not reported any more. Calls hung up before
that and still not gone are given up.
"""

from contextlib import suppress

import pjsua2 as pj

from sipflow import clock
from sipflow.protocol.plan import InstancePlan
from sipflow.sip.status import carries_sdp, reason_phrase
from sipflow.worker.ua import Bell, Disturbed, UserAgentError, check_same_endpoint, never
from sipflow.worker.ua.commands import (
    AddBinding,
    AudioOrder,
    DropRtp,
    HangUp,
    Headers,
    Invite,
    MeasureMedia,
    MediaOrder,
    Order,
    Play,
    Record,
    Refer,
    ReferToDialog,
    Reinvite,
    RemoveBinding,
    Respond,
    SendDigits,
    SendText,
    StopTracks,
    WatchMedia,
)
from sipflow.worker.ua.events import (
    DialogEnded,
    DigitReceived,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    Redirected,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.pjsua.calls.account import Account
from sipflow.worker.ua.pjsua.calls.byes import ByeSender
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import Cause, FinalResponses, in_words, is_taken, not_sent
from sipflow.worker.ua.pjsua.calls.closing import Closing
from sipflow.worker.ua.pjsua.calls.endpoint import Endpoint
from sipflow.worker.ua.pjsua.calls.messages import MessageClient, received
from sipflow.worker.ua.pjsua.calls.postponed import DeferredInvites
from sipflow.worker.ua.pjsua.calls.registration import Registrations
from sipflow.worker.ua.pjsua.calls.reinvites import Reinvites
from sipflow.worker.ua.pjsua.calls.screening import Screening
from sipflow.worker.ua.pjsua.calls.states import confirmed, confirmed_by_bye, ended, progressed
from sipflow.worker.ua.pjsua.calls.transfers import Transfers
from sipflow.worker.ua.pjsua.media.digits import DIGITS, METHODS
from sipflow.worker.ua.pjsua.media.measure import MediaMeter
from sipflow.worker.ua.pjsua.media.tracks import CallAudio
from sipflow.worker.ua.pjsua.stack.codecs import switch_on
from sipflow.worker.ua.pjsua.stack.config import account_config, endpoint_config, is_another
from sipflow.worker.ua.pjsua.stack.handles import Handles
from sipflow.worker.ua.pjsua.stack.headers import invite_parameters
from sipflow.worker.ua.pjsua.stack.packet_times import PacketTimes
from sipflow.worker.ua.pjsua.stack.received import received_text
from sipflow.worker.ua.pjsua.stack.sessions import Sessions
from sipflow.worker.ua.pjsua.stack.sound_device import SoundDevice
from sipflow.worker.ua.pjsua.stack.transports import Transports

# How long an INVITE waits that lacks I/O handles, until it is tried again.
LACK = 0.05
_INTERVAL_TOO_SMALL = 422
_LOWEST_FINAL = 200


class PjsuaUserAgent:
    """A pjsua2 endpoint with one account."""

    def __init__(self) -> None:
        self._screening = Screening(self)
        self._endpoint = Endpoint(self._screening)
        self._account: Account | None = None
        self._plan: InstancePlan | None = None
        self._calls: dict[str, Call] = {}
        self._strays: list[Call] = []
        self._ended: list[Call] = []
        self._postponed = DeferredInvites()
        self._happenings: list[Happening] = []
        self.handles = Handles()
        self.sound_device = SoundDevice(self._endpoint)
        self.audio = CallAudio(self.sound_device)
        self._texts = MessageClient()
        self._sessions = Sessions()
        finals = FinalResponses()
        self._screening.first.watches_responses = finals.saw
        self._closing = Closing(self._sessions, finals)
        self._transports = Transports(self._endpoint, self.handles)
        self.reinvites = Reinvites(self.emit, self._sessions.ack_left)
        self._packets = PacketTimes()
        self._byes = ByeSender(self.emit, self._packets)
        self._invites = 0
        self.meter = MediaMeter(self.sound_device)
        self.transfers = Transfers(self)
        self.registrations = Registrations(self._packets)

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

    def wake_on(self, bell: Bell) -> None:
        """Return from ``poll`` when a command arrives; see ``UserAgent``."""
        self._endpoint.wake_on(bell)

    def carry_out(self, order: Order) -> None:
        """Carry out a command; see ``UserAgent``."""
        match order:
            case Invite():
                self._invite(order)
            case Respond() | HangUp() | Refer() | ReferToDialog() | Reinvite():
                self._on_call(order.dialog, order)
            case SendText():
                self._happenings += self._texts.carry_out(order, self._account, self._calls)
            case AddBinding() | RemoveBinding():
                self.registrations.carry_out(order)
            case Play() | Record() | SendDigits() | StopTracks():
                self._on_audio(order)
            case WatchMedia() | MeasureMedia() | DropRtp():
                self._on_media(order)

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        """Let the stack work; see ``UserAgent``."""
        now = clock.monotonic()
        if self._postponed.waiting or self.reinvites.waiting or self._byes.waiting:
            timeout = min(timeout, self._send_due(now))
        self._happenings += self.registrations.look()
        audible = not (self.audio.is_idle and self.meter.is_idle)
        if audible:
            timeout = min(timeout, self.audio.wait(now), self.meter.wait(now))
        timeout = 0.0 if self._happenings else timeout
        self._endpoint.work(timeout, self._has_news, disturbed)
        self.handles.look(now)
        if self._closing.calls:
            self._look_at_slots()
        if self._ended or audible:
            self._look_at_audio()
            self._happenings += self.meter.look(clock.monotonic())
        self._happenings += self._screening.refusals.drain()
        if self._ended:
            self.sound_device.calls_ended(len(self._ended))
            self._ended.clear()
        happenings, self._happenings = self._happenings, []
        return happenings

    def _has_news(self) -> bool:
        """Return whether the stack's last poll may have brought events or work."""
        calls = self._happenings or self._ended or self._closing.calls or self.reinvites.waiting
        others = self._screening.refusals.news or self.registrations.any_answered
        return bool(calls or others) or not self.audio.digits.is_idle

    def _send_due(self, now: float) -> float:
        """Send postponed messages; return the seconds until the next of them."""
        for invite in self._postponed.due(now):
            self._invite(invite)
        self.reinvites.send_due()
        self._byes.send_due()
        return min(
            self._postponed.wait(now), self.reinvites.next_due(now), self._byes.next_due(now)
        )

    def _create(self, plan: InstancePlan) -> None:
        self._endpoint.libCreate()
        self._endpoint.libInit(endpoint_config())
        self._sessions.find()
        self._transports.open(plan)
        self._listen(plan)
        self._endpoint.audDevManager().setNoDev()
        self._endpoint.libStart()
        self.handles.find()
        self.handles.ports = plan.media_ports.count
        self._screening.begin()
        self._use_codecs(plan)
        account = Account(self)
        account.create(account_config(plan))
        self._account = account
        self.registrations.use(account, plan)

    def _listen(self, plan: InstancePlan) -> None:
        self._byes.over_tcp = self._screening.refusals.over_tcp = plan.tcp
        self._packets.use(None if plan.tcp else (plan.host, plan.port))

    def _take_over(self, former: InstancePlan, plan: InstancePlan) -> None:
        if self._account is None:
            raise UserAgentError("the SIP endpoint could not be opened before")
        self._postponed.clear()
        self._strays += self._calls.values()
        self._calls.clear()
        for call in list(self._strays):
            self.meter.close(call)
            with suppress(pj.Error):  # it is ending by itself
                if call.leaving:
                    self._sessions.abandon(call.slot)
                else:
                    self._hang_up(call)
        self._look_at_slots()
        self._happenings.clear()
        self._texts.forget()
        self.transfers.forget_heirs()
        self._transports.follow(plan)
        self._listen(plan)
        self._screening.refusals.forget()
        if plan.codecs != former.codecs:
            self._use_codecs(plan)
        if is_another(former, plan):  # each change leaves half a kilobyte in the stack's pool
            self._account.modify(account_config(plan))
        self.registrations.use(self._account, plan)
        self._plan = plan

    def _use_codecs(self, plan: InstancePlan) -> None:
        switch_on(self._endpoint, plan.codecs)
        self._screening.refusals.use(plan.codecs)
        self.reinvites.codecs = plan.codecs

    def _invite(self, order: Invite) -> None:
        now = clock.monotonic()
        if self._legs >= MAX_LEGS:
            detail = f"the instance has {MAX_LEGS} legs already, as many as one endpoint carries"
            self._happenings.append(DialogEnded(order.dialog, None, detail))
            return
        if not self.handles.suffice(1):
            self._postponed.add(now + LACK, order)
            return
        self._send_invite(order)

    def _send_invite(self, order: Invite) -> None:
        account = self._account
        assert account is not None
        call = Call(self, account, order.dialog)
        call.follows = order.follow
        self._calls[order.dialog] = call
        parameters = invite_parameters(order)
        try:
            sent = self._packets.time_of(lambda: call.makeCall(order.target, parameters))
        except pj.Error as error:
            if not call.over:
                cause = not_sent("INVITE", error.reason)
                self._end(call, Cause(None, cause, machine=is_taken(error)))
            return
        call.slot = call.getId()
        self._happenings.append(InviteSent(order.dialog, sent))

    def _on_call(
        self, dialog: str, order: Respond | HangUp | Refer | ReferToDialog | Reinvite
    ) -> None:
        self._postponed.forget(dialog)
        call = self._calls.get(dialog)
        if call is None:
            self._happenings.append(DialogEnded(dialog, None, "the INVITE was never sent"))
            return
        try:
            if isinstance(order, Respond):
                self._respond(call, order)
            elif isinstance(order, Refer | ReferToDialog):
                self.transfers.refer(call, order)
            elif isinstance(order, Reinvite):
                self.reinvites.order(call, order)
            else:
                self._hang_up(call, order.headers)
        except pj.Error as error:
            if not call.over:
                self._happenings.append(OrderRefused(dialog, in_words(error.reason)))

    def _on_audio(self, order: AudioOrder) -> None:
        call = self.transfers.heir(order.dialog) or self._calls.get(order.dialog)
        if call is not None:  # else its end has been reported
            call.sends_info = isinstance(order, SendDigits) and order.method == "info"
            self._happenings += self.audio.carry_out(call, order, clock.monotonic())

    def _look_at_audio(self) -> None:
        now = clock.monotonic()
        for call in self._ended:
            self.audio.leave(call, now)
        self._happenings += self.audio.look(now)

    def _on_media(self, order: MediaOrder) -> None:
        heir = None if isinstance(order, WatchMedia) else self.transfers.heir(order.dialog)
        call = heir or self._calls.get(order.dialog)
        if call is None:
            return  # it has ended; its figures were reported then
        self._happenings += self.meter.carry_out(call, order, clock.monotonic())

    def _respond(self, call: Call, order: Respond) -> None:
        if self._screening.respond(call, order) and order.code < _LOWEST_FINAL:
            reason = order.reason or reason_phrase(order.code)
            call.early_media = call.early_media or carries_sdp(order.code)
            happening = Progressed(order.dialog, order.code, reason, call.early_media)
            self._happenings.append(happening)

    def _hang_up(self, call: Call, headers: Headers = ()) -> None:
        if call.over or call.closing:
            return
        self.audio.leave(call, clock.monotonic())  # before the BYE: recordings are whole then
        call.leaving = True
        self.reinvites.forget(call)
        state = call.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._byes.order(call, headers)
            return
        self._closing.order(call, state, headers)

    def _look_at_slots(self) -> None:
        for call in self._closing.gone():
            self._end(call, call.cause)

    def _end(self, call: Call, cause: Cause, at: float | None = None) -> None:
        call.over = True
        self.transfers.pass_on(call, call.successor)
        self.transfers.forget(call)
        self.reinvites.forget(call)
        self._byes.forget(call)
        self._closing.forget(call)
        self._ended.append(call)  # not destroyed here: this may be a callback of that very call
        now = clock.monotonic()
        last_figures = self.meter.close(call)
        if call in self._strays:
            self._strays.remove(call)
        else:
            del self._calls[call.key]
            self._happenings += self._texts.ended(call)
            self._happenings += last_figures
            self._happenings += self.audio.last_words(call, now)
            self._happenings.append(ended(call, cause, at or now))
        call.detach()

    def _disconnected(self, call: Call, info: pj.CallInfo) -> None:
        code = info.lastStatusCode
        if call.redirection is not None:
            self._end(call, call.redirection)
        elif code == _INTERVAL_TOO_SMALL and self._is_new(call):
            self._withdraw(call)
        else:
            if call.bye_for_ack:
                self.emit(call, confirmed_by_bye(call, self._packets))
            cause = self._screening.cause(call.cause)
            self._end(call, cause, self._packets.answered(cause.code or 0))

    def _is_new(self, call: Call) -> bool:
        invites = (event for event in self._happenings if isinstance(event, InviteReceived))
        return any(event.dialog == call.key for event in invites)

    def _withdraw(self, call: Call) -> None:
        """Withdraw an INVITE that the stack has refused by itself: it is reported no more."""
        self._end(call, Cause())
        self._happenings = [
            event for event in self._happenings if getattr(event, "dialog", None) != call.key
        ]

    # Used by transfers.

    @property
    def rejects_refer(self) -> bool:
        """Whether the instance refuses to be transferred."""
        return self._plan is not None and self._plan.on_refer == "reject"

    @property
    def has_room(self) -> bool:
        """Whether the endpoint can have one more call."""
        return self._legs < MAX_LEGS and self.handles.suffice(1)

    @property
    def _legs(self) -> int:
        return len(self._calls) + len(self._strays)

    def call(self, key: str) -> Call | None:
        """Return the call of a dialog, None if it is gone."""
        return self._calls.get(key)

    def is_stray(self, call: Call) -> bool:
        """Return whether a call is left from another run."""
        return call in self._strays

    def next_incoming(self) -> str:
        """Return the key of one more incoming dialog."""
        self._invites += 1
        return f"in-{self._invites}"

    def adopt(self, call: Call) -> None:
        """Register a call that the stack has begun, maybe in the slot of one that was closing."""
        for closing in self._closing.of(call.slot):
            self._end(closing, closing.cause)
        self._calls[call.key] = call

    def dispose(self, call: Call) -> None:
        """Keep an unused object until the stack is done with it."""
        self._ended.append(call)

    def emit(self, call: Call, happening: Happening) -> None:
        """Report an event of a call, unless it is left from another run."""
        if call not in self._strays:
            self._happenings.append(happening)

    # Callbacks of the stack, from within ``poll`` or a command.

    @property
    def wants_messages(self) -> bool:
        """Whether the plan wants the texts of received messages: they are not copied otherwise."""
        return self._plan is not None and self._plan.messages

    def incoming(self, account: Account, slot: int, message: str = "") -> None:
        """Handle an INVITE."""
        call = Call(self, account, self.next_incoming(), slot)
        self.adopt(call)
        info = call.getInfo()
        call.last_code = info.lastStatusCode
        peer = received_text(info.remoteContact or info.remoteUri).strip("<>")
        self._happenings.append(InviteReceived(call.key, peer, message))

    def with_call_id(self, call_id: str | None) -> list[Call]:
        """Return the calls whose dialog has this Call-ID, all for None."""
        return [one for one in self._calls.values() if call_id is None or one.has_call_id(call_id)]

    def trying_received(self, call: Call) -> None:
        """Handle a 100 response to an INVITE."""
        self.emit(call, TryingReceived(call.key))

    def media_changed(self, call: Call) -> None:
        """Handle a change of a call's media."""
        self.meter.media_changed(call)
        self.audio.media.reconnect(call)

    def digit_received(self, call: Call, digit: str, method: int) -> None:
        """Handle a digit, sent as an RTP event or in an INFO."""
        self._byes.answered(call)
        if digit.upper() in DIGITS:  # a flash is no digit
            self.emit(call, DigitReceived(call.key, digit.upper(), METHODS[method]))

    def info_answered(self, call: Call, code: int, reason: str) -> None:
        """Handle the final response to an INFO."""
        self.audio.digits.answered(call, code, reason)

    def redirected(self, call: Call, target: str) -> None:
        """Handle the redirection of an INVITE to another place."""
        self.emit(call, Redirected(call.key, received_text(target).strip("<>")))

    def text_received(self, prm: pj.OnInstantMessageParam, call: Call | None) -> None:
        """Handle a MESSAGE."""
        if call is not None:
            self._byes.answered(call)
        if call is None or not (call.over or call in self._strays):
            self._happenings.append(received(prm, None if call is None else call.key))

    def text_progressed(self, change: pj.TsxStateEvent) -> None:
        """Handle the new state of a MESSAGE of ours in a dialog."""
        self._happenings += self._texts.progressed(change)

    def text_answered(self, user_data: object, cause: Cause) -> None:
        """Handle the answer to a MESSAGE, or the reason why there is none."""
        self._happenings += self._texts.answered(user_data, cause)

    def state_changed(self, call: Call, info: pj.CallInfo) -> None:
        """Handle a call's new state."""
        if call.predecessor is not None and call.slot == pj.PJSUA_INVALID_ID:
            self.transfers.begun(call, info)
        if call.over:
            return
        match info.state:
            case pj.PJSIP_INV_STATE_DISCONNECTED if call.closing:
                pass  # its result is seen later
            case pj.PJSIP_INV_STATE_DISCONNECTED:
                self._sessions.cut_off(info.id, pending=bool(call.requests))
                self._disconnected(call, info)
            case pj.PJSIP_INV_STATE_CONFIRMED:
                call.confirmed = True
                self.transfers.pass_on(call.predecessor, call)
                self.emit(call, confirmed(call, info, self._packets))
            case pj.PJSIP_INV_STATE_CALLING | pj.PJSIP_INV_STATE_EARLY:
                seen = progressed(call, info, self._packets)
                if seen is not None:
                    self.emit(call, seen)
            case _:
                pass
