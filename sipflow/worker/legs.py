"""The dialogs of one instance, under the names that the scenario gives them.

Law: what happens on a dialog is latched here, in order, before anybody waits for it; each happening
satisfies one wait. INVITEs that nobody has taken yet queue, first in first out. A leg's name passes
to a new dialog when the old one is gone, or to the one that a transfer puts into its place: once
that one is confirmed, or once the old one is gone while it is on its way. The leg's waits and what
is latched for them go along, and a leg ends once: with the last dialog that had its name.

This module changes no dialog by itself: it is told what happened.
"""

import enum
from collections import deque
from typing import Literal

from msgspec import Struct, field

from sipflow.protocol.sip import REQUEST_TIMEOUT, DialogState, Direction, is_ringing
from sipflow.worker.happenings import (
    AudioHappening,
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogHappening,
    DialogReplaced,
    Happening,
    InviteReceived,
    InviteSent,
    Media,
    MediaHappening,
    MediaNegotiated,
    MessageRefused,
    OrderRefused,
    Progressed,
    Redirected,
    ReferAccepted,
    RegisterAnswered,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
    SignallingHappening,
    Succession,
    TextAnswered,
    TextReceived,
    TransferHappening,
    TransferProgressed,
    TryingReceived,
)
from sipflow.worker.leg_audio import LegAudio
from sipflow.worker.leg_media import LegMedia, ReinviteNews
from sipflow.worker.leg_reception import LegReception
from sipflow.worker.messages import Messages
from sipflow.worker.received import Received
from sipflow.worker.refused import RefusedMessages
from sipflow.worker.registration import Registration
from sipflow.worker.transfer import Transfer

TRYING = 100
# A peer can answer with as many as it likes, each with a reason phrase of its own.
_MOST_PROVISIONALS = 5


class Latch(enum.StrEnum):
    """The happenings that a node can wait for."""

    RINGING = "RINGING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    TRANSFERRED = "TRANSFERRED"
    HELD = "HELD"
    RETRIEVED = "RETRIEVED"


class Dialog(Struct):
    """One dialog and what has happened on it so far; ``leg`` is None until a node takes it.

    ``rings`` are the 18x behind the RINGINGs that are latched, ``confirmations`` the messages
    behind the CONNECTEDs. ``inherited``: how many of the latched happenings, the first ones, are
    those of the dialog whose name this one got.
    ``provisionals``: the provisional responses that came, each once, as far as they are kept.
    ``answered``: a final response to its INVITE has been ordered, here. ``answer`` is the code
    that confirmed it, ``acknowledged``: by an ACK, not only by a BYE that followed.
    ``timed_out``: it ended because nobody answered a request that was sent on it, other than one
    that was to end it.
    ``transfer`` is what has become of a REFER that was sent on it.
    ``successor`` is a dialog on its way that is to have its place, by a REFER or an INVITE with
    Replaces; ``passed_on``: its name is another's by now. ``succeeds``: it has or is to have
    another's place, and is not confirmed yet. ``bye_answered``: it ended with the response to a BYE
    of ours, which is ``code``. ``unconfirmed``: it is gone here, and the other side may not know.
    ``machine``: it ended for want of something of this host's.
    ``given_up``: its INVITE has no response, so that it ended here; the user agent has it still.
    """

    key: str
    direction: Direction
    peer: str
    leg: str | None = None
    state: DialogState = DialogState.TRYING
    sent: bool = False
    heard: bool = False
    rang: bool = False
    answered: bool = False
    answer: int | None = None
    acknowledged: bool = True
    hanging_up: bool = False
    told: str | None = None
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
        """Use up one latched happening of this kind; False if there is none."""
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
        """Let RINGING and CONNECTED mean this dialog: how the former one began is over."""
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
        """Take in what happened on this dialog; what is told after its end changes nothing."""
        if isinstance(happening, DialogEnded):
            self.given_up = False
        # An order and the end may have crossed; a transfer leaves a dialog as it is.
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
                self.heard = True
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
                self._take_in(happening)
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
                # Refused was the response itself, unless it was the hang-up that came after it.
                self.answered = self.answered and self.hanging_up
            case InviteReceived():
                self.heard = True

    def _progress(self, seen: Progressed) -> None:
        self.heard = True
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
        self.heard = True
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

    def _take_in(self, happening: MediaNegotiated | ReinviteNews) -> None:
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


