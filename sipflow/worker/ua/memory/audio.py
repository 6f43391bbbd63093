"""What becomes of audio in memory: there is none, so that what has an end has it at once. Pure.

Of what is played nothing is heard but digits.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.properties import DigitMethod
from sipflow.worker.ua.commands import (
    AudioOrder,
    DropRtp,
    MeasureMedia,
    MediaOrder,
    Play,
    Record,
    SendDigits,
    StopTracks,
    WatchMedia,
)
from sipflow.worker.ua.events import (
    Happening,
    MediaMeasured,
    RtpDropping,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)

if TYPE_CHECKING:
    from sipflow.worker.ua.memory.agent import End


class Digit(Struct, frozen=True):
    """A DTMF digit."""

    digit: str
    method: DigitMethod


def carry_out(end: "End", order: AudioOrder) -> list[Happening]:
    """Do what is ordered about the audio of a call; return what came of it, which is all."""
    if isinstance(order, StopTracks):
        return [TrackEnded(end.key, track) for track in order.tracks]
    track, endless = _track(order)
    if not end.is_up:
        return [TrackRefused(end.key, track, "no audio flows on the leg")]
    if isinstance(order, SendDigits):
        for digit in order.digits:
            end.send(Digit(digit, order.method))
    began = TrackBegan(end.key, track)
    return [began] if endless else [began, TrackEnded(end.key, track)]


def look_into(end: "End", order: MediaOrder) -> list[Happening]:
    """Do what is ordered about what a call receives, which is nothing; return what came of it."""
    match order:
        case WatchMedia(listen=listen):
            end.listens = listen
            return []
        case MeasureMedia(window=window):
            return [MediaMeasured(end.key, MediaFigures(), window)]
        case DropRtp(percent=percent):
            return [RtpDropping(end.key, percent)]


def _track(order: Play | Record | SendDigits) -> tuple[Track, bool]:
    """Return the track of an order, and whether what is ordered goes on until it is stopped."""
    match order:
        case Play(loop=loop):
            return Track.PLAYING, loop
        case Record(duration=duration):
            return Track.RECORDING, duration is None
        case SendDigits():
            return Track.SENDING, False
