"""The directory of all of a user's runs, which only that user owns and can enter.

In ``/tmp`` any user can create a directory with any free name, also the one for this user's runs.
Nothing is ever put into a directory of another user: the next name is used then, and runs are
looked for under all names, in case the first one becomes free later.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sipflow.errors import ResourceError

# A Unix socket's path holds 107 bytes; a run's directory and the longest name in it take 27.
_LONGEST_ROOT = 72
_MOST_NAMES = 9


def root() -> Path:
    """Return the user's directory for runs; it is created if necessary.

    Raises ``ResourceError`` if that is not possible.
    """
    for path in _candidates():
        if _is_made(path):
            return path
    first = next(_candidates())
    raise ResourceError(
        f"no directory for runs: other users have taken {first} and all names like it; "
        "set XDG_RUNTIME_DIR to a directory of yours"
    )


def roots() -> list[Path]:
    """Return the directories that runs of the user may be in; raises as ``root`` does."""
    first = root()
    return [first, *(path for path in _candidates() if path != first and _is_there(path))]


def _candidates() -> Iterator[Path]:
    first = _first_candidate()
    yield first
    for number in range(2, _MOST_NAMES + 1):
        path = first.with_name(f"{first.name}-{number}")
        if len(str(path)) <= _LONGEST_ROOT:
            yield path


def _first_candidate() -> Path:
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    path = Path(session) / "sipflow"
    if not session or len(str(path)) > _LONGEST_ROOT or not Path(session).is_dir():
        path = _temporary() / f"sipflow-{os.getuid()}"
    if len(str(path)) > _LONGEST_ROOT:
        path = Path("/tmp") / path.name
    return path


def _temporary() -> Path:
    """Return the directory for temporary files; the module ``tempfile`` takes long to import."""
    path = os.environ.get("TMPDIR", "")
    usable = path and Path(path).is_dir() and os.access(path, os.W_OK | os.X_OK)
    return Path(path).absolute() if usable and _keeps_names(Path(path)) else Path("/tmp")


def _keeps_names(folder: Path) -> bool:
    """Return whether no other user can replace the entries of a folder."""
    status = folder.stat()
    sticky = bool(status.st_mode & stat.S_ISVTX)
    return status.st_uid in (0, os.getuid()) and (sticky or not status.st_mode & 0o022)


def _is_made(path: Path) -> bool:
    """Create a directory; return whether it is this user's. Raises if it is but cannot be used."""
    try:
        if not os.path.lexists(path):
            path.mkdir(mode=0o700, exist_ok=True)
        status = path.lstat()
    except OSError as error:
        raise ResourceError(f"no directory for runs: {error}") from error
    if status.st_uid != os.getuid():
        return False
    if not _is_private(status):
        raise ResourceError(f"{path} must be a directory of yours with mode 0700; remove it")
    return True


def _is_there(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and _is_private(status)


def _is_private(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
