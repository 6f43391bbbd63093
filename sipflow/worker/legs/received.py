"""The messages behind what has happened on a dialog, for whoever looks into them. Pure."""

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

    ``last``: the last one that was. ``ring``: that of the 18x that a wait used up last.
    """

    invite: str = ""
    last: str = ""
    confirmation: str = ""
    end: str = ""
    ring: str = ""

    def keep(self, happening: Happening) -> None:
        """Keep the message behind what happened."""
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
