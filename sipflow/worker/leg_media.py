"""What is known of the media of one dialog: figures, losses on purpose, digits. Pure.

Digits are latched in the order in which they came. Figures are those that were told last; whoever
orders new ones forgets them first.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import assert_never

from sipflow.worker.happenings import DigitReceived, MediaHappening, MediaMeasured, RtpDropping


@dataclass(slots=True)
class LegMedia:
    """``dropping``: how many of a hundred packets are lost on purpose; None if that is unknown."""

    measured: MediaMeasured | None = None
    dropping: int | None = None
    digits: deque[DigitReceived] = field(default_factory=deque)

    def apply(self, happening: MediaHappening) -> None:
        """Take in what happened."""
        match happening:
            case MediaMeasured():
                self.measured = happening
            case RtpDropping(percent=percent):
                self.dropping = percent
            case DigitReceived():
                self.digits.append(happening)
            case _:
                assert_never(happening)
