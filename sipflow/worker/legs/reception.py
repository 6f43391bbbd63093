"""What is known of the media that one dialog receives: figures, losses on purpose. Pure.

Figures are those that were told last; whoever orders new ones forgets them first.
"""

from typing import assert_never

from msgspec import Struct

from sipflow.worker.ua.events import MediaHappening, MediaMeasured, RtpDropping


class LegReception(Struct):
    """``dropping``: how many of a hundred packets are lost on purpose; None if that is unknown.

    ``watched``: its counting has been ordered.
    """

    measured: MediaMeasured | None = None
    dropping: int | None = None
    watched: bool = False

    def apply(self, happening: MediaHappening) -> None:
        """Take in what happened."""
        match happening:
            case MediaMeasured():
                self.measured = happening
            case RtpDropping(percent=percent):
                self.dropping = percent
            case _:
                assert_never(happening)
