"""The audio of one dialog as the walk knows it: the state of its tracks and received digits.

Law: a track is ``idle → asked → going → idle``; a refusal leads back to ``idle`` from anywhere and
stays known until the track is used again. Received digits are latched in order; a digit that a
wait has used is gone. Pure: driven by ``apply``.
"""

import enum
from collections import deque
from typing import assert_never

from msgspec import Struct, field

from sipflow.worker.ua.events import (
    AudioHappening,
    DigitReceived,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)


class Progress(enum.Enum):
    """The state of a track."""

    IDLE = enum.auto()
    ASKED = enum.auto()
    GOING = enum.auto()


class LegAudio(Struct):
    """The tracks of a dialog, and the digits that no wait has used."""

    digits: deque[str] = field(default_factory=deque)
    refusals: dict[Track, TrackRefused] = field(default_factory=dict)
    _progress: dict[Track, Progress] = field(default_factory=dict)

    def progress(self, track: Track) -> Progress:
        """Return the state of a track."""
        return self._progress.get(track, Progress.IDLE)

    def ask(self, track: Track) -> None:
        """Record that a track was ordered; an earlier refusal is forgotten."""
        self._progress[track] = Progress.ASKED
        self.refusals.pop(track, None)

    def apply(self, happening: AudioHappening) -> None:
        """Record an event of a track, or a digit."""
        match happening:
            case TrackBegan(track=track):
                self._progress[track] = Progress.GOING
            case TrackEnded(track=track):
                self._progress[track] = Progress.IDLE
            case TrackRefused(track=track):
                self._progress[track] = Progress.IDLE
                self.refusals[track] = happening
            case DigitReceived(digit=digit):
                self.digits.append(digit)
            case _:
                assert_never(happening)

    def take_over(self, former: "LegAudio") -> None:
        """Continue with the audio of a former dialog, whose leg this dialog has now."""
        self.digits.extendleft(reversed(former.digits))
        self.refusals = former.refusals | self.refusals
        self._progress = former._progress | self._progress

    @property
    def received(self) -> str:
        """The digits that no wait has used, in order."""
        return "".join(self.digits)

    def use(self, count: int) -> None:
        """Use up the first ``count`` digits."""
        for _ in range(count):
            self.digits.popleft()
