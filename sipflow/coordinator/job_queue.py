"""The job queue of a command: its scenarios, run in order, some at a time. Pure.

Law: a job is ``waiting``, then begun once, then ended; at most ``at_once`` of them are begun and
not ended. After a halt nothing begins; with ``fail_fast`` the first job that does not complete is a
halt. A job that is never begun has been skipped.
"""

from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from sipflow.protocol.verdict import COMPLETED
from sipflow.scenario.model.graph import Scenario


class Job(Struct, frozen=True):
    """One scenario to be run: ``index`` is its file's place on the command line."""

    index: int
    file: str
    scenario: Scenario


class JobQueue:
    """The jobs of a command, in order."""

    def __init__(self, jobs: Iterable[Job], at_once: int = 1, *, fail_fast: bool = False) -> None:
        self._waiting = deque(jobs)
        self._at_once = at_once
        self._fail_fast = fail_fast
        self._running = 0

    @property
    def more(self) -> bool:
        """Whether a job is still to begin."""
        return bool(self._waiting)

    @property
    def done(self) -> bool:
        """Whether nothing runs and nothing is to begin."""
        return not self._waiting and not self._running

    def due(self) -> Job | None:
        """Return the job that is to begin now, once."""
        if not self._waiting or self._running >= self._at_once:
            return None
        self._running += 1
        return self._waiting.popleft()

    def ended(self, exit_code: int) -> list[Job]:
        """Record the end of a job; return the jobs that will not begin because of it."""
        self._running -= 1
        return self.halt() if self._fail_fast and exit_code != COMPLETED else []

    def halt(self) -> list[Job]:
        """Begin no further job; return the jobs that are skipped."""
        skipped = list(self._waiting)
        self._waiting.clear()
        return skipped
