"""The event store of a run: a file with all published events, for replays.

Owns the file of each run. Only events not yet written and a sparse index of the file are in
memory; it does not interpret the events.
"""

import os
from array import array
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sipflow.errors import ResourceError
from sipflow.protocol.wire import frame, unframe

# Bytes buffered in memory before a write; the size of a few thousand events.
BUFFER = 256 * 1024
# Events between two entries of the index: the most that a read skips before the first wanted one.
STEP = 256
CHUNK = 64 * 1024
MOST_EVENTS = 500
MOST_BYTES = 256 * 1024
HEADER = len(frame(b""))


class EventStore:
    """The events of one run in the order of ``g``, from 1.

    ``last``: the number of the last event.
    ``ended``: whether no further event follows.
    """

    def __init__(self, run: str, path: Path) -> None:
        self.run = run
        self.last = 0
        self.ended = False
        self._path = path
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._size = 0  # of the file and of the buffered events
        self._index = array("Q")  # where the events 1, 1 + STEP, … begin
        self._readable: int | None = None  # how many events are whole in a file that failed
        self._failure: ResourceError | None = None
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        try:
            self._descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise self._refusal(error) from error

    def append(self, event: bytes) -> None:
        """Add the next event; raises ``ResourceError``, once, if it cannot be stored."""
        if not self.last % STEP:
            self._index.append(self._size)
        self.last += 1
        framed = frame(event)
        self._waiting.append(framed)
        self._size += len(framed)
        self._waiting_bytes += len(framed)
        if self._waiting_bytes >= BUFFER or self._failure is not None:
            self.flush()

    def flush(self) -> None:
        """Write the buffered events; raises ``ResourceError``, once, if that fails."""
        self._write()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def read(
        self, first: int, most_events: int = MOST_EVENTS, most_bytes: int = MOST_BYTES
    ) -> list[bytes]:
        """Return events from the number ``first`` on, at least one unless there is none.

        An empty result for an existing event means that the disk was full, which ``append`` or
        ``flush`` reported.
        """
        self._write()
        readable = self.last if self._readable is None else self._readable
        if not 1 <= first <= readable:
            return []
        entry, passed = divmod(first - 1, STEP)
        wanted = min(most_events, readable - first + 1)
        events: list[bytes] = []
        for event in islice(self._events(self._index[entry]), passed, passed + wanted):
            most_bytes -= len(event)
            if events and most_bytes < 0:
                break
            events.append(event)
        return events

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _write(self) -> None:
        if not self._waiting:
            return
        data = memoryview(b"".join(self._waiting))
        waited = len(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        if self._readable is not None:
            return  # the file has a gap from here on; later events could not be found
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            self._readable = self.last - waited
            self._failure = self._refusal(error)

    def _events(self, at: int) -> Iterator[bytes]:
        size = CHUNK
        while chunk := os.pread(self._descriptor, size, at):
            events = unframe(chunk)
            if not events and len(chunk) < size:
                return  # the file was truncated from outside
            yield from events
            at += sum(HEADER + len(event) for event in events)
            size = CHUNK if events else 2 * size  # an event that is longer than that

    def _refusal(self, error: OSError) -> ResourceError:
        return ResourceError(f"cannot keep the run's events in {self._path}: {error.strerror}")
