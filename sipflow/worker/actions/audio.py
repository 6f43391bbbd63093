"""Playing and recording audio, and stopping both: PlayAudio, RecordAudio, StopAudio. Pure."""

from pathlib import PurePath
from typing import assert_never

from sipflow.scenario.model.actions import PlayAudio, RecordAudio, StopAudio, word
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.dialog import DialogState
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    gone,
    in_seconds,
    no_leg,
)
from sipflow.worker.legs.audio import Progress
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import Play, Record, StopTracks
from sipflow.worker.ua.events import Track

AudioAction = PlayAudio | RecordAudio | StopAudio
_PARTS: dict[str, tuple[Track, ...]] = {
    "all": (Track.PLAYING, Track.RECORDING),
    "playing": (Track.PLAYING,),
    "recording": (Track.RECORDING,),
}


def begin(action: AudioAction, legs: Legs) -> Step:
    """Start a node: check its preconditions and return its commands."""
    dialog = legs.get(action.leg)
    if dialog is None:
        return no_leg(action.leg)
    if isinstance(action, StopAudio):
        return _begin_stop(action, dialog)
    trouble = no_audio(dialog)
    if trouble is not None:
        return Step(trouble)
    track = _track(action)
    if dialog.audio.progress(track) is not Progress.IDLE:
        message = f"leg {action.leg} is {track} already: use StopAudio first"
        return Step(Failed("begin", message))
    dialog.audio.ask(track)
    name = PurePath(action.file).name
    match action:
        case PlayAudio(file=file, loop=loop):
            how = " again and again" if loop else ""
            log = f"playing {name}{how} on leg {action.leg}"
            return Step(orders=(Play(dialog.key, file, loop),), log=log)
        case RecordAudio(file=file, duration=duration):
            how = "" if duration is None else f" for {in_seconds(duration)}"
            log = f"recording leg {action.leg} into {name}{how}"
            return Step(orders=(Record(dialog.key, file, duration),), log=log)
        case _:
            assert_never(action)


def observe(action: AudioAction, legs: Legs) -> Step:
    """Decide a running node by the events so far."""
    dialog = legs[action.leg]
    if isinstance(action, StopAudio):
        return _observe_stop(action, dialog)
    track = _track(action)
    return observe_track(dialog, track, waits=_waits(action), done=f"{track} ended")


def expire(action: AudioAction, legs: Legs) -> Step:
    """Fail because it took too long; a running track is stopped."""
    dialog, limit = legs[action.leg], in_seconds(action.timeout)
    if isinstance(action, StopAudio):
        return Step(Failed(TIME_LIMIT, f"leg {action.leg} was not silent within {limit}"))
    return give_up(dialog, _track(action), f"{word(action)} did not end within {limit}")


def no_audio(dialog: Dialog) -> Failed | None:
    """Return why no audio can flow on a dialog, None if it can; early dialogs may have media."""
    if dialog.ended:
        return gone(dialog)
    if dialog.state in (DialogState.EARLY, DialogState.CONFIRMED):
        return None
    return Failed("begin", f"leg {dialog.leg} has no audio yet: it is not answered")


def observe_track(dialog: Dialog, track: Track, *, waits: bool, done: str) -> Step:
    """Decide a node by its track: when it ends, or, unless it ``waits``, as soon as it begins."""
    audio = dialog.audio
    refusal = audio.refusals.get(track)
    if refusal is not None:
        failed = Failed("refused", refusal.detail, refusal.code, machine=refusal.machine)
        return Step(failed)
    progress = audio.progress(track)
    if progress is Progress.IDLE:
        return Step(Succeeded(done))
    if dialog.ended:
        return Step(gone(dialog))
    if progress is Progress.GOING and not waits:
        return Step(Succeeded(f"{track} began"))
    return NOTHING_YET


def give_up(dialog: Dialog, track: Track, message: str) -> Step:
    """Return the failure of a node that ran into its time limit, and stop its track."""
    return Step(Failed(TIME_LIMIT, message), (StopTracks(dialog.key, (track,)),))


def _track(action: PlayAudio | RecordAudio) -> Track:
    return Track.PLAYING if isinstance(action, PlayAudio) else Track.RECORDING


def _waits(action: PlayAudio | RecordAudio) -> bool:
    endless = action.loop if isinstance(action, PlayAudio) else action.duration is None
    return not action.background and not endless


def _begin_stop(action: StopAudio, dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(Succeeded("begin", f"leg {action.leg} was gone already"))
    tracks = _going(action, dialog)
    if not tracks:
        return Step(Succeeded("begin", f"nothing plays or records on leg {action.leg}"))
    log = f"ending on leg {action.leg}: {' and '.join(tracks)}"
    return Step(orders=(StopTracks(dialog.key, tracks),), log=log)


def _observe_stop(action: StopAudio, dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(Succeeded("dialog gone"))
    return NOTHING_YET if _going(action, dialog) else Step(Succeeded("silent"))


def _going(action: StopAudio, dialog: Dialog) -> tuple[Track, ...]:
    progress = dialog.audio.progress
    return tuple(track for track in _PARTS[action.what] if progress(track) is not Progress.IDLE)
