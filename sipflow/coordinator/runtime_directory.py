"""The directories of runs: sockets, journals and logs, and how other programs find them.

One private directory per user (0700); one below it per command, with the files that its runs share;
one below that per run, named by its id. Runs are alive while their coordinator holds the lock of
the command's directory; the next command that finds one without a lock holder removes it. A
directory gets its final name only after the lock is held, so that a new one is not taken for dead.
"""

import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sipflow.coordinator.run_root import root, roots
from sipflow.errors import ResourceError, RunNotFoundError, UsageError
from sipflow.folders import remove_folder

_LOCK = "lock"
_REQUESTS = "requests"
_UNNAMED = "."


def new_id() -> str:
    """Return a new id, for a run or for a command."""
    return os.urandom(4).hex()


class BatchDirectory:
    """The directory of this command and of its runs; it holds the lock."""

    def __init__(self, batch: str) -> None:
        self.path = root() / batch
        unnamed = self.path.with_name(f"{_UNNAMED}{batch}")
        try:
            unnamed.mkdir(mode=0o700)
            self._lock = os.open(unnamed / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            unnamed.rename(self.path)
        except OSError as error:
            remove_folder(unnamed)
            raise ResourceError(f"no directory for the run: {error}") from error

    def open_run(self, run: str) -> Path:
        """Create the directory of one run."""
        path = self.path / run
        try:
            path.mkdir(mode=0o700)
        except OSError as error:
            raise ResourceError(f"no directory for the run: {error}") from error
        return path

    def close_run(self, run: str) -> None:
        """Remove the directory of one run, which is no longer alive."""
        remove_folder(self.path / run)

    def remove(self) -> None:
        """Remove the directory with all that is in it."""
        remove_folder(self.path)
        os.close(self._lock)


def control_endpoint(batch: Path) -> str:
    """Return the path of the control socket for workers."""
    return f"ipc://{batch}/control"


def events_endpoint(batch: Path) -> str:
    """Return the path of the event socket for workers."""
    return f"ipc://{batch}/events"


def requests_endpoint(directory: Path) -> str:
    """Return the path of the control socket of a run, or of a command with many runs."""
    return f"ipc://{directory}/{_REQUESTS}"


def has_requests(batch: Path) -> bool:
    """Return whether a command has a control socket of its own, because it may have many runs."""
    return (batch / _REQUESTS).exists()


def journal(run: Path, place: int) -> Path:
    """Return the file that the worker of a run's n-th instance writes its events to."""
    return run / f"{place}.journal"


def recorder(run: Path, worker: str) -> Path:
    """Return the recorder file of a worker of a load, for the events of its current run."""
    return run / f"{worker}.recorder"


def load_socket(load: Path) -> Path:
    """Return the path of the socket for the workers of a load."""
    return load / "lane"


def instance_log(run: Path, place: int) -> Path:
    """Return the file that the standard output and error of the n-th instance go to."""
    return run / f"{place}.log"


def kept_log(directory: Path, instance: str, place: int) -> Path:
    """Return the file for the log of an instance in the user's directory for them, by its id."""
    name = instance.replace("/", "_").lstrip(".") or str(place)
    return directory.absolute() / f"{name}.log"


def append_trace(log: Path, trace: str) -> None:
    """Append a traceback to a log, if the log does not end with it already.

    A worker that ends before an instance is assigned cannot do so itself.
    """
    if not trace:
        return
    with suppress(OSError), log.open("a+", encoding="utf-8", errors="replace") as file:
        file.seek(0)
        if trace not in file.read():
            file.write(trace)


def make_log_directory(directory: Path) -> None:
    """Create the user's directory for logs, if it does not exist; raises ``UsageError``."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"--log-dir {directory}: cannot be made: {cause}", code="unwritable-file"
        ) from error


def record(run: Path) -> Path:
    """Return the file that holds the events of a run as they were published."""
    return run / "record"


def load_record(load: Path, run: str) -> Path:
    """Return the file that holds the published events of a load, or of one of its runs."""
    return load / f"{run}.record"


def worker_log(batch: Path, worker: str) -> Path:
    """Return the log file of an idle worker."""
    return batch / f"{worker}.log"


def living_commands() -> list[Path]:
    """Return the directories of the user's living commands; dead ones are removed."""
    alive: list[Path] = []
    for batch in [batch for folder in roots() for batch in folder.iterdir()]:
        if batch.name.startswith(_UNNAMED):
            continue
        with suppress(FileNotFoundError):  # it has just ended
            if _is_alive(batch):
                alive.append(batch)
            else:
                remove_folder(batch)
    return sorted(alive)


def runs_of(batch: Path) -> list[Path]:
    """Return the directories of a command's living runs, oldest first."""
    return _oldest_first([batch])


def living_runs() -> list[Path]:
    """Return the directories of the user's living runs, oldest first; dead ones are removed."""
    return _oldest_first(living_commands())


def _oldest_first(batches: Iterable[Path]) -> list[Path]:
    alive: list[tuple[float, Path]] = []
    for batch in batches:
        with suppress(FileNotFoundError):  # it has just ended
            for run in [path for path in batch.iterdir() if path.is_dir()]:
                with suppress(FileNotFoundError):
                    alive.append((run.stat().st_ctime, run))
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
