"""Audio commands of calls: carries them out and returns the resulting events."""

from pathlib import Path
from typing import assert_never

from sipflow.worker.ua.commands import AudioOrder, Play, Record, SendDigits, StopTracks
from sipflow.worker.ua.events import Happening, Track, TrackBegan, TrackEnded, TrackRefused
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.media import wav_files
from sipflow.worker.ua.pjsua.media.bridge import DiskError, Ended, Media, MediaError
from sipflow.worker.ua.pjsua.media.digits import DigitSender
from sipflow.worker.ua.pjsua.stack.sound_device import SoundDevice


class CallAudio:
    """Playing, recording and digits on the calls of one endpoint."""

    def __init__(self, device: SoundDevice) -> None:
        self.media = Media(device)
        self.digits = DigitSender(self.media)

    @property
    def is_idle(self) -> bool:
        """Whether no track is active or awaited."""
        return self.media.is_idle and self.digits.is_idle

    def carry_out(self, call: Call, order: AudioOrder, now: float) -> list[Happening]:
        """Carry out an audio command on a call; return its immediate events."""
        match order:
            case StopTracks(tracks=tracks):
                return [
                    TrackEnded(call.key, track) for track in tracks if self._stop(call, track, now)
                ]
            case Play():
                track = Track.PLAYING
            case Record():
                track = Track.RECORDING
            case SendDigits():
                track = Track.SENDING
            case _:
                assert_never(order)
        try:
            self._begin(call, order, now)
        except MediaError as error:
            machine = isinstance(error, DiskError)
            return [TrackRefused(call.key, track, str(error), machine=machine)]
        return [TrackBegan(call.key, track)]

    def move(self, former: Call, call: Call) -> None:
        """Move the active tracks of a call to the one that replaces it."""
        self.media.move(former, call)
        self.digits.move(former, call)

    def last_words(self, call: Call, now: float) -> list[Happening]:
        """Return the events of tracks that have ended on a call that is found to be gone.

        A peer that receives the last digit may hang up while it lasts.
        """
        tracks = self.media.through(call, now)
        if self.digits.is_through(call):
            tracks.append(Track.SENDING)
        return [TrackEnded(call.key, track) for track in tracks]

    def leave(self, call: Call, now: float) -> None:
        """End all tracks of a call that is about to end, without events."""
        self.digits.leave(call)
        self.media.leave(call, now)

    def wait(self, now: float) -> float:
        """Return the seconds until ``look`` has something to do, infinite if never."""
        return min(self.media.wait(now), self.digits.wait(now))

    def look(self, now: float) -> list[Happening]:
        """Do what is due; return the events of tracks that have ended."""
        happenings = [_event_of(ended) for ended in self.media.look(now)]
        for call, refusal in self.digits.look(now):
            if refusal is None:
                happenings.append(TrackEnded(call.key, Track.SENDING))
            else:
                refused = TrackRefused(call.key, Track.SENDING, refusal.detail, refusal.code)
                happenings.append(refused)
        return happenings

    def _stop(self, call: Call, track: Track, now: float) -> bool:
        if track is Track.SENDING:
            self.digits.stop(call)
        return self.media.stop(call, track, now)

    def _begin(self, call: Call, order: Play | Record | SendDigits, now: float) -> None:
        match order:
            case Play(file=file, loop=loop):
                source = wav_files.playable(Path(file))
                self.media.play(call, Track.PLAYING, source, now, loop=loop)
            case Record(file=file, duration=duration):
                trouble = wav_files.recordable(Path(file))
                if trouble is not None:
                    raise MediaError(trouble)
                self.media.record(call, Path(file), duration, now)
            case SendDigits():
                self.digits.send(call, order, now)
            case _:
                assert_never(order)


def _event_of(ended: Ended) -> Happening:
    if ended.cause is None:
        return TrackEnded(ended.call.key, ended.track)
    return TrackRefused(ended.call.key, ended.track, ended.cause, machine=True)
