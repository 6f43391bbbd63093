"""What a run knows of one instance's worker. Plain data, changed by ``run_state`` alone."""

from msgspec import Struct

from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    Halted,
    LastWord,
    Ready,
    Registered,
)
from sipflow.protocol.verdict import ExitName


class Member(Struct):
    """One worker: its instance, its endpoint's ``host:port``, and how far it has come.

    ``condemned``: it is being killed and nothing more is expected of it. ``hung``: it was killed
    because it had fallen silent. ``registers``: the run waits for its registration.
    """

    instance: str
    address: str
    greeted: bool = False
    registers: bool = False
    ready: bool = False
    registered: bool = False
    finished: bool = False
    failed: bool = False
    halted: bool = False
    condemned: bool = False
    hung: bool = False
    cleaned: CleanedUp | None = None
    last_seq: int | None = None
    exit: ExitName | None = None

    def take(
        self, word: Ready | Registered | ChainFinished | Halted | CleanedUp | LastWord
    ) -> None:
        """Take in how far it says that it has come."""
        match word:
            case Ready():
                self.ready = True
            case Registered():
                self.registered = True
            case ChainFinished():
                self.finished = True
            case Halted():
                self.halted = True
            case CleanedUp():
                self.cleaned = word
            case LastWord(last_seq=last_seq):
                self.last_seq = last_seq

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self.exit is not None

    @property
    def awaited(self) -> bool:
        """Whether something may still be expected of it."""
        return not self.gone and not self.condemned

    @property
    def reusable(self) -> bool:
        """Whether another run may have its process: all of this one is gone from it."""
        idle = self.cleaned is not None and self.cleaned.idle
        return self.awaited and idle and self._left_nothing and self.last_seq is not None

    @property
    def confirmed(self) -> bool:
        """Whether its clean-up is confirmed: nothing left, and an orderly end.

        One that was killed before it got its plan never had anything to end in order.
        """
        orderly = self.exit in ("finished", "failed") or (self.gone and not self.greeted)
        return orderly and self._left_nothing

    @property
    def _left_nothing(self) -> bool:
        cleaned = self.cleaned
        return cleaned is not None and not cleaned.left and not cleaned.registrations
