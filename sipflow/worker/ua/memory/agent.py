"""User agents connected in memory: the interface without SIP, threads or a clock. Pure.

They report the same events as the agents that speak SIP. A message is read when its receiver polls,
so that messages can cross and a switched off agent answers nothing. No retransmissions, no SIP
timers: an unanswered request never completes. A stray is an end of a call that outlived its run.
There is no audio: a track with an end ends at once, measurements yield nothing, and of what is
played only digits reach the peer, those sent as tones only if it listens.
"""

import enum
from collections import deque
from dataclasses import dataclass, field

from sipflow.protocol.plan import InstancePlan
from sipflow.sip.sdp import MediaDirection
from sipflow.sip.status import carries_sdp, reason_phrase
from sipflow.sip.uri import sip_uri
from sipflow.worker.ua import (
    Bell,
    Disturbed,
    UserAgentError,
    check_same_endpoint,
    never,
    no_codec_in_common,
)
from sipflow.worker.ua.commands import (
    AudioOrder,
    DialogOrder,
    Invite,
    MediaOrder,
    Order,
    Refer,
    ReferToDialog,
    RegistrationOrder,
    Reinvite,
    Respond,
    SendText,
)
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DigitReceived,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    Redirected,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.memory.audio import Digit, carry_out, look_into
from sipflow.worker.ua.memory.exchange import Exchange as Exchange
from sipflow.worker.ua.memory.media import EndMedia, Offer, OfferAnswer, common_codec
from sipflow.worker.ua.memory.messages import Text, TextAnswer, request, response
from sipflow.worker.ua.memory.registration import MemoryRegistration
from sipflow.worker.ua.memory.reinvites import MemoryReinvites
from sipflow.worker.ua.memory.transfers import MemoryTransfers, Transfer, report

_TRYING = 100
_LOWEST_FINAL = 200
_OK = 200
_LOWEST_FAILURE = 300
_NOT_FOUND = 404
_BUSY = 486
_NO_DIALOG = 481
_TERMINATED = 487
_NOT_ACCEPTABLE = 488
_DECLINE = 603
_CLEARED = "Normal call clearing"


class _Stage(enum.Enum):
    """The state of a call at one of its ends."""

    INVITED = enum.auto()
    ANSWERED = enum.auto()
    CONFIRMED = enum.auto()
    CANCELLED = enum.auto()
    CLEARED = enum.auto()
    OVER = enum.auto()


