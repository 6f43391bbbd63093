"""Queue for dialogs that begin between two runs of a load. Pure.

Law: the events of incoming dialogs are kept in order; a dialog that ends here is forgotten with
all its events. A MESSAGE outside of any dialog and refused messages are kept, too. All other events
between runs are dropped.
"""

from sipflow.worker.ua.events import (
    DialogEnded,
    Happening,
    InviteReceived,
    MessageRefused,
    RegisterAnswered,
    TextAnswered,
    TextReceived,
)


class EarlyCalls:
    """Keeps the events that the next run receives at its beginning."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._happenings: list[tuple[str | None, Happening]] = []

    def take(self, happening: Happening) -> None:
        """Record an event between two runs."""
        match happening:
            case InviteReceived(dialog=dialog):
                self._waiting.add(dialog)
                self._happenings.append((dialog, happening))
            case DialogEnded(dialog=dialog):
                self._waiting.discard(dialog)
                self._happenings = [one for one in self._happenings if one[0] != dialog]
            case TextReceived(dialog=None) | MessageRefused():
                self._happenings.append((None, happening))
            case TextAnswered() | RegisterAnswered():
                pass
            case _:
                if happening.dialog in self._waiting:
                    self._happenings.append((happening.dialog, happening))

    def leave(self) -> list[Happening]:
        """Return, once, the events of the dialogs that still live."""
        happenings, self._happenings = self._happenings, []
        self._waiting.clear()
        return [happening for _dialog, happening in happenings]
