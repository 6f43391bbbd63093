"""Writes what a walker or a session gives back as lines, so that a test can be read as a play."""

from collections.abc import Iterable
from typing import assert_never

from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    Halted,
    LastWord,
    Paused,
)
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    ErrorRaised,
    Event,
    LegState,
    MediaState,
    NodeState,
)
from sipflow.worker.orders import HangUp, Invite, Order, Reinvite, Respond
from sipflow.worker.session import Output, Word


def written(outputs: Iterable[Output]) -> list[str]:
    """Return one line an output."""
    return [_line(output) for output in outputs]


def _line(output: Output) -> str:
    match output:
        case Invite() | Respond() | HangUp() | Reinvite():
            return _order(output)
        case Event():
            return _event(output)
        case Paused() | ChainFinished() | ChainFailed() | Halted() | CleanedUp() | LastWord():
            return _word(output)
        case _:
            assert_never(output)


def _order(order: Order) -> str:
    match order:
        case Invite(dialog=dialog, target=target):
            return f"> INVITE {dialog} {target}"
        case Respond(dialog=dialog, code=code, reason=reason):
            return _joined(">", code, dialog, reason)
        case HangUp(dialog=dialog):
            return f"> hang up {dialog}"
        case Reinvite(dialog=dialog, hold=hold):
            return f"> re-INVITE {dialog} {'hold' if hold else 'retrieve'}"
        case _:
            assert_never(order)


def _event(event: AnyEvent) -> str:
    match event:
        case NodeState(node=node, new=new, cause=cause):
            reason = event.reason
            why = () if reason is None else (reason.code, reason.message)
            return _joined(node, new, f"({cause})", *why)
        case ActionLog(level=level, message=message):
            return f"{level}: {message}"
        case ErrorRaised(node=node, code=code, message=message):
            return _joined("error:", node, code, message)
        case LegState(leg=leg, new=new, code=code, message=message):
            return _joined("leg", leg, new, code, message)
        case MediaState(leg=leg, direction=direction, by=by, held=held):
            return _joined("media", leg, direction, f"by {by}", "held" if held else None)
        case _:
            raise AssertionError(f"a worker never tells a {type(event).__name__}")


def _word(word: Word) -> str:
    match word:
        case ChainFinished() | Halted():
            return type(word).__name__
        case Paused(last_seq=last_seq) | LastWord(last_seq=last_seq):
            return f"{type(word).__name__} {last_seq}"
        case ChainFailed(node=node, code=code, detail=detail):
            return _joined("ChainFailed", node, code, detail)
        case CleanedUp(released=released, left=left, idle=idle):
            alive = None if idle else "not idle"
            return _joined("CleanedUp", released, alive, "left:" if left else None, *left)
        case _:
            assert_never(word)


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))
