"""One call leg of an instance: the state of its SIP dialog and its latched events. Pure."""

import enum
from collections import deque
from typing import Literal

from msgspec import Struct, field

from sipflow.sip.dialog import DialogState, Direction
from sipflow.sip.status import REQUEST_TIMEOUT, is_ringing
from sipflow.worker.legs.audio import LegAudio
from sipflow.worker.legs.hold import LegMedia, ReinviteNews
from sipflow.worker.legs.received import Received
from sipflow.worker.legs.reception import LegReception
from sipflow.worker.legs.transfer import Transfer
from sipflow.worker.ua.events import (
    AudioHappening,
    DialogConfirmed,
    DialogEnded,
    DialogHappening,
    InviteReceived,
    InviteSent,
    Media,
    MediaHappening,
    MediaNegotiated,
    OrderRefused,
    Progressed,
    Redirected,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
    SignallingHappening,
    TransferHappening,
    TryingReceived,
)

TRYING = 100


# A peer can answer with as many as it likes, each with a reason phrase of its own.
_MOST_PROVISIONALS = 5


class Latch(enum.StrEnum):
    """The kinds of events that a node can wait for."""

    RINGING = "RINGING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    TRANSFERRED = "TRANSFERRED"
    HELD = "HELD"
    RETRIEVED = "RETRIEVED"


