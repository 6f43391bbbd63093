"""Waiting for what is latched on a leg: RINGING, CONNECTED, DISCONNECTED, HELD, … Pure."""

from sipflow.protocol.causes import TIME_LIMIT
from sipflow.protocol.scenario import (
    Connected,
    Disconnected,
    Held,
    Retrieved,
    Ringing,
    Transferred,
    word,
)
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    gone,
    how_it_ended,
    in_seconds,
    no_leg,
)
from sipflow.worker.legs import Dialog, Latch, Legs

LatchAction = Connected | Disconnected | Held | Retrieved | Transferred
WaitAction = Ringing | LatchAction
_LATCHES: dict[type[LatchAction], Latch] = {
    Connected: Latch.CONNECTED,
    Disconnected: Latch.DISCONNECTED,
    Transferred: Latch.TRANSFERRED,
    Held: Latch.HELD,
    Retrieved: Latch.RETRIEVED,
}


def begin(action: WaitAction, legs: Legs) -> Step:
    """Begin to wait, if there is such a leg."""
    if legs.get(action.leg) is None:
        return no_leg(action.leg)
    return Step(log=f"waiting on leg {action.leg}")


def observe(action: WaitAction, legs: Legs) -> Step:
    """Use up what is latched; what can no longer come fails at once."""
    dialog = legs[action.leg]
    cause = _ring(action, dialog) if isinstance(action, Ringing) else _latched(action, dialog)
    if cause is not None:
        return Step(Succeeded(cause))
    return Step(gone(dialog)) if dialog.ended else NOTHING_YET


def expire(action: WaitAction) -> Step:
    """Say that it did not come."""
    limit = in_seconds(action.timeout)
    return Step(Failed(TIME_LIMIT, f"no {word(action)} on leg {action.leg} within {limit}"))


def _ring(action: Ringing, dialog: Dialog) -> str | None:
    ring = dialog.take_ring(action.code, action.media)
    if ring is None:
        return None
    return f"{ring.code} with SDP seen" if ring.media else "18x seen"


def _latched(action: LatchAction, dialog: Dialog) -> str | None:
    latch = _LATCHES[type(action)]
    return _cause(dialog, latch) if dialog.take(latch) else None


def _cause(dialog: Dialog, latch: Latch) -> str:
    return {
        Latch.CONNECTED: "dialog confirmed",
        Latch.TRANSFERRED: f"transferred to {dialog.peer}",
        Latch.DISCONNECTED: f"dialog gone: {how_it_ended(dialog)}",
        Latch.HELD: "put on hold by the other side",
        Latch.RETRIEVED: "taken off hold by the other side",
    }[latch]
