"""The event stores of a command's runs, by run id.

Owns the stores and closes them. Those of the latest ended runs stay open for late replays.
"""

from pathlib import Path

from sipflow.coordinator.events.store import EventStore
from sipflow.protocol.replay import KnownRun

# Ended runs that can still be replayed; each holds a file open.
MOST_ENDED = 64


class EventStores:
    """The source of all replays. ``more``: further runs of this command may begin.

    ``more`` is set to false after the store of the last run was opened: from then on an unknown run
    id does not exist and never will.
    """

    def __init__(self) -> None:
        self.more = True
        self._records: dict[str, EventStore] = {}

    def open(self, run: str, path: Path) -> EventStore:
        """Open the store of a run in a file; raises ``ResourceError``."""
        self._forget(MOST_ENDED)
        record = self._records[run] = EventStore(run, path)
        return record

    def get(self, run: str) -> EventStore | None:
        """Return the store of a run, None for an unknown one."""
        return self._records.get(run)

    def known(self) -> tuple[KnownRun, ...]:
        """Return the runs that can be replayed, in the order in which they began."""
        return tuple(
            KnownRun(run=run, last=record.last, ended=record.ended)
            for run, record in self._records.items()
        )

    def close(self) -> None:
        """Close every store."""
        for record in self._records.values():
            record.close()
        self._records.clear()

    def _forget(self, kept: int) -> None:
        ended = [run for run, record in self._records.items() if record.ended]
        for run in ended[: max(0, len(ended) - kept)]:
            self._records.pop(run).close()
