"""The messages behind what has happened on a dialog, for whoever looks into them. Pure."""

from collections import deque
from dataclasses import dataclass, field

from sipflow.protocol.sip import is_ringing
from sipflow.worker.happenings import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    Progressed,
)


@dataclass(slots=True)
class Received:
    """Texts of messages, empty where none was received.

    ``last``: the last one that was. ``rings``: those of the 18x that no wait has used up.
    """

    invite: str = ""
    last: str = ""
    confirmation: str = ""
    end: str = ""
    rings: deque[str] = field(default_factory=deque)

    def keep(self, happening: Happening) -> None:
        """Keep the message behind what happened."""
        match happening:
            case InviteReceived(message=message):
                self.invite = message
            case Progressed(message=message, code=code):
                if is_ringing(code):
                    self.rings.append(message)
                self.last = message or self.last
            case DialogConfirmed(message=message):
                self.confirmation = message
                self.last = message or self.last
            case DialogEnded(message=message):
                self.end = message
                self.last = message or self.last
            case _:
                pass

    def take_ring(self) -> str:
        """Use up the message of the first 18x that no wait has used up yet."""
        return self.rings.popleft() if self.rings else ""
