"""The status of one instance's worker in a run. Plain data, changed by ``lifecycle`` alone."""

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
    """One worker: its instance, its endpoint's ``host:port``, and its progress.

    ``killing``: it is being killed, and no further message is expected.
    ``hung``: it was killed because its heartbeats had stopped.
    ``registers``: the run waits for its registration.
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
        """Record the progress that a message of the worker reports."""
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
        """Whether further messages are expected from it."""
        return not self.gone and not self.killing

    @property
    def reusable(self) -> bool:
        """Whether another run may use its process, because nothing of this run is left in it."""
        idle = self.cleaned is not None and self.cleaned.idle
        return self.awaited and idle and self._left_nothing and self.last_seq is not None

    @property
    def confirmed(self) -> bool:
        """Whether its clean-up is confirmed: nothing left, and an orderly end.

        A worker that was killed before it got its plan had nothing to clean up.
        """
        orderly = self.exit in ("finished", "failed") or (self.gone and not self.greeted)
        return orderly and self._left_nothing

    @property
    def _left_nothing(self) -> bool:
        cleaned = self.cleaned
        return cleaned is not None and not cleaned.left and not cleaned.registrations


# The pause of a run: whether it is requested, and whether every worker has confirmed it. Pure.
#
# Law: a run is paused once each worker has confirmed the last ``Pause`` sent to it. Confirmations
# arrive in the order of the commands, so that counting them is enough.


class Pause:
    """The pause of a run.

    ``wanted``: whether the user wants the run paused.
    ``is_announced``: whether the pause has been published.
    ``last_seqs``: the number of the last event before the pause, by instance.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.is_announced = False
        self.last_seqs: dict[str, int] = {}
        self._owed: dict[str, int] = {}

    def ask(self, instances: Iterable[str]) -> None:
        """Record that a ``Pause`` was sent to these instances."""
        for instance in instances:
            self._owed[instance] = self._owed.get(instance, 0) + 1

    def answered(self, instance: str, last_seq: int) -> None:
        """Record the confirmation of an instance."""
        self._owed[instance] = self._owed.get(instance, 0) - 1
        self.last_seqs[instance] = last_seq

    def is_complete(self, instances: Iterable[str]) -> bool:
        """Return whether all of these instances have confirmed."""
        return all(self._owed.get(instance, 0) <= 0 for instance in instances)
