"""The conference bridge of the endpoint: plays to calls and records from them.

Law: a call that is said to ``flow`` holds the sound device, whose clock drives the bridge, until it
leaves. All that is connected to a call is disconnected before the call is gone. The bridge executes
a request at its next tick: a recording's file is complete only then.

The end of a file is detected by its length and the player's position, both polled in our own loop;
the stack would report it from a thread of its own (see ``player``).
"""

from contextlib import closing, suppress
from math import inf
from pathlib import Path

import pjsua2 as pj
from msgspec import Struct

from sipflow.worker.ua.events import Track
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.media import wav_files
from sipflow.worker.ua.pjsua.media.disk_space import Room
from sipflow.worker.ua.pjsua.stack.player import Player
from sipflow.worker.ua.pjsua.stack.sound_device import SoundDevice

# A tick of the bridge takes 20 ms; a position unchanged for two of them has come to its end.
STANDSTILL = 0.05
# How long a recording may take to be closed, which needs a tick of the bridge.
CLOSING_LIMIT = 1.0
_NO_AUDIO = "no audio flows on the leg"


class MediaError(Exception):
    """An audio command cannot be carried out; the text says why."""


class DiskError(MediaError):
    """There is no disk space for a recording."""


class _Stream(Struct, eq=False):
    """A file that is played to a call or recorded from it; ``seconds`` is None without an end.

    ``enough``: the share of them after which a hang-up by the peer is no failure.
    """

    call: Call
    track: Track
    port: Player | pj.AudioMediaRecorder
    began: float
    seconds: float | None
    path: Path | None = None
    room: Room | None = None
    position: int = -1
    next_look: float = 0.0
    enough: float = 1.0


class _Closing(Struct, eq=False):
    """A recording that the stack is about to close, by ``limit`` at the latest.

    Without a ``call`` if that is gone: its end is not reported.
    """

    call: Call | None
    path: Path
    room: Room | None
    limit: float


class Ended(Struct, frozen=True):
    """A track of a call that has ended; ``cause`` says what cut it off, if anything."""

    call: Call
    track: Track
    cause: str | None = None


