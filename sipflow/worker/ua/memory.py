"""User agents wired together in memory: the seam without SIP, threads or a clock. Pure.

They tell what the agents that speak SIP would tell. A message is read when its receiver polls, so
that messages can cross and a switched off agent answers nothing; nobody repeats one, and no time
limit of SIP's own is kept: what nobody answers stays silent for ever. A stray is an end of a call
that outlived its run.
"""

import enum
from collections import deque
from dataclasses import dataclass, field

from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.sdp import MediaDirection
from sipflow.protocol.sip import address, reason_phrase, sip_uri
from sipflow.worker.happenings import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    MediaNegotiated,
    OrderRefused,
    Progressed,
    ReinviteAnswered,
    TryingReceived,
)
from sipflow.worker.orders import Invite, Order, Reinvite, Respond
from sipflow.worker.ua import UserAgentError, check_same_endpoint, no_codec_in_common
from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.memory_media import EndMedia, Offer, OfferAnswer, common_codec

_TRYING = 100
_LOWEST_FINAL = 200
_OK = 200
_LOWEST_FAILURE = 300
_BUSY = 486
_TERMINATED = 487
_NOT_ACCEPTABLE = 488
_DECLINE = 603
_CLEARED = "Normal call clearing"


class _Stage(enum.Enum):
    """How far a call is, at one of its ends."""

    INVITED = enum.auto()
    ANSWERED = enum.auto()
    CONFIRMED = enum.auto()
    CANCELLED = enum.auto()
    CLEARED = enum.auto()
    OVER = enum.auto()


class _Request(enum.Enum):
    """What one end of a call asks of the other."""

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


_Message = _Request | _Answer | Offer | OfferAnswer


@dataclass(eq=False, slots=True)
class _End:
    """One end of a call; ``other`` is None where nobody got the INVITE."""

    agent: "MemoryUserAgent"
    key: str
    calls: bool
    stage: _Stage = _Stage.INVITED
    other: "_End | None" = None
    media: EndMedia = field(init=False)

    def __post_init__(self) -> None:
        self.media = EndMedia(self.calls)

    def send(self, message: "_Message") -> None:
        """Send something to the other end."""
        if self.other is not None:
            self.other.agent.post(self.other, message)


@dataclass(slots=True)
class Exchange:
    """What the agents are wired to; it knows each by its address, ``host:port``."""

    agents: dict[str, "MemoryUserAgent"] = field(default_factory=dict)


