"""The records of a command's runs, by the id of the run: which there are, and which there were.

Owns the records and closes them. Those of runs that have ended stay for those who come late, the
latest of them.
"""

from pathlib import Path

from sipflow.coordinator.events.store import EventStore
from sipflow.protocol.replay import KnownRun

# Runs that have ended and can still be asked for; each holds a file open.
MOST_ENDED = 64


class EventStores:
    """What replays are answered from. ``more``: further runs of this command may begin.

    Whoever begins the last run opens its record first and sets ``more`` to false then: a run that
    is not known where there are no more is one that never was.
    """

    def __init__(self) -> None:
        self.more = True
        self._records: dict[str, EventStore] = {}

    def open(self, run: str, path: Path) -> EventStore:
        """Begin the record of a run in a file; raises ``ResourceError``."""
        self._forget(MOST_ENDED)
        record = self._records[run] = EventStore(run, path)
        return record

    def get(self, run: str) -> EventStore | None:
        """Return the record of a run, if it is known."""
        return self._records.get(run)

    def known(self) -> tuple[KnownRun, ...]:
        """Return the runs whose events can be asked for, in the order in which they began."""
        return tuple(
            KnownRun(run=run, last=record.last, ended=record.ended)
            for run, record in self._records.items()
        )

    def close(self) -> None:
        """Close every record."""
        for record in self._records.values():
            record.close()
        self._records.clear()

    def _forget(self, kept: int) -> None:
        ended = [run for run, record in self._records.items() if record.ended]
        for run in ended[: max(0, len(ended) - kept)]:
            self._records.pop(run).close()
