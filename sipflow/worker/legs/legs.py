"""The dialogs of one instance, under the names that the scenario gives them.

Law: the events of a dialog are latched here, in order, before any wait for them; each event
satisfies one wait. INVITEs that no node has taken yet queue, first in first out. A leg's name
passes to a new dialog when the old one is gone, or to the one that a transfer puts into its place:
once that one is confirmed, or once the old one is gone while it is pending. The leg's waits and
its latched events go along, and a leg ends once: with the last dialog that had its name.

This module changes a dialog only by the events that ``apply`` records.
"""

from collections import deque

from sipflow.sip.dialog import DialogState, Direction
from sipflow.worker.legs.dialog import Dialog, Latch
from sipflow.worker.legs.messages import Messages
from sipflow.worker.legs.refused import RefusedMessages
from sipflow.worker.legs.registration import Registration
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogHappening,
    DialogReplaced,
    Happening,
    InviteReceived,
    MediaNegotiated,
    MessageRefused,
    Progressed,
    Redirected,
    ReferAccepted,
    RegisterAnswered,
    Succession,
    TextAnswered,
    TextReceived,
    TransferProgressed,
)


class Legs:
    """All dialogs of an instance by key, and by leg those that a node has named."""

    def __init__(self) -> None:
        self._by_key: dict[str, Dialog] = {}
        self._by_leg: dict[str, Dialog] = {}
        self._queue: deque[Dialog] = deque()
        self._started = 0
        self._unreported: list[tuple[Dialog, str]] = []
        self.messages = Messages()
        self.registration = Registration()
        self.refused = RefusedMessages()
        self._media_unreported: list[tuple[Dialog, MediaNegotiated]] = []

    def __getitem__(self, leg: str) -> Dialog:
        return self._by_leg[leg]

    def get(self, leg: str) -> Dialog | None:
        """Return the dialog that has or had this name last."""
        return self._by_leg.get(leg)

    def dialog(self, key: str) -> Dialog:
        """Return a dialog by its key, even if its name has passed to another."""
        return self._by_key[key]

    def in_use(self, leg: str) -> bool:
        """Return whether the name belongs to a dialog that is not gone."""
        dialog = self._by_leg.get(leg)
        return dialog is not None and not dialog.ended

    def start(self, leg: str, peer: str) -> Dialog:
        """Name a new outgoing dialog."""
        self._started += 1
        dialog = Dialog(f"out-{self._started}", Direction.INITIATOR, peer, leg)
        self._by_key[dialog.key] = dialog
        self._by_leg[leg] = dialog
        self._unreported.append((dialog, "MakeCall"))
        return dialog

    def take_invite(self, leg: str) -> Dialog | None:
        """Name the INVITE that has waited longest; None if none waits."""
        if not self._queue:
            return None
        dialog = self._queue.popleft()
        self.refused.invite_taken()
        dialog.leg = leg
        self._by_leg[leg] = dialog
        self._unreported.append((dialog, "INVITE taken"))
        return dialog

    def apply(self, happening: Happening) -> Dialog | None:
        """Record an event; return its dialog, if it has one."""
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
                self._unreported.append((dialog, _cause(happening)))
        reportable = dialog.leg is not None and not dialog.passed_on and not dialog.ended
        if isinstance(happening, MediaNegotiated) and reportable:
            self._media_unreported.append((dialog, happening))
        return dialog

    def _succeed(self, happening: Succession) -> Dialog:
        """Record a dialog that will replace another; until then the former one keeps the name."""
        old = self._by_key[happening.dialog]
        replaced = isinstance(happening, DialogReplaced)
        direction = Direction.RECIPIENT if replaced else Direction.INITIATOR
        new = Dialog(happening.successor, direction, happening.peer, old.leg, succeeds=True)
        new.responded = new.answered = replaced
        new.predecessor, old.successor = old, new
        new.reported = old.reported
        self._by_key[new.key] = new
        if new.leg is not None:
            self._unreported.append((new, "INVITE with Replaces" if replaced else "REFER followed"))
        return new

    def _take_news(self, happening: ReferAccepted | TransferProgressed) -> Dialog:
        """Record the progress of a transfer; it may come after the end of the transfer's node."""
        dialog = self._by_key[happening.dialog]
        if dialog.transfer is not None:
            dialog.transfer.apply(happening)
        return dialog

    def _pass_on(self, dialog: Dialog) -> None:
        """Pass a leg's name on if its dialog's new state requires it."""
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
            old.reported = dialog.reported
            self._unreported.append((old, "the transfer failed"))

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
        """Whether there is a change of any dialog to report."""
        of_legs = self._unreported or self._media_unreported
        return bool(of_legs or self.registration.unreported or self.refused.unreported)

    def changes(self) -> list[tuple[Dialog, str]]:
        """Return, once, the named dialogs whose state changed since the last call, and why."""
        unreported, self._unreported = self._unreported, []
        return unreported

    def media_changes(self) -> list[tuple[Dialog, MediaNegotiated]]:
        """Return, once, the named dialogs whose media were renegotiated, and the event of that."""
        unreported, self._media_unreported = self._media_unreported, []
        return unreported

    def give_up(self, dialog: Dialog) -> None:
        """End a dialog here whose INVITE has no response: there is no session to end.

        It stays alive for as long as the user agent may still receive a response.
        """
        self.apply(DialogEnded(dialog.key, None, "given up: no response to the INVITE came"))
        dialog.given_up = True

    def alive(self) -> list[Dialog]:
        """Return the dialogs that are not gone, named or not, oldest first."""
        return [one for one in self._by_key.values() if not one.ended or one.given_up]

    def unconfirmed(self) -> list[Dialog]:
        """Return the dialogs that are gone here, and of whose end the peer may not know."""
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
        case _:  # no other event changes the state of a dialog that has a name
            return "100 received"
