"""Whether a run is to pause, and whether every worker has said that it does. Pure.

Law: a run is paused once each worker that was asked has answered the last time that it was asked;
answers come in the order of the questions, so that counting them is enough.
"""

from collections.abc import Iterable


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
