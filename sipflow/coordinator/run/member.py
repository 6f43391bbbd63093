"""What a run knows of one instance's worker. Plain data, changed by ``run_state`` alone."""

from collections.abc import Iterable

from msgspec import Struct

from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Ready,
    Registered,
)
from sipflow.protocol.verdict import ExitName


class WorkerStatus(Struct):
    """One worker: its instance, its endpoint's ``host:port``, and how far it has come.

    ``killing``: it is being killed and nothing more is expected of it. ``hung``: it was killed
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
    killing: bool = False
    hung: bool = False
    cleaned: CleanedUp | None = None
    last_seq: int | None = None
    exit: ExitName | None = None

    def take(
        self, word: Ready | Registered | ChainFinished | Halted | CleanedUp | EventsFinished
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
            case EventsFinished(last_seq=last_seq):
                self.last_seq = last_seq

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self.exit is not None

    @property
    def awaited(self) -> bool:
        """Whether something may still be expected of it."""
        return not self.gone and not self.killing

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


# Whether a run is to pause, and whether every worker has said that it does. Pure.
#
# Law: a run is paused once each worker that was asked has answered the last time that it was asked;
# answers come in the order of the questions, so that counting them is enough.


class Pause:
    """The wish to pause and how far it is carried out.

    ``wanted`` is the user's last word, ``is_told`` whether the world has been told of the pause,
    ``last_seqs`` the number of the last event before the pause, by instance.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.is_told = False
        self.last_seqs: dict[str, int] = {}
        self._owed: dict[str, int] = {}

    def ask(self, instances: Iterable[str]) -> None:
        """Take in that these are asked to pause."""
        for instance in instances:
            self._owed[instance] = self._owed.get(instance, 0) + 1

    def answered(self, instance: str, last_seq: int) -> None:
        """Take in that one has answered."""
        self._owed[instance] = self._owed.get(instance, 0) - 1
        self.last_seqs[instance] = last_seq

    def is_complete(self, instances: Iterable[str]) -> bool:
        """Tell whether all of these have answered."""
        return all(self._owed.get(instance, 0) <= 0 for instance in instances)
