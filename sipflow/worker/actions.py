"""What each word of a scenario does on the legs of its instance. Pure.

Three questions are answered for every kind of node, each by one ``match``: what to do as it begins,
whether what has happened so far decides it, and what its time limit means. The walker asks them;
nothing here knows about time, edges or events.
"""

from dataclasses import dataclass
from typing import assert_never

from sipflow.protocol.scenario import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    LegAction,
    MakeCall,
    NodeAction,
    Release,
    Response,
    Ringing,
    Timeout,
)
from sipflow.protocol.sip import (
    HIGHEST_PROVISIONAL,
    DialogState,
    Direction,
    is_sip_uri,
    reason_phrase,
)
from sipflow.worker.legs import Dialog, Latch, Legs
from sipflow.worker.orders import HangUp, Invite, Order, Respond

OK = 200
RINGING = 180
TEMPORARILY_UNAVAILABLE = 480
REQUEST_TIMEOUT = 408


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The node did what it should; ``warning`` says what was odd about it."""

    cause: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The node did not do what it should; ``code`` is the SIP status code, where there is one."""

    cause: str
    message: str
    code: int | None = None


Outcome = Succeeded | Failed


@dataclass(frozen=True, slots=True)
class Step:
    """What a node wants now: orders to carry out, a line for the log, perhaps its outcome."""

    outcome: Outcome | None = None
    orders: tuple[Order, ...] = ()
    log: str | None = None


_NOTHING_YET = Step()