class MemoryUserAgent:
    """A user agent that reaches only those on the same exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._plan: InstancePlan | None = None
        self._ends: dict[str, _End] = {}
        self._strays: list[_End] = []
        self._inbox: deque[tuple[_End, _Message]] = deque()
        self._happenings: list[Happening] = []
        self._invites = 0
        self._dead = False

    def open(self, plan: InstancePlan) -> None:
        """Take the plan's address on the exchange, or keep it; see ``UserAgent``."""
        if self._plan is not None:
            check_same_endpoint(self._plan, plan)
            self._forget_calls()
        place = f"{plan.host}:{plan.port}"
        if self._exchange.agents.setdefault(place, self) is not self:
            raise UserAgentError(f"no SIP endpoint on {place}: Address already in use")
        self._plan = plan

    def switch_off(self) -> None:
        """Die as a killed process does: nothing is sent, read or told any more."""
        self._dead = True
        self._inbox.clear()
        self._happenings.clear()

    def carry_out(self, order: Order) -> None:
        """Do what is ordered; see ``UserAgent``."""
        if self._dead:
            return
        if isinstance(order, Invite):
            self._invite(order)
            return
        end = self._ends.get(order.dialog)
        if end is None:
            self._happenings.append(DialogEnded(order.dialog, None, "the call was never sent"))
        elif isinstance(order, Respond):
            self._respond(end, order.code, order.reason or reason_phrase(order.code))
        elif isinstance(order, Reinvite):
            self._reinvite(end, order)
        else:
            self._hang_up(end)

    def poll(self, timeout: float) -> list[Happening]:
        """Read what has come in and return what happened, without waiting; see ``UserAgent``."""
        while self._inbox:
            end, message = self._inbox.popleft()
            if isinstance(message, Offer | OfferAnswer):
                self._read_media(end, message)
            else:
                self._read(end, message)
        happenings, self._happenings = self._happenings, []
        return happenings

    def post(self, end: _End, message: _Message) -> None:
        """Put a message to one of this agent's ends into its inbox."""
        if not self._dead:
            self._inbox.append((end, message))

    def _forget_calls(self) -> None:
        self._strays += self._ends.values()
        self._ends.clear()
        for end in list(self._strays):
            self._hang_up(end)
        self._happenings.clear()

    # What is ordered.

    def _invite(self, order: Invite) -> None:
        if len(self._ends) + len(self._strays) >= MAX_LEGS:
            detail = f"the instance has {MAX_LEGS} legs already, as many as one endpoint carries"
            self._happenings.append(DialogEnded(order.dialog, None, detail))
            return
        end = self._ends[order.dialog] = _End(self, order.dialog, calls=True)
        self._happenings.append(InviteSent(order.dialog))
        called = self._exchange.agents.get(address(order.target))
        if called is not None:
            end.other = _End(called, "", calls=False, other=end)
            end.send(_Request.INVITE)

    def _respond(self, end: _End, code: int, reason: str) -> None:
        if end.calls or end.stage is not _Stage.INVITED:
            self._happenings.append(OrderRefused(end.key, "there is no INVITE to answer"))
            return
        end.send(_Answer(code, reason))
        if code < _LOWEST_FINAL:
            self._happenings.append(Progressed(end.key, code, reason))
        elif code < _LOWEST_FAILURE:
            end.stage = _Stage.ANSWERED
        else:
            self._end(end, code, reason)

    def _reinvite(self, end: _End, order: Reinvite) -> None:
        if end.stage is _Stage.CONFIRMED and end.media.asked is None:
            end.send(end.media.offer(order))
        else:
            self._happenings.append(OrderRefused(end.key, "no re-INVITE can be sent now"))

    def _hang_up(self, end: _End) -> None:
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

    # What comes in.

    def _read(self, end: _End, message: _Request | _Answer) -> None:
        if end.stage is _Stage.OVER:
            return
        match message:
            case _Request.INVITE:
                self._take_in(end)
            case _Request.ACK if end.stage is _Stage.ANSWERED:
                self._confirm(end)
            case _Request.ACK:
                pass
            case _Request.CANCEL if end.stage is _Stage.INVITED:
                self._respond(end, _TERMINATED, reason_phrase(_TERMINATED))
            case _Request.CANCEL:
                pass
            case _Request.BYE:
                end.send(_Answer(_OK, reason_phrase(_OK), _Request.BYE))
                self._end(end, _OK, _CLEARED)
            case _Answer(to=_Request.BYE):
                self._end(end, _OK, _CLEARED)
            case _Answer():
                self._read_answer(end, message)

    def _take_in(self, end: _End) -> None:
        caller = end.other
        assert caller is not None
        if len(self._ends) + len(self._strays) >= MAX_LEGS:
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
        self._happenings.append(InviteReceived(end.key, caller.agent.uri))

    def _read_answer(self, end: _End, answer: _Answer) -> None:
        if answer.code == _TRYING:
            self._tell(end, TryingReceived(end.key))
        elif answer.code < _LOWEST_FINAL:
            self._tell(end, Progressed(end.key, answer.code, answer.reason))
        elif answer.code >= _LOWEST_FAILURE:
            self._end(end, answer.code, answer.reason)
        else:
            cancelled = end.stage is _Stage.CANCELLED
            end.send(_Request.ACK)
            self._confirm(end)
            if cancelled:  # the answer was faster: a dialog that nobody wants (RFC 3261 §15)
                self._hang_up(end)

    def _read_media(self, end: _End, message: Offer | OfferAnswer) -> None:
        if end.stage is not _Stage.CONFIRMED:  # the call is over, or about to be
            return
        if isinstance(message, Offer):
            self._read_offer(end, message)
        else:
            self._read_offer_answer(end, message)

    def _read_offer(self, end: _End, offer: Offer) -> None:
        answer = end.media.answer(offer)
        end.send(answer)
        if answer.direction is not None:
            media = end.media.negotiated(offer.direction)
            self._tell(end, MediaNegotiated(end.key, media, "remote"))
            self._try_again(end, answered=True)

    def _read_offer_answer(self, end: _End, answer: OfferAnswer) -> None:
        order = end.media.conclude(answer)
        if order is None or answer.direction is None:
            self._try_again(end, answered=False)
            return
        media = end.media.negotiated(answer.direction)
        self._tell(end, MediaNegotiated(end.key, media, "local"))
        reason = reason_phrase(answer.code)
        self._tell(end, ReinviteAnswered(end.key, order.turn, answer.code, reason))

    def _try_again(self, end: _End, *, answered: bool) -> None:
        order = end.media.again(answered=answered)
        if order is not None:
            end.send(end.media.offer(order))

    def _confirm(self, end: _End) -> None:
        end.stage = _Stage.CONFIRMED
        media = end.media.negotiated(MediaDirection.SENDRECV)
        self._tell(end, DialogConfirmed(end.key, _OK, reason_phrase(_OK), media))

    def _end(self, end: _End, code: int, reason: str) -> None:
        end.stage = _Stage.OVER
        if end in self._strays:
            self._strays.remove(end)
        else:
            del self._ends[end.key]
            self._happenings.append(DialogEnded(end.key, code, reason))

    def _tell(self, end: _End, happening: Happening) -> None:
        if end not in self._strays:
            self._happenings.append(happening)

    @property
    def codecs(self) -> tuple[str, ...]:
        """The codecs of this agent, the one that it likes best first."""
        assert self._plan is not None
        return self._plan.codecs

    @property
    def uri(self) -> str:
        """The URI that reaches this agent."""
        assert self._plan is not None
        return sip_uri(self._plan.number, self._plan.host, self._plan.port)