class Dialog(Struct):
    """One dialog and its events so far; ``leg`` is None until a node takes it.

    ``rings``: the 18x behind the latched RINGINGs.
    ``confirmations``: the messages behind the latched CONNECTEDs.
    ``inherited``: how many of the latched events, the first ones, are those of the dialog whose
    name this one got.
    ``provisionals``: the received provisional responses, each once, as far as they are kept.
    ``answered``: a final response to its INVITE has been ordered, here.
    ``answer``: the code that confirmed it; ``acknowledged``: by an ACK, not only by a BYE after it.
    ``timed_out``: it ended because a request sent on it, other than one to end it, had no answer.
    ``transfer``: the progress of a REFER that was sent on it.
    ``successor``: a pending dialog that will replace it, by a REFER or an INVITE with Replaces.
    ``passed_on``: its name is another's by now.
    ``succeeds``: it replaces or will replace another, and is not confirmed yet.
    ``bye_answered``: it ended with the response to a BYE of ours, which is ``code``.
    ``unconfirmed``: it is gone here, and the peer may not know.
    ``machine``: it ended because this host lacked a resource.
    ``given_up``: its INVITE has no response, so that it ended here; the user agent has it still.
    ``responded``: a message of the peer has been received on it.
    ``reported``: the state that was published last, None before the first.
    """

    key: str
    direction: Direction
    peer: str
    leg: str | None = None
    state: DialogState = DialogState.TRYING
    sent: bool = False
    responded: bool = False
    rang: bool = False
    answered: bool = False
    answer: int | None = None
    acknowledged: bool = True
    hanging_up: bool = False
    reported: str | None = None
    code: int | None = None
    reason: str = ""
    timed_out: bool = False
    refusal: OrderRefused | None = None
    latched: deque[Latch] = field(default_factory=deque)
    provisionals: list[str] = field(default_factory=list)
    rings: deque[Progressed] = field(default_factory=deque)
    confirmations: deque[str] = field(default_factory=deque)
    inherited: int = 0
    audio: LegAudio = field(default_factory=LegAudio)
    media: LegMedia = field(default_factory=LegMedia)
    reception: LegReception = field(default_factory=LegReception)
    transfer: Transfer | None = None
    successor: "Dialog | None" = None
    predecessor: "Dialog | None" = None
    succeeds: bool = False
    passed_on: bool = False
    bye_answered: bool = False
    unconfirmed: bool = False
    machine: bool = False
    given_up: bool = False
    received: Received = field(default_factory=Received)

    @property
    def ended(self) -> bool:
        """Whether the dialog is gone."""
        return self.state is DialogState.TERMINATED

    @property
    def unanswered(self) -> bool:
        """Whether this is an incoming dialog whose INVITE has no final response yet."""
        early = self.state in (DialogState.TRYING, DialogState.EARLY)
        return self.direction is Direction.RECIPIENT and early and not self.answered

    def take(self, latch: Latch) -> bool:
        """Use up one latched event of this kind; False if there is none."""
        if latch not in self.latched:
            return False
        if self.latched.index(latch) < self.inherited:
            self.inherited -= 1
        self.latched.remove(latch)
        if latch is Latch.CONNECTED:
            self.received.confirmation = self.confirmations.popleft()
        if latch is Latch.TRANSFERRED:
            self._forget_former()
        return True

    def _forget_former(self) -> None:
        """Drop the latched RINGINGs and CONNECTEDs of the former dialog."""
        former = [self.latched.popleft() for _ in range(self.inherited)]
        for _ in range(former.count(Latch.RINGING)):
            self.rings.popleft()
        for _ in range(former.count(Latch.CONNECTED)):
            self.confirmations.popleft()
        kept = [latch for latch in former if latch not in (Latch.RINGING, Latch.CONNECTED)]
        self.latched.extendleft(reversed(kept))
        self.inherited = len(kept)

    def take_ring(self, code: int | None, media: bool | None) -> Progressed | None:
        """Use up the first 18x with this code, and with SDP or without; None means any."""
        for ring in self.rings:
            if code in (None, ring.code) and media in (None, ring.media):
                self.rings.remove(ring)
                self.take(Latch.RINGING)
                self.received.ring = ring.message
                return ring
        return None

    def apply(self, happening: DialogHappening) -> None:
        """Record an event of this dialog; events after its end change nothing."""
        if isinstance(happening, DialogEnded):
            self.given_up = False
        # A command and the end may have crossed; a transfer leaves a dialog as it is.
        if self.ended or isinstance(happening, TransferHappening):
            return
        if isinstance(happening, AudioHappening):
            self.audio.apply(happening)
        elif isinstance(happening, MediaHappening):
            self.reception.apply(happening)
        else:
            self._follow(happening)

    def _follow(self, happening: SignallingHappening) -> None:
        self.received.keep(happening)
        match happening:
            case InviteSent():
                self.sent = True
            case TryingReceived():
                self.responded = True
                self._keep_provisional(str(TRYING))
                self._enter(DialogState.PROCEEDING)
            case Progressed():
                self._progress(happening)
            case DialogConfirmed():
                self._confirm(happening)
            case (
                MediaNegotiated()
                | ReinvitePostponed()
                | ReinviteSent()
                | ReinviteProgressed()
                | ReinviteAnswered()
            ):
                self._record_media(happening)
            case DialogEnded(code=code, reason=reason):
                self.bye_answered = happening.bye is not None
                self.unconfirmed = happening.unconfirmed
                self.machine = happening.machine
                self.timed_out = happening.stands_for == REQUEST_TIMEOUT and not self.hanging_up
                self._enter(DialogState.TERMINATED, code, reason)
                self.latched.append(Latch.DISCONNECTED)
            case Redirected(target=target):
                self.peer = target
            case OrderRefused():
                self.refusal = happening
                # The response itself was refused, unless it was the hang-up after it.
                self.answered = self.answered and self.hanging_up
            case InviteReceived():
                self.responded = True

    def _progress(self, seen: Progressed) -> None:
        self.responded = True
        self._keep_provisional(f"{seen.code} {seen.reason}".rstrip())
        state = DialogState.EARLY if seen.code > TRYING else self.state
        self._enter(state, seen.code, seen.reason)
        if is_ringing(seen.code):
            self.rang = True
            self.rings.append(seen)
            self.latched.append(Latch.RINGING)

    def _keep_provisional(self, seen: str) -> None:
        if len(self.provisionals) < _MOST_PROVISIONALS and seen not in self.provisionals:
            self.provisionals.append(seen)

    def _confirm(self, confirmed: DialogConfirmed) -> None:
        self.responded = True
        self.answer = confirmed.code
        self.acknowledged = confirmed.acknowledged
        self._enter(DialogState.CONFIRMED, confirmed.code, confirmed.reason)
        self.media.fault = confirmed.fault
        if confirmed.fault:  # the dialog is there, but no call
            return
        self.latched.append(Latch.CONNECTED)
        self.confirmations.append(confirmed.message)
        if confirmed.media is not None:
            self._negotiate(confirmed.media, "local")

    def _record_media(self, happening: MediaNegotiated | ReinviteNews) -> None:
        if isinstance(happening, MediaNegotiated):
            self._negotiate(happening.media, happening.by)
        else:
            self.media.apply(happening)

    def _negotiate(self, media: Media, by: Literal["local", "remote"]) -> None:
        if self.media.negotiated(media, by):
            self.latched.append(Latch.HELD if self.media.held else Latch.RETRIEVED)

    def _enter(self, state: DialogState, code: int | None = None, reason: str = "") -> None:
        self.state = state
        self.code = code
        self.reason = reason
