"""The logs of ``--log-dir``: the events of each instance, with the time of day, in its own file.

The instance's worker writes to the same file; both append whole lines.
"""

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sipflow.console.run.plain import Plain
from sipflow.errors import ResourceError
from sipflow.protocol.events import AnyEvent, ScenarioState
from sipflow.scenario.model.graph import COORDINATOR


class InstanceLogs:
    """Appends events to files; ``file_of`` returns the file for a run and an instance.

    Raises ``ResourceError``, once for each file that cannot be written.
    """

    def __init__(self, file_of: Callable[[str, str], Path]) -> None:
        self._file_of = file_of
        self._texts: dict[tuple[str, str], io.StringIO] = {}
        self._views: dict[tuple[str, str], Plain] = {}
        self._broken: set[Path] = set()

    @property
    def kept(self) -> int:
        """The number of instances of current runs with state in memory."""
        return len(self._views)

    def handle(self, event: AnyEvent) -> None:
        """Append the line of an instance's event, if it has one."""
        if event.instance == COORDINATOR:
            if isinstance(event, ScenarioState) and event.new in ("completed", "failed", "stopped"):
                self._forget(event.run)
            return
        key = (event.run, event.instance)
        if key not in self._views:
            self._texts[key] = io.StringIO()
            self._views[key] = Plain(self._texts[key], moment=_moment)
        text = self._texts[key]
        self._views[key].handle(event)
        line = text.getvalue()
        text.seek(0)
        text.truncate()
        self._append(self._file_of(*key), line.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Do nothing: every line has been written."""

    def _forget(self, run: str) -> None:
        for key in [key for key in self._views if key[0] == run]:
            del self._views[key], self._texts[key]

    def _append(self, path: Path, line: bytes) -> None:
        if not line or path in self._broken:
            return
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            descriptor = os.open(path, flags, 0o600)
            try:
                while line:
                    line = line[os.write(descriptor, line) :]
            finally:
                os.close(descriptor)
        except FileNotFoundError:  # its folder was removed by the user
            self._broken.add(path)
        except OSError as error:
            self._broken.add(path)
            raise ResourceError(f"cannot write the log {path}: {error.strerror}") from error


def _moment(ts: float) -> str:
    return datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds")
