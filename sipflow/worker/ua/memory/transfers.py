"""Transfers between user agents connected in memory. Pure.

They have the effects of REFER, NOTIFY and INVITE with Replaces, without sending any.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.commands import (
    AudioOrder,
    DropRtp,
    HangUp,
    MeasureMedia,
    MediaOrder,
    Refer,
    Reinvite,
    Respond,
    TransferOrder,
)
from sipflow.worker.ua.events import (
    DialogFollowed,
    DialogReplaced,
    OrderRefused,
    ReferAccepted,
    TransferProgressed,
)

if TYPE_CHECKING:
    from sipflow.worker.ua.memory.agent import End, MemoryUserAgent

_TRYING = 100
_LOWEST_FINAL = 200
_ACCEPTED = 202
_UNAVAILABLE = 503
_DECLINE = 603


class Referral(Struct, frozen=True):
    """A REFER; ``replaces`` is the end at the target whose place is to be taken."""

    target: str
    replaces: "End | None" = None


class Acceptance(Struct, frozen=True):
    """The 202 to a REFER."""


class Notice(Struct, frozen=True):
    """A NOTIFY of a transfer's progress, or a refusal of the REFER."""

    code: int
    reason: str
    final: bool


Transfer = Referral | Acceptance | Notice
OnDialog = Respond | HangUp | Reinvite | AudioOrder | MediaOrder | TransferOrder


class MemoryTransfers:
    """The transfers of one agent."""

    def __init__(self, agent: "MemoryUserAgent") -> None:
        self._agent = agent
        self._followed = 0
        self._successors: dict[str, End] = {}

    def meant(self, order: OnDialog) -> "End | None":
        """Return the end that a command is for, None if it is gone; media go on with the leg."""
        if isinstance(order, AudioOrder | MeasureMedia | DropRtp):
            return self._holder(order.dialog)
        return self._agent.end(order.dialog)

    def _holder(self, key: str) -> "End | None":
        end, new = self._agent.end(key), self._successors.get(key)
        if new is not None and (new.is_up or end is None):
            return self._holder(new.key)
        return end

    def forget(self) -> None:
        """Begin another run, with dialogs of the same names."""
        self._successors.clear()

    def order(self, end: "End", order: TransferOrder) -> None:
        """Send a REFER."""
        consult = None if isinstance(order, Refer) else self._agent.end(order.consult)
        if not end.is_up:
            self._agent.emit(end, OrderRefused(end.key, "the call is not up"))
        elif isinstance(order, Refer):
            end.send(Referral(order.target))
        elif consult is None or consult.other is None:
            self._agent.emit(end, OrderRefused(end.key, "the consulted call is gone"))
        else:
            end.send(Referral(consult.other.agent.uri, consult.other))

    def read(self, end: "End", message: Transfer) -> None:
        """Handle a message of the peer."""
        match message:
            case Referral():
                self._follow(end, message)
            case Acceptance():
                self._agent.emit(end, ReferAccepted(end.key, _ACCEPTED))
            case Notice(code=code, reason=reason, final=final):
                self._agent.emit(end, TransferProgressed(end.key, code, reason, final))

    def replace(self, new: "End", old: "End") -> bool:
        """Let an INVITE take the place of a call, if that is up; return whether it has."""
        assert new.other is not None
        if not old.is_free or old is not self._agent.end(old.key):
            return False
        old.successor = self._successors[old.key] = new
        self._agent.emit(old, DialogReplaced(old.key, new.key, new.other.agent.uri))
        return True

    def _follow(self, end: "End", referral: Referral) -> None:
        refusal = self._refusal(end)
        if refusal is not None:
            end.send(Notice(refusal, reason_phrase(refusal), True))
            return
        end.send(Acceptance())
        end.send(Notice(_TRYING, reason_phrase(_TRYING), False))
        self._followed += 1
        key = f"ref-{self._followed}"
        self._agent.emit(end, DialogFollowed(end.key, key, referral.target))
        new = self._agent.call(key, referral.target, replaces=referral.replaces)
        end.successor = self._successors[end.key] = new
        new.referrer = end

    def _refusal(self, end: "End") -> int | None:
        if self._agent.rejects_refer or not end.is_free:
            return _DECLINE
        return None if self._agent.has_room else _UNAVAILABLE


def report(end: "End", code: int) -> None:
    """Notify the referrer of a call of its progress: the code, and its usual phrase."""
    if end.referrer is not None:
        end.referrer.send(Notice(code, reason_phrase(code), code >= _LOWEST_FINAL))
