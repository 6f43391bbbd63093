"""The dialogs of one instance, under the names that the scenario gives them.

Law: what happens on a dialog is latched here, in order, before anybody waits for it; each happening
satisfies one wait. INVITEs that nobody has taken yet queue, first in first out. A leg's name passes
to a new dialog only when the old one is gone.

This module changes no dialog by itself: it is told what happened.
"""

import enum
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from sipflow.protocol.sip import DialogState, Direction, is_ringing
from sipflow.worker.happenings import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    Media,
    MediaNegotiated,
    OrderRefused,
    Progressed,
    ReinviteAnswered,
    TryingReceived,
)
from sipflow.worker.leg_media import LegMedia

TRYING = 100


class Latch(enum.StrEnum):
    """The happenings that a node can wait for."""

    RINGING = "RINGING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    HELD = "HELD"
    RETRIEVED = "RETRIEVED"


@dataclass(slots=True)
class Dialog:
    """One dialog and what has happened on it so far; ``leg`` is None until a node takes it.

    ``answered``: a final response to its INVITE has been ordered, here.
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
    hanging_up: bool = False
    told: str | None = None
    code: int | None = None
    reason: str = ""
    refusal: OrderRefused | None = None
    latched: deque[Latch] = field(default_factory=deque)
    media: LegMedia = field(default_factory=LegMedia)

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
        self.latched.remove(latch)
        return True

    def apply(self, happening: Happening) -> None:
        """Take in what happened on this dialog; what is told after its end changes nothing."""
        if self.ended:  # an order and the end have crossed
            return
        match happening:
            case InviteSent():
                self.sent = True
            case TryingReceived():
                self.heard = True
                self._enter(DialogState.PROCEEDING)
            case Progressed(code=code, reason=reason):
                self._progress(code, reason)
            case DialogConfirmed():
                self._confirm(happening)
            case MediaNegotiated() | ReinviteAnswered():
                self._take_in(happening)
            case DialogEnded(code=code, reason=reason):
                self._enter(DialogState.TERMINATED, code, reason)
                self.latched.append(Latch.DISCONNECTED)
            case OrderRefused():
                self.refusal = happening
                # Refused was the response itself, unless it was the hang-up that came after it.
                self.answered = self.answered and self.hanging_up
            case InviteReceived():
                self.heard = True

    def _progress(self, code: int, reason: str) -> None:
        self.heard = True
        self._enter(DialogState.EARLY if code > TRYING else self.state, code, reason)
        if is_ringing(code):
            self.rang = True
            self.latched.append(Latch.RINGING)

    def _confirm(self, confirmed: DialogConfirmed) -> None:
        self.heard = True
        self._enter(DialogState.CONFIRMED, confirmed.code, confirmed.reason)
        self.latched.append(Latch.CONNECTED)
        if confirmed.media is not None:
            self._negotiate(confirmed.media, "local")

    def _take_in(self, happening: MediaNegotiated | ReinviteAnswered) -> None:
        if isinstance(happening, MediaNegotiated):
            self._negotiate(happening.media, happening.by)
        else:
            self.media.answered(happening)

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
        self._media_untold: list[tuple[Dialog, MediaNegotiated]] = []

    def __getitem__(self, leg: str) -> Dialog:
        return self._by_leg[leg]

    def get(self, leg: str) -> Dialog | None:
        """Return the dialog that has or had this name last."""
        return self._by_leg.get(leg)

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
        dialog.leg = leg
        self._by_leg[leg] = dialog
        self._untold.append((dialog, "INVITE taken"))
        return dialog

    def apply(self, happening: Happening) -> Dialog:
        """Take in what happened and return the dialog that it happened on."""
        if isinstance(happening, InviteReceived):
            dialog = Dialog(happening.dialog, Direction.RECIPIENT, happening.peer)
            self._by_key[dialog.key] = dialog
            self._queue.append(dialog)
        else:
            dialog = self._by_key[happening.dialog]
        before = (dialog.state, dialog.code)
        dialog.apply(happening)
        if dialog.leg is not None and (dialog.state, dialog.code) != before:
            self._untold.append((dialog, _cause(happening)))
        if isinstance(happening, MediaNegotiated) and dialog.leg is not None and not dialog.ended:
            self._media_untold.append((dialog, happening))
        return dialog

    def changes(self) -> list[tuple[Dialog, str]]:
        """Return, once, the named dialogs whose state changed since the last call, and why."""
        untold, self._untold = self._untold, []
        return untold

    def media_changes(self) -> list[tuple[Dialog, MediaNegotiated]]:
        """Return, once, the named dialogs whose media were negotiated anew, and what told so."""
        untold, self._media_untold = self._media_untold, []
        return untold

    def alive(self) -> list[Dialog]:
        """Return the dialogs that are not gone, named or not, oldest first."""
        return [dialog for dialog in self._by_key.values() if not dialog.ended]


def _cause(happening: Happening) -> str:
    match happening:
        case Progressed(code=code):
            return f"{code} seen"
        case DialogConfirmed():
            return "ACK seen"
        case DialogEnded(code=code):
            return "dialog gone" if code is None else f"{code} ended it"
        case _:  # nothing else changes the state of a dialog that has a name
            return "100 received"
