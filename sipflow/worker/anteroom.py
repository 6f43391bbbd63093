"""Where dialogs wait that come in between two runs of a load. Pure.

Law: kept in order is what happens on dialogs that came in; a dialog that ends here is forgotten
with all that happened on it. Everything else that happens between runs is nobody's.
"""

from sipflow.worker.happenings import (
    DialogEnded,
    Happening,
    InviteReceived,
    RegisterAnswered,
    TextAnswered,
    TextReceived,
)


class Anteroom:
    """Keeps what the next run is to be told at its beginning."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Happening]] = {}

    def take(self, happening: Happening) -> None:
        """Take in what happened while no run goes on."""
        match happening:
            case InviteReceived(dialog=dialog):
                self._waiting[dialog] = [happening]
            case DialogEnded(dialog=dialog):
                self._waiting.pop(dialog, None)
            case TextReceived(dialog=None):
                self._waiting[f"text {len(self._waiting)}"] = [happening]
            case TextReceived() | TextAnswered() | RegisterAnswered():
                pass
            case _:
                if happening.dialog in self._waiting:
                    self._waiting[happening.dialog].append(happening)

    def leave(self) -> list[Happening]:
        """Return, once, what happened on the dialogs that still live."""
        happenings = [one for waiting in self._waiting.values() for one in waiting]
        self._waiting.clear()
        return happenings
