"""Orders about the audio of calls, carried out; and what came of them, as happenings."""

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
    """What plays, records and sends digits on the calls of one endpoint."""

    def __init__(self, device: SoundDevice) -> None:
        self.media = Media(device)
        self.digits = DigitSender(self.media)

    @property
    def is_idle(self) -> bool:
        """Whether nothing plays, records or is sent, and nothing has to be waited for."""
        return self.media.is_idle and self.digits.is_idle

    def carry_out(self, call: Call, order: AudioOrder, now: float) -> list[Happening]:
        """Do what is ordered on a call; return what came of it at once."""
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
        """Let what goes on on a call go on, on the one that has its place now."""
        self.media.move(former, call)
        self.digits.move(former, call)

    def last_words(self, call: Call, now: float) -> list[Happening]:
        """Return what has come to its end on a call as it is seen to be gone.

        Whoever hears the last digit may hang up while it lasts.
        """
        tracks = self.media.through(call, now)
        if self.digits.is_through(call):
            tracks.append(Track.SENDING)
        return [TrackEnded(call.key, track) for track in tracks]

    def leave(self, call: Call, now: float) -> None:
        """End everything on a call that is about to go; nothing is told of it."""
        self.digits.leave(call)
        self.media.leave(call, now)

    def wait(self, now: float) -> float:
        """Return the seconds until there is something to do, infinitely many if nothing is."""
        return min(self.media.wait(now), self.digits.wait(now))

    def look(self, now: float) -> list[Happening]:
        """Do what is due; return what has come to its end."""
        happenings = [_told(ended) for ended in self.media.look(now)]
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


def _told(ended: Ended) -> Happening:
    if ended.cause is None:
        return TrackEnded(ended.call.key, ended.track)
    return TrackRefused(ended.call.key, ended.track, ended.cause, machine=True)
