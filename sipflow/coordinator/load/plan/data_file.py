"""Reads the file of ``--data``; ``rows`` parses it."""

import stat
from pathlib import Path

from sipflow.coordinator.load.plan.rows import LARGEST, Rows, parse
from sipflow.errors import UsageError
from sipflow.scenario.reader import name_of


def read_rows(path: Path) -> Rows:
    """Return the rows of a file; raises ``UsageError`` where it cannot be read or is wrong."""
    name = name_of(path)
    try:
        # Before it is opened: opening a pipe without a writer would block forever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"--data {name}: not a regular file; name a CSV file", code="bad-data")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"--data {name}: cannot be read: {reason}; name a CSV file", code="bad-data"
        ) from error
    return parse(data, name)
