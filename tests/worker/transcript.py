"""Writes what a walker or a session gives back as lines, so that a test can be read as a play."""

from collections.abc import Iterable
from typing import assert_never

from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Paused,
    Registered,
)
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    ErrorRaised,
    Event,
    LegState,
    MediaReport,
    MediaState,
    NodeState,
    Refusal,
)
from sipflow.worker.session.session import Output, Word
from sipflow.worker.ua.commands import (
    AddBinding,
    AudioOrder,
    DialogOrder,
    DropRtp,
    HangUp,
    Headers,
    Invite,
    MeasureMedia,
    MediaOrder,
    Play,
    Record,
    Refer,
    ReferToDialog,
    RegistrationOrder,
    Reinvite,
    RemoveBinding,
    Respond,
    SendDigits,
    SendText,
    StopTracks,
    WatchMedia,
)


def written(outputs: Iterable[Output]) -> list[str]:
    """Return one line an output."""
    return [_line(output) for output in outputs]


def _line(output: Output) -> str:
    match output:
        case Invite() | Respond() | HangUp() | Reinvite():
            return _order(output)
        case SendText() | Refer() | ReferToDialog():
            return _order(output)
        case AddBinding() | RemoveBinding():
            return _registration_order(output)
        case WatchMedia() | MeasureMedia() | DropRtp():
            return _order(output)
        case Play() | Record() | SendDigits() | StopTracks():
            return _order(output)
        case Event():
            return _event(output)
        case (
            Paused()
            | Registered()
            | ChainFinished()
            | ChainFailed()
            | Halted()
            | CleanedUp()
            | EventsFinished()
        ):
            return _word(output)
        case _:
            assert_never(output)


def _order(order: DialogOrder | Invite | SendText | MediaOrder) -> str:
    match order:
        case Invite(dialog=dialog, target=target, late_offer=late, follow=follow):
            how = ("late offer" if late else None, "follow" if follow else None)
            return _joined("> INVITE", dialog, target, *how, *_written(order.headers))
        case Respond(dialog=dialog, code=code, reason=reason, contact=contact):
            return _joined(">", code, dialog, reason, contact, *_written(order.headers))
        case HangUp(dialog=dialog, headers=headers):
            return _joined("> hang up", dialog, *_written(headers))
        case SendText(message=message, body=body, target=target, dialog=dialog):
            where = dialog or target
            return _joined("> MESSAGE", message, where, body, *_written(order.headers))
        case Refer(dialog=dialog, target=target):
            return f"> REFER {dialog} to {target}"
        case ReferToDialog(dialog=dialog, consult=consult):
            return f"> REFER {dialog} to replace {consult}"
        case WatchMedia() | MeasureMedia() | DropRtp():
            return _media_order(order)
        case Play() | Record() | SendDigits() | StopTracks():
            return _audio_order(order)
        case Reinvite(dialog=dialog, hold=hold):
            return f"> re-INVITE {dialog} {'hold' if hold else 'retrieve'}"
        case _:
            assert_never(order)


def _registration_order(order: RegistrationOrder) -> str:
    match order:
        case AddBinding(registrar=registrar, expires=expires):
            return f"> REGISTER to {registrar} for {expires} s"
        case RemoveBinding():
            return "> REGISTER to remove"
        case _:
            assert_never(order)


def _audio_order(order: AudioOrder) -> str:
    match order:
        case Play(dialog=dialog, file=file, loop=loop):
            return _joined("> play", dialog, file, "again and again" if loop else None)
        case Record(dialog=dialog, file=file, duration=duration):
            return _joined("> record", dialog, file, duration)
        case SendDigits(dialog=dialog, digits=digits, interval=interval, method=method):
            return _joined("> digits", dialog, digits, interval, method)
        case StopTracks(dialog=dialog, tracks=tracks):
            return _joined("> stop", dialog, *tracks)
        case _:
            assert_never(order)


def _media_order(order: MediaOrder) -> str:
    match order:
        case WatchMedia(dialog=dialog, listen=listen):
            return f"> {'listen to' if listen else 'watch'} {dialog}"
        case MeasureMedia(dialog=dialog, window=window):
            return _joined("> measure", dialog, window)
        case DropRtp(dialog=dialog, percent=percent):
            return f"> drop {percent} % of {dialog}"
        case _:
            assert_never(order)


def _written(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]


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
        case MediaReport(leg=leg, packets=packets):
            return f"media of {leg}: {packets}"
        case Refusal(peer=peer, method=method, code=code, message=message):
            return f"refused: {peer} {method} {code} {message}"
        case MediaState(leg=leg, direction=direction, by=by, held=held):
            return _joined("media", leg, direction, f"by {by}", "held" if held else None)
        case _:
            raise AssertionError(f"a worker never tells a {type(event).__name__}")


def _word(word: Word) -> str:
    match word:
        case Registered(number=number):
            return _joined("Registered", number or None)
        case ChainFinished() | Halted():
            return type(word).__name__
        case Paused(last_seq=last_seq) | EventsFinished(last_seq=last_seq):
            return f"{type(word).__name__} {last_seq}"
        case ChainFailed(node=node, code=code, detail=detail):
            return _joined("ChainFailed", node, code, detail)
        case CleanedUp(released=released, left=left, registrations=registrars, idle=idle):
            alive = None if idle else "not idle"
            more = [f"registration at {one}" for one in registrars]
            return _joined(
                "CleanedUp", released, alive, "left:" if left or more else None, *left, *more
            )
        case _:
            assert_never(word)


def _joined(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))
