"""A file of lines, each written to the kernel at once.

So no line is lost when the coordinator is killed. It does not interpret the lines.
"""

from contextlib import suppress
from pathlib import Path

from sipflow.errors import ResourceError, UsageError


class LineFile:
    """Creates or truncates a file; ``what``: its name in messages, as ``the event log``.

    Raises ``UsageError`` if it cannot be opened, before anything is started; later
    ``ResourceError``, once, if it cannot be written any more.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = what
        self._broken = False
        try:
            # Unbuffered: each line is one write, which a kill -9 cannot undo.
            self._file = path.open("wb", buffering=0)
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            raise UsageError(
                f"cannot open {what} {path}: {_cause(error)}", code="unwritable-file"
            ) from error

    def write(self, line: bytes) -> None:
        """Append a line, which includes its line end."""
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
        except OSError as error:  # a network file system may report the error only now
            if not self._broken:
                raise self._failure(error) from error

    def _failure(self, error: OSError) -> ResourceError:
        self._broken = True
        with suppress(OSError):  # nothing more will be written, and the error is being reported
            self._file.close()
        return ResourceError(f"cannot write {self._what} {self._path}: {_cause(error)}")


def _cause(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
