"""The folders whose files a scenario may name: its own, and those that are allowed beside it."""

from collections.abc import Sequence
from pathlib import Path


class Folders:
    """Tells whether a path, links followed, lies in one of them or below."""

    def __init__(self, own: Path, allowed: Sequence[Path] = ()) -> None:
        self.own = own.resolve()
        self._all = (self.own, *(path.resolve() for path in allowed))

    def hold(self, path: Path) -> bool:
        """Tell whether a path that is resolved already is in one of the folders or below."""
        return any(path.is_relative_to(folder) for folder in self._all)
