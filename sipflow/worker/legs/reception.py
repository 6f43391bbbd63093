"""The media that one dialog receives, as far as measured: figures, deliberate loss. Pure.

Figures are the latest reported ones; they are forgotten before new ones are ordered.
"""

from typing import assert_never

from msgspec import Struct

from sipflow.worker.ua.events import MediaHappening, MediaMeasured, RtpDropping


class LegReception(Struct):
    """Measured reception of a leg.

    ``dropping``: how many of a hundred packets are lost on purpose; None if that is unknown.
    ``watched``: its counting has been ordered.
    """

    measured: MediaMeasured | None = None
    dropping: int | None = None
    watched: bool = False

    def apply(self, happening: MediaHappening) -> None:
        """Record an event of the media."""
        match happening:
            case MediaMeasured():
                self.measured = happening
            case RtpDropping(percent=percent):
                self.dropping = percent
            case _:
                assert_never(happening)
