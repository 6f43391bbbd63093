"""Waiting for what is latched on a leg: RINGING, CONNECTED, DISCONNECTED, HELD, … Pure."""

from sipflow.protocol.scenario import Connected, Disconnected, Held, Retrieved, Ringing, word
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

WaitAction = Ringing | Connected | Disconnected | Held | Retrieved
_LATCHES: dict[type[WaitAction], Latch] = {
    Ringing: Latch.RINGING,
    Connected: Latch.CONNECTED,
    Disconnected: Latch.DISCONNECTED,
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
    dialog, latch = legs[action.leg], _LATCHES[type(action)]
    if dialog.take(latch):
        return Step(Succeeded(_cause(dialog, latch)))
    return Step(gone(dialog)) if dialog.ended else NOTHING_YET


def expire(action: WaitAction) -> Step:
    """Say that it did not come."""
    limit = in_seconds(action.timeout)
    return Step(Failed("time limit", f"no {word(action)} on leg {action.leg} within {limit}"))


def _cause(dialog: Dialog, latch: Latch) -> str:
    return {
        Latch.RINGING: "18x seen",
        Latch.CONNECTED: "dialog confirmed",
        Latch.DISCONNECTED: f"dialog gone: {how_it_ended(dialog)}",
        Latch.HELD: "put on hold by the other side",
        Latch.RETRIEVED: "taken off hold by the other side",
    }[latch]
