"""A file that grows by whole lines, each handed to the kernel as it comes.

So nothing that was written is lost when the coordinator is killed. What is in a line is its
writer's business.
"""

from contextlib import suppress
from pathlib import Path

from sipflow.errors import ResourceError, UsageError


class LineFile:
    """Creates or truncates a file; ``what`` names it to people: ``the event log``.

    Raises ``UsageError`` where it cannot be opened, before anything is started; later
    ``ResourceError``, once, when it cannot be written any more.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._broken = False
        try:
            # No buffer: one write per line, whole, is what a kill -9 cannot take back.
            self._file = path.open("wb", buffering=0)
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            raise UsageError(
                f"cannot open {what} {path}: {_cause(error)}", code="unwritable-file"
            ) from error

    def write(self, line: bytes) -> None:
        """Append a line that has its end."""
        if self._broken:
            return
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
        with suppress(OSError):  # nothing more will be written, and this one is being told
            self._file.close()
        return ResourceError(f"cannot write {self._what} {self._path}: {_cause(error)}")


def _cause(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
