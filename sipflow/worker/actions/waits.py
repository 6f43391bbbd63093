"""Waits for latched events of a leg: RINGING, CONNECTED, DISCONNECTED, HELD, … Pure."""

from sipflow.scenario.model.actions import (
    Connected,
    Disconnected,
    Held,
    Retrieved,
    Ringing,
    Transferred,
    word,
)
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.dialog import Direction
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    describe_end,
    gone,
    in_seconds,
    no_leg,
    too_late,
    what_came,
)
from sipflow.worker.legs.dialog import Dialog, Latch
from sipflow.worker.legs.legs import Legs

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
    """Use up a latched event; a wait whose event can no longer come fails at once."""
    dialog = legs[action.leg]
    cause = _ring(action, dialog) if isinstance(action, Ringing) else _latched(action, dialog)
    if cause is not None:
        return Step(Succeeded(cause))
    if not dialog.ended:
        return NOTHING_YET
    other = _other_rings(action, dialog) if isinstance(action, Ringing) else ""
    return Step(too_late(dialog, f"{other}, before the leg ended") if other else gone(dialog))


def expire(action: WaitAction, legs: Legs) -> Step:
    """Fail with what came instead of the awaited event."""
    limit = in_seconds(action.timeout)
    instead = _instead(action, legs[action.leg])
    message = f"no {word(action)} on leg {action.leg} within {limit}{instead}"
    return Step(Failed(TIME_LIMIT, message))


def _instead(action: WaitAction, dialog: Dialog) -> str:
    """Describe what came instead of a ringing or an answer, as the end of a message."""
    if isinstance(action, Ringing):
        other = _other_rings(action, dialog)
        if other:
            return f": {other}"
        if dialog.answer is not None:
            return f": {dialog.answer} came"
        if dialog.rang:
            return ": an earlier RINGING has used each 18x"
    elif not isinstance(action, Connected):
        return ""
    return f": {what_came(dialog.provisionals)}" if dialog.direction is Direction.INITIATOR else ""


def _other_rings(action: Ringing, dialog: Dialog) -> str:
    """List the 18x that the node does not want; empty without any."""
    there = list(dict.fromkeys(_form(ring.code, ring.media) for ring in dialog.rings))
    if not there:
        return ""
    verb = "came" if dialog.direction is Direction.INITIATOR else "was sent"
    return f"{' and '.join(there)} {verb}, not {_form(action.code, action.media)}"


def _form(code: int | None, media: bool | None) -> str:
    """Describe an 18x; None is any code, with SDP or without."""
    body = {None: "", True: " with SDP", False: " without SDP"}[media]
    return f"{code or '18x'}{body}"


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
        Latch.DISCONNECTED: f"dialog gone: {describe_end(dialog)}",
        Latch.HELD: "put on hold by the other side",
        Latch.RETRIEVED: "taken off hold by the other side",
    }[latch]
