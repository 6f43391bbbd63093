"""Where dialogs wait that come in between two runs of a load. Pure.

Law: kept in order is what happens on dialogs that came in; a dialog that ends here is forgotten
with all that happened on it. Kept, too, is a MESSAGE outside of any dialog, and what was refused.
Everything else that happens between runs is nobody's.
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
    """Keeps what the next run is to be told at its beginning."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._happenings: list[tuple[str | None, Happening]] = []

    def take(self, happening: Happening) -> None:
        """Take in what happened while no run goes on."""
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
        """Return, once, what happened on the dialogs that still live."""
        happenings, self._happenings = self._happenings, []
        self._waiting.clear()
        return [happening for _dialog, happening in happenings]
