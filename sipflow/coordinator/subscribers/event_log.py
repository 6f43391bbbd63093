"""The event log: one JSON object per event and line, in ``g`` order, with the wire's keys.

Every line is handed to the kernel as it comes, so that nothing is lost when the coordinator is
killed. It must not leave out, add or reorder anything: reports are made from it.
"""

from pathlib import Path

import msgspec

from sipflow.errors import ResourceError, UsageError
from sipflow.protocol.events import AnyEvent


class EventLog:
    """Writes the log to a file that it creates or truncates.

    Raises ``UsageError`` where the file cannot be opened, before anything is started; later
    ``ResourceError``, once, when it cannot be written any more.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoder = msgspec.json.Encoder()
        self._broken = False
        try:
            # No buffer: one write per event, whole, is what a kill -9 cannot take back.
            self._file = path.open("wb", buffering=0)
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            raise UsageError(f"cannot open the event log {path}: {_cause(error)}") from error

    def handle(self, event: AnyEvent) -> None:
        """Append an event."""
        if self._broken:
            return
        line = self._encoder.encode(event) + b"\n"
        try:
            while line:
                line = line[self._file.write(line) :]
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:  # a network's file system may refuse only now
            if not self._broken:
                raise self._failure(error) from error

    def _failure(self, error: OSError) -> ResourceError:
        self._broken = True
        return ResourceError(f"cannot write the event log {self._path}: {_cause(error)}")


def _cause(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
