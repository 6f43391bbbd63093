"""Writes the HTML page of a load: collects its events, and writes the file atomically at the end.

``load_page`` makes the page, and is imported only when it is written.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from sipflow.errors import ResourceError, UsageError
from sipflow.projections.load import LoadProjection
from sipflow.projections.load_series import LoadSeries
from sipflow.protocol.events import AnyEvent, LoadNumbers
from sipflow.protocol.load_result import LoadResult
from sipflow.scenario.model.graph import Scenario


class LoadHtml:
    """Writes the page to a file, which it replaces.

    Raises ``UsageError`` if the file cannot be written, before anything is started; later
    ``ResourceError``, if it cannot be written any more.
    """

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self._named = path
        self._scenario = scenario
        self._projection = LoadProjection()
        self._series = LoadSeries()
        self._plan: Sequence[str] = ()
        try:
            # A symbolic link stays one: its target is replaced.
            self._path = path.resolve()
            if self._path.exists() and not self._path.is_file():
                raise UsageError(
                    f"cannot write the page {path}: it is not a file", code="unwritable-file"
                )
            # Beside it, because a file is replaced atomically only within one file system.
            self._draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            self._draft.write_bytes(b"")
        except (OSError, ValueError) as error:  # ValueError: a null byte in the path
            raise UsageError(
                f"cannot write the page {path}: {_cause(error)}", code="unwritable-file"
            ) from error

    def begin(self, load_id: str, plan_text: Sequence[str]) -> None:
        """Record the description of the load."""
        self._projection.load = load_id
        self._plan = tuple(plan_text)

    def handle(self, event: AnyEvent) -> None:
        """Handle an event of the load, or of one of its examples."""
        self._projection.apply(event)
        if isinstance(event, LoadNumbers):
            self._series.add(event)

    def finished(self, result: LoadResult) -> None:
        """Write the page."""
        from sipflow.reports.load_page import load_page

        page = load_page(self._projection, self._series, result, self._scenario, self._plan)
        try:
            self._draft.write_text(page, encoding="utf-8")
            self._draft.replace(self._path)
        except OSError as error:
            raise ResourceError(f"cannot write the page {self._named}: {_cause(error)}") from error

    def close(self) -> None:
        """Remove the temporary file, if the page was not written."""
        self._draft.unlink(missing_ok=True)


def _cause(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
