"""Audio commands in memory: there is no audio, so a track with an end ends at once. Pure.

Of what is played only digits reach the peer.
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
    """Carry out an audio command of a call; return all its events."""
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
    """Carry out a media command of a call, which receives nothing; return its events."""
    match order:
        case WatchMedia(listen=listen):
            end.listens = listen
            return []
        case MeasureMedia(window=window):
            return [MediaMeasured(end.key, MediaFigures(), window)]
        case DropRtp(percent=percent):
            return [RtpDropping(end.key, percent)]


def _track(order: Play | Record | SendDigits) -> tuple[Track, bool]:
    """Return the track of a command, and whether it goes on until it is stopped."""
    match order:
        case Play(loop=loop):
            return Track.PLAYING, loop
        case Record(duration=duration):
            return Track.RECORDING, duration is None
        case SendDigits():
            return Track.SENDING, False