class _Request(enum.Enum):
    """Requests of one end of a call to the other."""

    INVITE = enum.auto()
    ACK = enum.auto()
    CANCEL = enum.auto()
    BYE = enum.auto()


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response to the INVITE, or to a BYE."""

    code: int
    reason: str
    to: _Request = _Request.INVITE
    contact: str | None = None
    media: bool = False


_Signal = _Request | _Answer | Digit | Transfer
_Message = _Signal | Offer | OfferAnswer


@dataclass(eq=False, slots=True)
class End:
    """One end of a call; ``other`` is None if no agent received the INVITE.

    ``successor``: the end that has or will have its place.
    ``referrer``: the end that asked for this call by REFER.
    ``replaces``: the end whose place it is to take.
    ``listens``: received tones are analysed.
    """

    agent: "MemoryUserAgent"
    key: str
    calls: bool
    stage: _Stage = _Stage.INVITED
    other: "End | None" = None
    successor: "End | None" = None
    referrer: "End | None" = None
    replaces: "End | None" = None
    follows: bool = False
    early: bool = False
    early_media: bool = False
    listens: bool = False
    media: EndMedia = field(init=False)

    def __post_init__(self) -> None:
        self.media = EndMedia(self.calls)

    @property
    def has_dialog(self) -> bool:
        """Whether there is a dialog, if only an early one."""
        return self.early or self.stage is not _Stage.INVITED

    @property
    def is_up(self) -> bool:
        """Whether the call is answered and neither end has hung up."""
        return self.stage is _Stage.CONFIRMED

    @property
    def is_free(self) -> bool:
        """Whether the call is up and no other has its place or is about to take it."""
        taken = self.successor is not None and self.successor.stage is not _Stage.OVER
        return self.is_up and not taken

    def send(self, message: "_Message") -> None:
        """Send a message to the peer."""
        if self.other is not None:
            self.other.agent.post(self.other, message)


class MemoryUserAgent:
    """A user agent that reaches only those on the same exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.bell: Bell | None = None
        self._plan: InstancePlan | None = None
        self._ends: dict[str, End] = {}
        self._strays: list[End] = []
        self._inbox: deque[tuple[End, _Message] | Text | TextAnswer] = deque()
        self._unanswered: dict[int, str] = {}
        self._texts_sent = 0
        self._happenings: list[Happening] = []
        self._invites = 0
        self._dead = False
        self._reinvites = MemoryReinvites(self)
        self._transfers = MemoryTransfers(self)
        self._registration = MemoryRegistration(exchange.registrars)

    def open(self, plan: InstancePlan) -> None:
        """Bind the plan's address on the exchange, or keep it; see ``UserAgent``."""
        if self._plan is not None:
            check_same_endpoint(self._plan, plan)
            self._forget_calls()
        place = f"{plan.host}:{plan.port}"
        if self._exchange.agents.setdefault(place, self) is not self:
            raise UserAgentError(f"no SIP endpoint on {place}: Address already in use")
        self._plan = plan
        self._registration.use(plan)

    def switch_off(self) -> None:
        """Stop as a killed process does: nothing is sent, read or reported any more."""
        self._dead = True
        self._inbox.clear()
        self._happenings.clear()

    def carry_out(self, order: Order) -> None:
        """Carry out a command; see ``UserAgent``."""
        if self._dead:
            return
        if isinstance(order, Invite):
            self._invite(order)
        elif isinstance(order, SendText):
            self._send_text(order)
        elif isinstance(order, MediaOrder):
            end = self._transfers.meant(order)
            if end is not None:  # else the walk awaits nothing: its dialog is gone
                self._happenings += look_into(end, order)
        elif isinstance(order, RegistrationOrder):
            self._happenings += self._registration.carry_out(order)
        else:
            self._on_end(order)

    def _on_end(self, order: DialogOrder) -> None:
        end = self._transfers.meant(order)
        if end is None:
            self._happenings.append(DialogEnded(order.dialog, None, "the INVITE was never sent"))
        elif isinstance(order, Respond):
            self._respond(end, order.code, order.reason or reason_phrase(order.code), order.contact)
        elif isinstance(order, AudioOrder):
            self._happenings += carry_out(end, order)
        elif isinstance(order, Refer | ReferToDialog):
            self._transfers.order(end, order)
        elif isinstance(order, Reinvite):
            self._reinvites.order(end, order)
        else:
            self._hang_up(end)

    def wake_on(self, bell: Bell) -> None:
        """Look at the bell in each ``poll``; see ``UserAgent``."""
        self.bell = bell

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        """Read the inbox and return the events, without waiting; see ``UserAgent``."""
        if self.bell is not None:
            self.bell.look()
        while self._inbox:
            posted = self._inbox.popleft()
            if isinstance(posted, Text | TextAnswer):
                self._read_text(posted)
            elif isinstance(posted[1], Offer | OfferAnswer):
                self._reinvites.read(posted[0], posted[1])
            else:
                self._read(posted[0], posted[1])
        happenings, self._happenings = self._happenings, []
        return happenings

    def post_text(self, text: Text | TextAnswer) -> None:
        """Put a MESSAGE or the answer to one into this agent's inbox."""
        if not self._dead:
            self._inbox.append(text)

    def post(self, end: End, message: _Message) -> None:
        """Put a message to one of this agent's ends into its inbox."""
        if not self._dead:
            self._inbox.append((end, message))

    def _forget_calls(self) -> None:
        self._strays += self._ends.values()
        self._ends.clear()
        for end in list(self._strays):
            self._hang_up(end)
        self._inbox = deque(one for one in self._inbox if isinstance(one, tuple))
        self._unanswered.clear()
        self._transfers.forget()
        self._happenings.clear()

    # Commands.

    def _invite(self, order: Invite) -> None:
        if not self.has_room:
            detail = f"the instance has {MAX_LEGS} legs already, as many as one endpoint carries"
            self._happenings.append(DialogEnded(order.dialog, None, detail))
            return
        end = self._ends[order.dialog] = End(self, order.dialog, calls=True, follows=order.follow)
        self._happenings.append(InviteSent(order.dialog))
        self._ring_up(end, order.target)

    def _ring_up(self, end: End, target: str, replaces: End | None = None) -> None:
        called = self._exchange.reach(target)
        end.other = None
        if called is not None:
            end.other = End(called, "", calls=False, other=end, replaces=replaces)
            end.send(_Request.INVITE)
        elif self._exchange.is_registrar(target):
            self.post(end, _Answer(_NOT_FOUND, reason_phrase(_NOT_FOUND)))

    def _send_text(self, order: SendText) -> None:
        end = None if order.dialog is None else self._ends.get(order.dialog)
        if order.dialog is not None and (end is None or not end.has_dialog):
            detail = "there is no dialog yet"
            self._happenings.append(TextAnswered(order.message, None, detail))
            return
        self._texts_sent += 1
        self._unanswered[self._texts_sent] = order.message
        if end is None:
            agent = self._exchange.reach(order.target or "")
            if agent is not None:
                agent.post_text(Text(self, self._texts_sent, order.body))
        elif end.other is not None:
            text = Text(self, self._texts_sent, order.body, end.other)
            end.other.agent.post_text(text)

    def _respond(self, end: End, code: int, reason: str, contact: str | None = None) -> None:
        if end.calls or end.stage is not _Stage.INVITED:
            self._happenings.append(OrderRefused(end.key, "there is no INVITE to answer"))
            return
        end.early = True
        end.early_media = end.early_media or carries_sdp(code)
        end.send(_Answer(code, reason, contact=contact, media=end.early_media))
        if code < _LOWEST_FINAL:
            self._happenings.append(Progressed(end.key, code, reason, end.early_media))
        elif code < _LOWEST_FAILURE:
            end.stage = _Stage.ANSWERED
        else:
            self._end(end, code, reason)

    def _hang_up(self, end: End) -> None:
        match end.stage:
            case _Stage.INVITED if end.calls:
                end.stage = _Stage.CANCELLED
                end.send(_Request.CANCEL)
            case _Stage.INVITED:
                self._respond(end, _DECLINE, reason_phrase(_DECLINE))
            case _Stage.ANSWERED | _Stage.CONFIRMED:
                end.stage = _Stage.CLEARED
                end.send(_Request.BYE)
            case _Stage.CANCELLED | _Stage.CLEARED | _Stage.OVER:
                pass  # the end is on its way already

    # Received messages.

    def _read(self, end: End, message: _Signal) -> None:
        if end.stage is _Stage.OVER:
            return
        match message:
            case _Request.INVITE:
                self._receive_invite(end)
            case _Request.ACK if end.stage is _Stage.ANSWERED:
                self._confirm(end, self._requested("ACK", end))
            case _Request.CANCEL if end.stage is _Stage.INVITED:
                self._respond(end, _TERMINATED, reason_phrase(_TERMINATED))
            case _Request.ACK | _Request.CANCEL:
                pass
            case _Request.BYE:
                end.send(_Answer(_OK, reason_phrase(_OK), _Request.BYE))
                self._end(end, _OK, _CLEARED, self._requested("BYE", end))
            case Digit():
                self._receive_digit(end, message)
            case _Answer(to=_Request.BYE):
                self._end(end, _OK, _CLEARED, self._answered(end, message))
            case _Answer():
                self._read_answer(end, message)
            case _:
                self._transfers.read(end, message)

    def _read_text(self, text: Text | TextAnswer) -> None:
        if isinstance(text, TextAnswer):
            message = self._unanswered.pop(text.number, None)
            if message is not None:  # else it was sent in the run before
                answered = TextAnswered(message, text.code, reason_phrase(text.code))
                self._happenings.append(answered)
            return
        end = text.end
        if end is None:
            self._happenings.append(TextReceived(None, text.agent.uri, text.body))
        elif end.stage is not _Stage.OVER:
            self.emit(end, TextReceived(end.key, text.agent.uri, text.body))
        gone = end is not None and end.stage is _Stage.OVER
        text.agent.post_text(TextAnswer(text.number, _NO_DIALOG if gone else _OK))

    def _receive_digit(self, end: End, digit: Digit) -> None:
        if end.listens or digit.method != "inband":
            self.emit(end, DigitReceived(end.key, digit.digit, digit.method))

    def _receive_invite(self, end: End) -> None:
        caller = end.other
        assert caller is not None
        if not self.has_room:
            end.stage = _Stage.OVER
            end.send(_Answer(_BUSY, reason_phrase(_BUSY)))
            return
        self._invites += 1
        end.key = f"in-{self._invites}"
        self._ends[end.key] = end
        codec = common_codec(caller.agent.codecs, self.codecs)
        if codec is None:
            self._happenings.append(InviteReceived(end.key, caller.agent.uri))
            end.send(_Answer(_NOT_ACCEPTABLE, reason_phrase(_NOT_ACCEPTABLE)))
            detail = no_codec_in_common(caller.agent.codecs, self.codecs)
            self._end(end, _NOT_ACCEPTABLE, detail)
            return
        caller.media.codec = end.media.codec = codec
        end.send(_Answer(_TRYING, reason_phrase(_TRYING)))
        said = self._requested("INVITE", end)
        if end.replaces is None:
            self._happenings.append(InviteReceived(end.key, caller.agent.uri, said))
        elif self._transfers.replace(end, end.replaces):
            self._respond(end, _OK, reason_phrase(_OK))
            self._hang_up(end.replaces)
        else:
            del self._ends[end.key]
            end.stage = _Stage.OVER
            end.send(_Answer(_NO_DIALOG, reason_phrase(_NO_DIALOG)))

    def _read_answer(self, end: End, answer: _Answer) -> None:
        if answer.code == _TRYING:
            self.emit(end, TryingReceived(end.key))
        elif answer.code < _LOWEST_FINAL:
            end.early = True
            said = self._answered(end, answer)
            self.emit(end, Progressed(end.key, answer.code, answer.reason, answer.media, said))
            report(end, answer.code)
        elif end.follows and answer.contact is not None and end.stage is _Stage.INVITED:
            self.emit(end, Redirected(end.key, answer.contact))
            self._ring_up(end, answer.contact)
        elif answer.code >= _LOWEST_FAILURE:
            self._end(end, answer.code, answer.reason, self._answered(end, answer))
            report(end, answer.code)
        else:
            report(end, answer.code)
            cancelled = end.stage is _Stage.CANCELLED
            end.send(_Request.ACK)
            self._confirm(end, self._answered(end, answer))
            if cancelled:  # the answer was faster: an unwanted dialog (RFC 3261 §15)
                self._hang_up(end)

    def _confirm(self, end: End, message: str) -> None:
        end.stage = _Stage.CONFIRMED
        media = end.media.negotiated(MediaDirection.SENDRECV)
        confirmed = DialogConfirmed(end.key, _OK, reason_phrase(_OK), message, media)
        self.emit(end, confirmed)

    def _end(self, end: End, code: int, reason: str, message: str = "") -> None:
        end.stage = _Stage.OVER
        if end in self._strays:
            self._strays.remove(end)
        else:
            del self._ends[end.key]
            self._happenings.append(DialogEnded(end.key, code, reason, message))

    # The texts of received messages, where the plan wants them.

    def _requested(self, method: str, end: End) -> str:
        return request(method, _peer(end), self.uri) if self._wants_messages else ""

    def _answered(self, end: End, answer: _Answer) -> str:
        if not self._wants_messages:
            return ""
        return response(answer.code, answer.reason, self.uri, _peer(end))

    @property
    def _wants_messages(self) -> bool:
        return self._plan is not None and self._plan.messages

    # Used by transfers and re-INVITEs.

    @property
    def has_room(self) -> bool:
        """Whether the agent can have one more call."""
        return len(self._ends) + len(self._strays) < MAX_LEGS

    @property
    def rejects_refer(self) -> bool:
        """Whether the instance refuses to be transferred."""
        return self._plan is not None and self._plan.on_refer == "reject"

    def end(self, key: str) -> End | None:
        """Return our end of a call, None if it is gone."""
        return self._ends.get(key)

    def call(self, key: str, target: str, replaces: End | None = None) -> End:
        """Send an INVITE."""
        end = self._ends[key] = End(self, key, calls=True)
        self._ring_up(end, target, replaces)
        return end

    def emit(self, end: End, happening: Happening) -> None:
        """Report an event of an end, unless it is left from another run."""
        if end not in self._strays:
            self._happenings.append(happening)

    @property
    def codecs(self) -> tuple[str, ...]:
        """The codecs of this agent, the most preferred first."""
        assert self._plan is not None
        return self._plan.codecs

    @property
    def uri(self) -> str:
        """The URI that reaches this agent."""
        assert self._plan is not None
        return sip_uri(self._plan.number, self._plan.host, self._plan.port)


def _peer(end: End) -> str:
    """Return the URI of the agent at the other end."""
    assert end.other is not None
    return end.other.agent.uri
