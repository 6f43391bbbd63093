"""The directory of a run: its sockets, its journals and logs, and how others find it.

One directory per user, entered by nobody else (0700), one below it per run. A run is alive while
its coordinator holds the lock in it; what a dead one left is removed by whoever looks next. A run's
directory gets its name when the lock is held, so that nobody takes one that is being made for dead.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from sipflow.errors import ResourceError, RunNotFoundError

_LOCK = "lock"
_UNNAMED = "."
# A Unix socket's path holds 107 bytes; a run's directory and the longest name in it take 32.
_LONGEST_ROOT = 72


class RunDirectory:
    """The directory of a run that this process owns."""

    def __init__(self, run: str) -> None:
        try:
            self.path = _root() / run
            unnamed = self.path.with_name(f"{_UNNAMED}{run}")
            unnamed.mkdir(mode=0o700)
            self._lock = os.open(unnamed / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            unnamed.rename(self.path)
        except OSError as error:
            raise ResourceError(f"no directory for the run: {error}") from error

    def remove(self) -> None:
        """Remove the directory with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def control_endpoint(directory: Path) -> str:
    """Return where workers speak with the coordinator."""
    return f"ipc://{directory}/control"


def events_endpoint(directory: Path) -> str:
    """Return where workers publish their events."""
    return f"ipc://{directory}/events"


def requests_endpoint(directory: Path) -> str:
    """Return where the user's other programs ask things of the coordinator."""
    return f"ipc://{directory}/requests"


def journal(directory: Path, worker: str) -> Path:
    """Return the file that a worker writes its events to before it sends them."""
    return directory / f"{worker}.journal"


def worker_log(directory: Path, worker: str) -> Path:
    """Return the file that a worker's standard output and error go to."""
    return directory / f"{worker}.log"


def living_runs() -> list[Path]:
    """Return the directories of the user's living runs, oldest first; dead ones are removed."""
    alive: list[tuple[float, Path]] = []
    for path in _root().iterdir():
        if path.name.startswith(_UNNAMED):
            continue
        with suppress(FileNotFoundError):  # it has just ended
            if _is_alive(path):
                alive.append(((path / _LOCK).stat().st_mtime, path))
            else:
                shutil.rmtree(path, ignore_errors=True)
    return [path for _began, path in sorted(alive)]


def find_run(name: str | None) -> Path:
    """Return the directory of the run of this id, or of the only one if no id is given.

    Raises ``RunNotFoundError`` that lists what there is.
    """
    alive = living_runs()
    names = ", ".join(path.name for path in alive)
    if name is not None:
        chosen = [path for path in alive if path.name == name]
        if not chosen:
            there = f"alive: {names}" if alive else "no run is alive"
            raise RunNotFoundError(f"no run {name} is alive; {there}")
        return chosen[0]
    if not alive:
        raise RunNotFoundError("no run is alive")
    if len(alive) > 1:
        raise RunNotFoundError(f"several runs are alive, name one of them: {names}")
    return alive[0]


def _is_alive(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False  # half removed, or never a run's
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _root() -> Path:
    """Return the user's directory for runs; nobody else may own it or enter it."""
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    root = Path(session) / "sipflow"
    if not session or len(str(root)) > _LONGEST_ROOT or not Path(session).is_dir():
        root = Path(tempfile.gettempdir()) / f"sipflow-{os.getuid()}"
    if len(str(root)) > _LONGEST_ROOT:
        root = Path("/tmp") / root.name
    try:
        root.mkdir(mode=0o700, exist_ok=True)
        status = root.lstat()
    except OSError as error:
        raise ResourceError(f"no directory for runs: {error}") from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise ResourceError(f"{root} must be a directory of yours with mode 0700; remove it")
    return root
