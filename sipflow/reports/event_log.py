"""The event log: one JSON object per event and line, in ``g`` order, with the keys of the wire.

It must not leave out, add or reorder anything: reports are made from it.
"""

from pathlib import Path

import msgspec

from sipflow.protocol.events import AnyEvent
from sipflow.reports.line_file import LineFile


class EventLog:
    """Writes the log to a file; raises as ``LineFile`` does."""

    def __init__(self, path: Path) -> None:
        self._file = LineFile(path, "the event log")
        self._encoder = msgspec.json.Encoder()

    def handle(self, event: AnyEvent) -> None:
        """Append an event."""
        self._file.write(self._encoder.encode(event) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
