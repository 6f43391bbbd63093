"""The received messages behind the events of a dialog, for conditions and captures. Pure."""

from msgspec import Struct

from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    Progressed,
)


class Received(Struct):
    """Texts of messages, empty where none was received.

    ``last``: the latest received one. ``ring``: the 18x that a wait used up last.
    """

    invite: str = ""
    last: str = ""
    confirmation: str = ""
    end: str = ""
    ring: str = ""

    def keep(self, happening: Happening) -> None:
        """Keep the message behind an event."""
        match happening:
            case InviteReceived(message=message):
                self.invite = message
            case Progressed(message=message):
                self.last = message or self.last
            case DialogConfirmed(message=message):
                self.confirmation = message
                self.last = message or self.last
            case DialogEnded(message=message):
                self.end = message
                self.last = message or self.last
            case _:
                pass
