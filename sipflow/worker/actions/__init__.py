"""The actions of a scenario on the legs of its instance. Pure.

Three questions are answered for every kind of node: what to do as it begins, whether the events so
far decide it, and what its time limit means. The walker asks them; nothing here knows about time,
edges or published events. Each family of actions has a module of its own that answers all three.
"""

from typing import assert_never

from sipflow.scenario.model.actions import (
    Answer,
    AttendedTransfer,
    BlindTransfer,
    CheckMedia,
    Connected,
    Disconnected,
    DropRTP,
    DTMFReceived,
    Held,
    Hold,
    Incoming,
    MakeCall,
    Message,
    NodeAction,
    PlayAudio,
    RecordAudio,
    Register,
    Registered,
    Release,
    Response,
    Retrieve,
    Retrieved,
    Ringing,
    SendDTMF,
    SendMessage,
    StopAudio,
    Timeout,
    Transferred,
    Unregister,
)
from sipflow.worker.actions import (
    audio,
    calls,
    digits,
    hold,
    media_check,
    messages,
    registrations,
    rtp_loss,
    transfers,
    waits,
)
from sipflow.worker.actions.examination import examined
from sipflow.worker.actions.expectations import is_unwanted, time_is_up, turned_round
from sipflow.worker.actions.step import (
    NOTHING_YET,
    SILENCE,
    Failed,
    Outcome,
    Step,
    Succeeded,
    hang_up,
    in_seconds,
)
from sipflow.worker.legs.legs import Legs

__all__ = [
    "SILENCE",
    "Failed",
    "Outcome",
    "Step",
    "Succeeded",
    "begin",
    "expire",
    "first_look",
    "hang_up",
    "look",
    "observe",
    "time_limit",
]

MediaAction = PlayAudio | RecordAudio | StopAudio | SendDTMF | DTMFReceived | CheckMedia | DropRTP


def begin(action: NodeAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Start a node: check its preconditions and return its commands."""
    match action:
        case Timeout():
            return Step(log=f"waiting {in_seconds(action.timeout)}")
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.begin(action, legs, peers)
        case Hold() | Retrieve():
            return hold.begin(action, legs)
        case BlindTransfer() | AttendedTransfer():
            return transfers.begin(action, legs, peers)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved() | Transferred():
            return waits.begin(action, legs)
        case SendMessage() | Message():
            return messages.begin(action, legs, peers)
        case Register() | Unregister() | Registered():
            return registrations.begin(action, legs)
        case PlayAudio() | RecordAudio() | StopAudio() | SendDTMF() | DTMFReceived():
            return _begin_media(action, legs)
        case CheckMedia() | DropRTP():
            return _begin_media(action, legs)
        case _:
            assert_never(action)


def observe(action: NodeAction, legs: Legs) -> Step:
    """Decide a running node by the events so far; the outcome is None while it is undecided."""
    step = examined(action, legs, _observe(action, legs))
    return turned_round(action, step) if is_unwanted(action) else step


def expire(action: NodeAction, legs: Legs) -> Step:
    """Return the step of a node whose time limit has passed."""
    return time_is_up(action) if is_unwanted(action) else _expire(action, legs)


def _observe(action: NodeAction, legs: Legs) -> Step:
    match action:
        case Timeout():
            return NOTHING_YET
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.observe(action, legs)
        case Hold() | Retrieve():
            return hold.observe(action, legs)
        case BlindTransfer() | AttendedTransfer():
            return transfers.observe(action, legs)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved() | Transferred():
            return waits.observe(action, legs)
        case SendMessage() | Message():
            return messages.observe(action, legs)
        case Register() | Unregister() | Registered():
            return registrations.observe(action, legs)
        case PlayAudio() | RecordAudio() | StopAudio() | SendDTMF() | DTMFReceived():
            return _observe_media(action, legs)
        case CheckMedia() | DropRTP():
            return _observe_media(action, legs)
        case _:
            assert_never(action)


def _expire(action: NodeAction, legs: Legs) -> Step:
    match action:
        case Timeout():
            return Step(Succeeded("time is up"))
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.expire(action, legs)
        case Hold() | Retrieve():
            return hold.expire(action, legs)
        case BlindTransfer() | AttendedTransfer():
            return transfers.expire(action, legs)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved() | Transferred():
            return waits.expire(action, legs)
        case SendMessage() | Message():
            return messages.expire(action, legs)
        case Register() | Unregister() | Registered():
            return registrations.expire(action, legs)
        case PlayAudio() | RecordAudio() | StopAudio() | SendDTMF() | DTMFReceived():
            return _expire_media(action, legs)
        case CheckMedia() | DropRTP():
            return _expire_media(action, legs)
        case _:
            assert_never(action)


def time_limit(action: NodeAction) -> float:
    """Return the seconds after which a node's time limit passes; a window is added to it."""
    window = action.window if isinstance(action, CheckMedia) else None
    return action.timeout + (window or 0.0)


def first_look(action: NodeAction, legs: Legs) -> float:
    """Return the seconds after which ``look`` is called, the time limit at the latest.

    A Release of an INVITE that has no response need not wait for one for long.
    """
    dialog = legs.get(action.leg) if isinstance(action, Release) else None
    limit = time_limit(action)
    return limit if dialog is None or dialog.responded else min(SILENCE, limit)


def look(action: NodeAction, legs: Legs) -> Step:
    """Decide a node before its time limit if it can no longer succeed."""
    silent = isinstance(action, Release) and not legs[action.leg].responded
    return _expire(action, legs) if silent else NOTHING_YET


def _begin_media(action: MediaAction, legs: Legs) -> Step:
    match action:
        case PlayAudio() | RecordAudio() | StopAudio():
            return audio.begin(action, legs)
        case SendDTMF() | DTMFReceived():
            return digits.begin(action, legs)
        case CheckMedia():
            return media_check.begin(action, legs)
        case DropRTP():
            return rtp_loss.begin(action, legs)
        case _:
            assert_never(action)


def _observe_media(action: MediaAction, legs: Legs) -> Step:
    match action:
        case PlayAudio() | RecordAudio() | StopAudio():
            return audio.observe(action, legs)
        case SendDTMF() | DTMFReceived():
            return digits.observe(action, legs)
        case CheckMedia():
            return media_check.observe(action, legs)
        case DropRTP():
            return rtp_loss.observe(action, legs)
        case _:
            assert_never(action)


def _expire_media(action: MediaAction, legs: Legs) -> Step:
    match action:
        case PlayAudio() | RecordAudio() | StopAudio():
            return audio.expire(action, legs)
        case SendDTMF() | DTMFReceived():
            return digits.expire(action, legs)
        case CheckMedia():
            return media_check.expire(action)
        case DropRTP():
            return rtp_loss.expire(action)
        case _:
            assert_never(action)
