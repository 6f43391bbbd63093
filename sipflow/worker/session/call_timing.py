"""Durations of calls, as one instance measured them in one run. Pure.

Durations are RFC 6076's: from an INVITE to the first 18x or the final response (§4.3), from a BYE
to its answer (§4.4), and beside them from an INVITE to its 2xx. All in whole microseconds, between
the moments at which the user agent had sent the one and had received the other. Events of a dialog
after its end change nothing.
"""

from msgspec import Struct

from sipflow.protocol.run_metrics import CallFigures
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    Happening,
    InviteReceived,
    InviteSent,
    Progressed,
)

_LOWEST_FAILURE = 300


class _Call(Struct):
    sent: float | None = None
    code: int | None = None
    confirmed: bool = False
    ended: bool = False
    completed: bool = False
    srd: int | None = None
    answer: int | None = None
    sdd: int | None = None


class CallTimings:
    """Records the events of dialogs; ``figures`` are the durations of every dialog so far."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}

    def note(self, happening: Happening, now: float) -> None:
        """Record an event; ``now`` is when it was reported."""
        match happening:
            case InviteSent(dialog=dialog, at=at) | DialogFollowed(successor=dialog, at=at):
                self._calls[dialog] = _Call(sent=now if at is None else at)
            case InviteReceived(dialog=dialog) | DialogReplaced(successor=dialog):
                self._calls[dialog] = _Call()
            case Progressed() | DialogConfirmed() | DialogEnded():
                call = self._calls.get(happening.dialog)
                if call is not None and not call.ended:
                    _note(call, happening, now if happening.at is None else happening.at)
            case _:
                pass

    def figures(self) -> tuple[CallFigures, ...]:
        """Return the durations of each dialog, in the order in which they began."""
        return tuple(map(_figures, self._calls.values()))


def _note(call: _Call, happening: Progressed | DialogConfirmed | DialogEnded, at: float) -> None:
    match happening:
        case Progressed():
            _answered(call, at)
        case DialogConfirmed(code=code):
            _answered(call, at)
            call.confirmed = True
            call.code = code
            call.answer = _micros(call.sent, at)
        case DialogEnded():
            _end(call, happening, at)


def _answered(call: _Call, at: float) -> None:
    if call.srd is None:
        call.srd = _micros(call.sent, at)


def _end(call: _Call, ended: DialogEnded, at: float) -> None:
    call.ended = True
    code = ended.code
    if not call.confirmed:
        call.code = code or ended.stands_for
        if code is not None:
            _answered(call, at)
        return
    call.completed = code is not None and code < _LOWEST_FAILURE
    if call.completed:
        call.sdd = _micros(ended.bye, at)


def _micros(since: float | None, at: float) -> int | None:
    return None if since is None else max(0, round((at - since) * 1e6))


def _figures(call: _Call) -> CallFigures:
    return CallFigures(
        outgoing=call.sent is not None,
        code=call.code,
        srd=call.srd,
        answer=call.answer,
        sdd=call.sdd,
        completed=call.completed,
    )