class Legs:
    """All dialogs of an instance by key, and by leg those that a node has named."""

    def __init__(self) -> None:
        self._by_key: dict[str, Dialog] = {}
        self._by_leg: dict[str, Dialog] = {}
        self._queue: deque[Dialog] = deque()
        self._started = 0
        self._untold: list[tuple[Dialog, str]] = []
        self.messages = Messages()
        self.registration = Registration()
        self.refused = RefusedMessages()
        self._media_untold: list[tuple[Dialog, MediaNegotiated]] = []

    def __getitem__(self, leg: str) -> Dialog:
        return self._by_leg[leg]

    def get(self, leg: str) -> Dialog | None:
        """Return the dialog that has or had this name last."""
        return self._by_leg.get(leg)

    def dialog(self, key: str) -> Dialog:
        """Return a dialog, whoever has its name by now."""
        return self._by_key[key]

    def in_use(self, leg: str) -> bool:
        """Tell whether the name belongs to a dialog that is not gone."""
        dialog = self._by_leg.get(leg)
        return dialog is not None and not dialog.ended

    def start(self, leg: str, peer: str) -> Dialog:
        """Name a new outgoing dialog."""
        self._started += 1
        dialog = Dialog(f"out-{self._started}", Direction.INITIATOR, peer, leg)
        self._by_key[dialog.key] = dialog
        self._by_leg[leg] = dialog
        self._untold.append((dialog, "MakeCall"))
        return dialog

    def take_invite(self, leg: str) -> Dialog | None:
        """Name the INVITE that has waited longest; None if none waits."""
        if not self._queue:
            return None
        dialog = self._queue.popleft()
        self.refused.invite_taken()
        dialog.leg = leg
        self._by_leg[leg] = dialog
        self._untold.append((dialog, "INVITE taken"))
        return dialog

    def apply(self, happening: Happening) -> Dialog | None:
        """Take in what happened and return the dialog that it happened on, if it was on one."""
        match happening:
            case TextReceived() | TextAnswered():
                self.messages.apply(happening)
                return None
            case RegisterAnswered():
                self.registration.apply(happening)
                return None
            case MessageRefused():
                self.refused.apply(happening)
                return None
            case DialogFollowed() | DialogReplaced():
                return self._succeed(happening)
            case ReferAccepted() | TransferProgressed():
                return self._take_news(happening)
            case InviteReceived():
                dialog = Dialog(happening.dialog, Direction.RECIPIENT, happening.peer)
                self._by_key[dialog.key] = dialog
                self._queue.append(dialog)
            case _:
                dialog = self._by_key[happening.dialog]
        before = (dialog.state, dialog.code, dialog.peer)
        dialog.apply(happening)
        if (dialog.state, dialog.code, dialog.peer) != before:
            self._pass_on(dialog)
            if dialog.leg is not None and not dialog.passed_on:
                self._untold.append((dialog, _cause(happening)))
        told = dialog.leg is not None and not dialog.passed_on and not dialog.ended
        if isinstance(happening, MediaNegotiated) and told:
            self._media_untold.append((dialog, happening))
        return dialog

    def _succeed(self, happening: Succession) -> Dialog:
        """Take in the dialog that is to have another's place; until then that one has the name."""
        old = self._by_key[happening.dialog]
        replaced = isinstance(happening, DialogReplaced)
        direction = Direction.RECIPIENT if replaced else Direction.INITIATOR
        new = Dialog(happening.successor, direction, happening.peer, old.leg, succeeds=True)
        new.heard = new.answered = replaced
        new.predecessor, old.successor = old, new
        new.told = old.told
        self._by_key[new.key] = new
        if new.leg is not None:
            self._untold.append((new, "INVITE with Replaces" if replaced else "REFER followed"))
        return new

    def _take_news(self, happening: ReferAccepted | TransferProgressed) -> Dialog:
        """Take in how a transfer fares; nobody waits for what comes after its node has ended."""
        dialog = self._by_key[happening.dialog]
        if dialog.transfer is not None:
            dialog.transfer.apply(happening)
        return dialog

    def _pass_on(self, dialog: Dialog) -> None:
        """Let the name of a leg go where its dialog's new state wants it."""
        old, new = dialog.predecessor, dialog.successor
        if dialog.succeeds and dialog.state is DialogState.CONFIRMED:
            dialog.succeeds = False
            dialog.latched.append(Latch.TRANSFERRED)
        if new is not None and dialog.ended:
            self._hand_over(dialog, new)
        elif old is not None and dialog.state is DialogState.CONFIRMED:
            self._hand_over(old, dialog)
        elif old is not None and dialog.ended:
            _part(old, dialog)
            dialog.passed_on = True
            old.told = dialog.told
            self._untold.append((old, "the transfer failed"))

    def _hand_over(self, old: Dialog, new: Dialog) -> None:
        _part(old, new)
        old.passed_on = True
        before = [latch for latch in old.latched if latch is not Latch.DISCONNECTED]
        new.latched.extendleft(reversed(before))
        new.inherited = len(before)
        new.rings.extendleft(reversed(old.rings))
        new.confirmations.extendleft(reversed(old.confirmations))
        new.audio.take_over(old.audio)
        self.messages.hand_over(old.key, new.key)
        if old.leg is not None:
            self._by_leg[old.leg] = new

    @property
    def has_news(self) -> bool:
        """Whether there is something to be told of any dialog."""
        of_legs = self._untold or self._media_untold
        return bool(of_legs or self.registration.untold or self.refused.unreported)

    def changes(self) -> list[tuple[Dialog, str]]:
        """Return, once, the named dialogs whose state changed since the last call, and why."""
        untold, self._untold = self._untold, []
        return untold

    def media_changes(self) -> list[tuple[Dialog, MediaNegotiated]]:
        """Return, once, the named dialogs whose media were negotiated anew, and what told so."""
        untold, self._media_untold = self._media_untold, []
        return untold

    def give_up(self, dialog: Dialog) -> None:
        """End a dialog here whose INVITE nothing answers: there is no session to be ended.

        It stays alive for as long as the user agent may still hear of it.
        """
        self.apply(DialogEnded(dialog.key, None, "given up: no response to the INVITE came"))
        dialog.given_up = True

    def alive(self) -> list[Dialog]:
        """Return the dialogs that are not gone, named or not, oldest first."""
        return [one for one in self._by_key.values() if not one.ended or one.given_up]

    def unconfirmed(self) -> list[Dialog]:
        """Return the dialogs that are gone here, and of whose end the other side may not know."""
        return [dialog for dialog in self._by_key.values() if dialog.unconfirmed]


def _part(old: Dialog, new: Dialog) -> None:
    old.successor = new.predecessor = None


def _cause(happening: DialogHappening) -> str:
    match happening:
        case Progressed(code=code):
            return f"{code} seen"
        case DialogConfirmed(acknowledged=acknowledged):
            return "ACK seen" if acknowledged else "BYE seen"
        case DialogEnded(code=code):
            return "dialog gone" if code is None else f"{code} ended it"
        case Redirected(target=target):
            return f"redirected to {target}"
        case _:  # nothing else changes the state of a dialog that has a name
            return "100 received"
