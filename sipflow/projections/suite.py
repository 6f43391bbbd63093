"""The state of several files: ended ones with their outcome, current runs, and waiting ones.

Pure; the model of every view of several files. It knows nothing of the events within a run.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from msgspec import Struct

from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    COMPLETED,
    FAILED,
    INFRASTRUCTURE,
    NOT_STARTED,
    STOPPED,
    NotStarted,
    Outcome,
    Verdict,
)

Standing = Literal["completed", "failed", "stopped", "not started", "not reached"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
# Exit codes of a file that was not run for another reason than its own.
_NOT_REACHED = (COMPLETED, STOPPED)


class Entry(Struct, frozen=True):
    """One file and its outcome; ``reason``: why, as text for people."""

    outcome: Outcome
    reason: str = ""

    @property
    def standing(self) -> Standing:
        """How the file is counted."""
        if isinstance(self.outcome, Verdict):
            return self.outcome.verdict
        return "not reached" if self.outcome.exit_code in _NOT_REACHED else "not started"


class SuiteProjection:
    """The files in the order in which they were named; ``began`` in Unix seconds.

    ``counts``: the number of files by standing; unmentioned files were not reached.
    ``running``: the names of the current runs' scenarios by index, the oldest first.
    ``done``: the number of finished files.
    """

    def __init__(self, files: Sequence[str], began: float) -> None:
        self.began = began
        self.entries = [Entry(_not_reached(file)) for file in files]
        self.counts = Counter(entry.standing for entry in self.entries)
        self.running: dict[int, str] = {}
        self.done = 0

    def started(self, index: int, name: str) -> None:
        """Record the start of a file's run."""
        self.running[index] = name

    def ended(self, index: int, entry: Entry) -> None:
        """Record the end of a file's run, or that there is none."""
        self.running.pop(index, None)
        self.counts[self.entries[index].standing] -= 1
        self.counts[entry.standing] += 1
        self.entries[index] = entry
        if entry.standing != "not reached":
            self.done += 1

    def rest(self, now: float) -> float | None:
        """Estimate the seconds until all have ended, from the mean so far."""
        if not self.done:
            return None
        left = len(self.entries) - self.done
        return max(0.0, now - self.began) / self.done * left


def _not_reached(file: str) -> NotStarted:
    return NotStarted(file=file, reason=RunReason(message="not reached"), exit_code=COMPLETED)


# The one exit code of several files. Pure.


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Return the exit code of all: 130 over 3 over 1 over 0.

    A file with problems counts as failed where others ran; 2 is left for a command that could
    start nothing. A file that was not reached because another had failed makes it no worse.
    """
    all_of_them = tuple(outcomes)
    codes = {outcome.exit_code for outcome in all_of_them}
    for code in (STOPPED, INFRASTRUCTURE):
        if code in codes:
            return code
    if NOT_STARTED in codes and not any(isinstance(one, Verdict) for one in all_of_them):
        return NOT_STARTED
    return FAILED if codes - {COMPLETED} else COMPLETED
