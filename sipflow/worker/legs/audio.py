"""The audio of one dialog as the walk knows it: what plays, records and is sent, what was heard.

Law: a track is ``idle → asked → going → idle``; a refusal leads back to ``idle`` from anywhere and
stays known until the track is used again. Digits are latched in the order in which they came; one
that a wait has used is gone. Pure: this is told what happened.
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
    """How far a track is."""

    IDLE = enum.auto()
    ASKED = enum.auto()
    GOING = enum.auto()


class LegAudio(Struct):
    """The tracks of a dialog, and the digits that no wait has used."""

    digits: deque[str] = field(default_factory=deque)
    refusals: dict[Track, TrackRefused] = field(default_factory=dict)
    _progress: dict[Track, Progress] = field(default_factory=dict)

    def progress(self, track: Track) -> Progress:
        """Return how far a track is."""
        return self._progress.get(track, Progress.IDLE)

    def ask(self, track: Track) -> None:
        """Take in that something was ordered; a refusal of before is forgotten."""
        self._progress[track] = Progress.ASKED
        self.refusals.pop(track, None)

    def apply(self, happening: AudioHappening) -> None:
        """Take in what happened."""
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
        """Go on where the audio of a dialog was whose leg is this one's now."""
        self.digits.extendleft(reversed(former.digits))
        self.refusals = former.refusals | self.refusals
        self._progress = former._progress | self._progress

    @property
    def heard(self) -> str:
        """The digits that no wait has used, in order."""
        return "".join(self.digits)

    def use(self, count: int) -> None:
        """Use up the first digits."""
        for _ in range(count):
            self.digits.popleft()