class Media:
    """Players and recorders on the calls of one endpoint."""

    def __init__(self, device: SoundDevice) -> None:
        self._device = device
        self._streams: list[_Stream] = []
        self._closing: list[_Closing] = []

    def flow(self, call: Call) -> None:
        """Run the clock from now until the call leaves: media is sent and received."""
        self._device.hold(call)

    def audio(self, call: Call) -> pj.AudioMedia:
        """Return a call's port at the bridge, which ends with the call."""
        if call.over:
            raise MediaError(_NO_AUDIO)
        try:
            return call.getAudioMedia(-1)
        except pj.Error as error:
            raise MediaError(_NO_AUDIO) from error

    def play(
        self,
        call: Call,
        track: Track,
        source: wav_files.Source | str,
        now: float,
        *,
        loop: bool = False,
        enough: float = 1.0,
    ) -> None:
        """Play a file to a call, once or in a loop.

        ``enough``: the share of it after which a hang-up by the peer is no failure.
        """
        if isinstance(source, str):
            raise MediaError(source)
        with closing(source):
            audio = self.audio(call)
            try:
                player = Player(source.path, loop=loop)
            except pj.Error as error:
                raise MediaError(f"the file cannot be played: {error.reason}") from error
            try:
                self.flow(call)
                player.connect(audio)
            except pj.Error as error:
                player.close()
                raise MediaError(f"the file cannot be played: {error.reason}") from error
        seconds = None if loop else source.seconds
        self._add(_Stream(call, track, player, now, seconds, enough=enough))

    def record(self, call: Call, path: Path, seconds: float | None, now: float) -> None:
        """Record a call's received audio into a new file."""
        audio = self.audio(call)
        recorder = pj.AudioMediaRecorder()
        try:
            recorder.createRecorder(str(path))
            room = Room(path, seconds)
            room.take()
            self.flow(call)
            audio.startTransmit(recorder)
        except pj.Error as error:
            raise MediaError(f"{path.name} cannot be recorded: {error.reason}") from error
        except OSError as error:
            cause = f"no room to record into {path.name}: {error.strerror}"
            raise DiskError(cause) from error
        self._add(_Stream(call, Track.RECORDING, recorder, now, seconds, path, room))

    def stop(self, call: Call, track: Track, now: float) -> bool:
        """End a track; return whether that is done, else ``look`` will report it."""
        for stream in self._of(call):
            if stream.track is track:
                self._remove(stream, now)
        return not (track is Track.RECORDING and any(one.call is call for one in self._closing))

    def reconnect(self, call: Call) -> None:
        """Connect players and recorders to a call that has a new port at the bridge."""
        with suppress(pj.Error, MediaError):  # it has none, as long as it is held
            audio = self.audio(call)
            for stream in self._of(call):
                if isinstance(stream.port, Player):
                    stream.port.connect(audio)
                else:
                    audio.startTransmit(stream.port)

    def move(self, former: Call, call: Call) -> None:
        """Move the players and recorders of a call to the one that replaces it."""
        for one in self._closing:
            one.call = call if one.call is former else one.call
        for stream in self._of(former):
            self._disconnect(stream)
            stream.call = call
        self.reconnect(call)
        if self._device.is_held_by(former):
            self.flow(call)

    def through(self, call: Call, now: float) -> list[Track]:
        """Return the tracks of a call that have ended since the last ``look``."""
        return [
            stream.track
            for stream in self._of(call)
            if stream.seconds is not None and stream.began + stream.seconds * stream.enough <= now
        ]

    def leave(self, call: Call, now: float) -> None:
        """Disconnect everything from a call; its recording is closed."""
        for stream in self._of(call):
            self._remove(stream, now)
        for one in [one for one in self._closing if one.call is call]:
            one.call = None
            self._look_whether_closed(one, now)
        self._device.release(call)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is connected to any call, and no recording is being closed."""
        return not self._streams and not self._closing

    def wait(self, now: float) -> float:
        """Return the seconds until a track may have ended, infinite if none can."""
        looks = [stream.next_look for stream in self._streams if stream.seconds is not None]
        looks += [one.began + one.room.next_look for one in self._streams if one.room is not None]
        looks += [now + STANDSTILL / 2 for _ in self._closing]
        return max(0.0, min(looks, default=inf) - now)

    def look(self, now: float) -> list[Ended]:
        """Return the tracks that have ended since the last look."""
        ended = self._cut_off(now)
        for stream in [one for one in self._streams if self._is_over(one, now)]:
            self._remove(stream, now)
            if stream.track is not Track.RECORDING:
                ended.append(Ended(stream.call, stream.track))
        for one in list(self._closing):
            if self._look_whether_closed(one, now) and one.call is not None:
                ended.append(Ended(one.call, Track.RECORDING))
        return ended

    def _look_whether_closed(self, one: _Closing, now: float) -> bool:
        is_closed = wav_files.is_closed(one.path)
        if is_closed or one.limit <= now:
            self._closing.remove(one)
        if is_closed and one.room is not None:
            one.room.give_back()
        return one not in self._closing

    def _cut_off(self, now: float) -> list[Ended]:
        """Reserve more space for recordings; end and return those for which there is none."""
        ended = []
        for stream in list(self._streams):
            room, path = stream.room, stream.path
            if room is None or path is None or now < stream.began + room.next_look:
                continue
            try:
                room.take()
            except OSError as error:
                self._remove(stream, now)
                self._closing[-1].call = None  # it is reported now
                cause = f"{path.name} was cut off: {error.strerror}"
                ended.append(Ended(stream.call, Track.RECORDING, cause))
        return ended

    def _is_over(self, stream: _Stream, now: float) -> bool:
        if stream.seconds is None or now < stream.next_look:
            return False
        if isinstance(stream.port, pj.AudioMediaRecorder):
            return True
        # At its end a player's position goes to 0 and stays; before, it stays at 0 in short files,
        # and anywhere where nothing is sent.
        stands = stream.position == (position := stream.port.position())
        stream.position, stream.next_look = position, now + STANDSTILL
        return stands and not position

    def _add(self, stream: _Stream) -> None:
        stream.next_look = stream.began + (stream.seconds or 0.0)
        self._streams.append(stream)

    def _of(self, call: Call) -> list[_Stream]:
        return [stream for stream in self._streams if stream.call is call]

    def _remove(self, stream: _Stream, now: float) -> None:
        self._streams.remove(stream)
        self._disconnect(stream)
        if isinstance(stream.port, Player):
            stream.port.close()
        del stream.port  # the stack ends a recorder with the last reference to it
        if stream.path is not None:
            limit = now + CLOSING_LIMIT
            self._closing.append(_Closing(stream.call, stream.path, stream.room, limit))

    def _disconnect(self, stream: _Stream) -> None:
        with suppress(pj.Error, MediaError):  # the call's port is gone, and the connection with it
            audio = self.audio(stream.call)
            if isinstance(stream.port, Player):
                stream.port.disconnect(audio)
            else:
                audio.stopTransmit(stream.port)