def begin(action: NodeAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Start a node: look whether it can work at all, and give the orders that it needs."""
    match action:
        case MakeCall():
            return _begin_call(action, legs, peers)
        case Incoming():
            return _begin_incoming(action, legs)
        case Timeout():
            return Step(log=f"waiting {_seconds(action.timeout)}")
        case Answer() | Response() | Release() | Ringing() | Connected() | Disconnected():
            dialog = legs.get(action.leg)
            if dialog is None:
                return Step(Failed("begin", f"there is no leg {action.leg}"))
            return _begin_on_leg(action, dialog)
        case _:
            assert_never(action)


def observe(action: NodeAction, legs: Legs) -> Step:
    """Decide a running node by what has happened; the outcome is None while it is undecided."""
    match action:
        case Timeout():
            return _NOTHING_YET
        case Incoming():
            return _observe_invite(action, legs)
        case MakeCall():
            return _observe_call(action, legs[action.leg])
        case Answer():
            return _observe_answer(legs[action.leg])
        case Response():
            return _observe_response(action, legs[action.leg])
        case Release():
            return _observe_release(legs[action.leg])
        case Ringing():
            return _observe_latch(legs[action.leg], Latch.RINGING)
        case Connected():
            return _observe_latch(legs[action.leg], Latch.CONNECTED)
        case Disconnected():
            return _observe_latch(legs[action.leg], Latch.DISCONNECTED)
        case _:
            assert_never(action)


def expire(action: NodeAction, legs: Legs) -> Step:
    """Say what it means that the node's time limit has passed."""
    limit = _seconds(action.timeout)
    match action:
        case Timeout():
            return Step(Succeeded("time is up"))
        case MakeCall():
            return _cancel_call(action, legs[action.leg], limit)
        case Incoming():
            return Step(Failed("time limit", f"no INVITE within {limit}"))
        case Answer():
            return Step(Failed("time limit", f"no ACK for the 200 within {limit}"))
        case Response():
            return Step(Failed("time limit", f"the {action.code} could not be sent in {limit}"))
        case Release():
            return Step(Failed("time limit", f"leg {action.leg} was not seen gone within {limit}"))
        case Ringing() | Connected() | Disconnected():
            waited = type(action).__struct_config__.tag
            return Step(Failed("time limit", f"no {waited} on leg {action.leg} within {limit}"))
        case _:
            assert_never(action)


def hang_up(dialog: Dialog) -> Order:
    """Return the order that ends a dialog in whatever state it is."""
    dialog.hanging_up = True
    dialog.refusal = None
    if dialog.unanswered:
        return Respond(dialog.key, TEMPORARILY_UNAVAILABLE)
    return HangUp(dialog.key)


def _begin_call(action: MakeCall, legs: Legs, peers: dict[str, str]) -> Step:
    if legs.in_use(action.leg):
        return Step(Failed("begin", f"leg {action.leg} is in use: give this call a leg of its own"))
    target = peers.get(action.to, action.to)
    if not is_sip_uri(target):
        return Step(Failed("begin", f"{action.to} is no number, name or SIP URI"))
    dialog = legs.start(action.leg, target)
    return Step(orders=(Invite(dialog.key, target),), log=f"MakeCall to {target}")


def _begin_incoming(action: Incoming, legs: Legs) -> Step:
    if legs.in_use(action.leg):
        return Step(Failed("begin", f"leg {action.leg} is in use: give this call a leg of its own"))
    return Step(log="waiting for an INVITE")


def _begin_on_leg(
    action: Answer | Response | Release | Ringing | Connected | Disconnected, dialog: Dialog
) -> Step:
    match action:
        case Answer():
            return _begin_response(action, dialog, OK, None)
        case Response(code=code, reason=reason):
            return _begin_response(action, dialog, code, reason)
        case Release():
            return _begin_release(action, dialog)
        case Ringing() | Connected() | Disconnected():
            return Step(log=f"waiting on leg {action.leg}")
        case _:
            assert_never(action)


def _begin_response(action: LegAction, dialog: Dialog, code: int, reason: str | None) -> Step:
    if dialog.ended:
        return Step(_gone(dialog))
    if dialog.direction is Direction.INITIATOR:
        return Step(
            Failed("begin", f"leg {action.leg} is a call made from here: no INVITE to answer")
        )
    if not dialog.unanswered:
        return Step(Failed("begin", f"leg {action.leg} is answered already"))
    dialog.refusal = None
    dialog.code = None
    dialog.answered = code > HIGHEST_PROVISIONAL
    phrase = reason or reason_phrase(code)
    return Step(
        orders=(Respond(dialog.key, code, reason),),
        log=f"answering leg {action.leg} with {code} {phrase}".rstrip(),
    )


def _begin_release(action: Release, dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(Succeeded("begin", f"leg {action.leg} was gone already: {_how(dialog)}"))
    if dialog.unanswered:
        how = f"{TEMPORARILY_UNAVAILABLE} {reason_phrase(TEMPORARILY_UNAVAILABLE)}"
    else:
        how = "BYE" if dialog.answered or dialog.state is DialogState.CONFIRMED else "CANCEL"
    return Step(orders=(hang_up(dialog),), log=f"releasing leg {action.leg}: {how}")


def _observe_invite(action: Incoming, legs: Legs) -> Step:
    dialog = legs.take_invite(action.leg)
    if dialog is None:
        return _NOTHING_YET
    if dialog.ended:
        return Step(Succeeded("INVITE received", f"the caller gave up before: {_how(dialog)}"))
    rings = action.ring and dialog.unanswered
    orders = (Respond(dialog.key, RINGING),) if rings else ()
    log = f"INVITE from {dialog.peer} taken as leg {action.leg}"
    return Step(Succeeded("INVITE received"), orders, log)


def _observe_call(action: MakeCall, dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(_gone(dialog))
    if dialog.refusal is not None:
        return Step(_refused(dialog))
    answered = dialog.state is DialogState.CONFIRMED
    reached = {
        "answered": answered,
        "ringing": dialog.rang or answered,
        "sent": dialog.sent,
    }[action.until]
    if not reached:
        return _NOTHING_YET
    cause = "INVITE sent" if action.until == "sent" else f"{dialog.code} received"
    return Step(Succeeded(cause))


def _observe_answer(dialog: Dialog) -> Step:
    if dialog.state is DialogState.CONFIRMED:
        return Step(Succeeded("ACK received"))
    return _undecided_unless_lost(dialog)


def _observe_response(action: Response, dialog: Dialog) -> Step:
    if action.code > HIGHEST_PROVISIONAL:
        if dialog.ended and dialog.code == action.code:
            return Step(Succeeded(f"{action.code} sent"))
    elif dialog.code == action.code and not dialog.ended:
        return Step(Succeeded(f"{action.code} sent"))
    return _undecided_unless_lost(dialog)


def _observe_release(dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(Succeeded("dialog gone"))
    if dialog.refusal is not None:
        return Step(_refused(dialog))
    return _NOTHING_YET


def _observe_latch(dialog: Dialog, latch: Latch) -> Step:
    if dialog.take(latch):
        return Step(Succeeded(_latch_cause(dialog, latch)))
    return Step(_gone(dialog)) if dialog.ended else _NOTHING_YET


def _undecided_unless_lost(dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(_gone(dialog))
    if dialog.refusal is not None:
        return Step(_refused(dialog))
    return _NOTHING_YET


def _cancel_call(action: MakeCall, dialog: Dialog, limit: str) -> Step:
    failure = Failed("time limit", f"no final answer within {limit}: cancelled", REQUEST_TIMEOUT)
    if dialog.hanging_up or dialog.ended:
        return Step(failure)
    log = f"no final answer within {limit}: cancelling leg {action.leg}"
    return Step(orders=(hang_up(dialog),), log=log)


def _gone(dialog: Dialog) -> Failed:
    cause = f"{dialog.code} ended the leg" if dialog.code else "dialog gone"
    return Failed(cause, dialog.reason or f"leg {dialog.leg} is gone", dialog.code)


def _refused(dialog: Dialog) -> Failed:
    assert dialog.refusal is not None
    return Failed("refused", dialog.refusal.detail, dialog.refusal.code)


def _how(dialog: Dialog) -> str:
    return " ".join(str(part) for part in (dialog.code, dialog.reason) if part) or "ended"


def _latch_cause(dialog: Dialog, latch: Latch) -> str:
    return {
        Latch.RINGING: "18x seen",
        Latch.CONNECTED: "dialog confirmed",
        Latch.DISCONNECTED: f"dialog gone: {_how(dialog)}",
    }[latch]


def _seconds(seconds: float) -> str:
    return f"{seconds:g} s"
