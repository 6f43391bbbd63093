"""Drives the real program from outside: real processes, real SIP, exact moments, no sleep.

The event log goes through a named pipe, so that a test reads each event as it happens and can act
at a precise point of a run.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, TypeVar

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
EXAMPLES = ROOT / "examples"
COMMAND = [sys.executable, "-m", "sipflow"]
LIMIT = 60.0

Event = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """What came of a command: what it printed, its result, its events in the log's order."""

    exit_code: int
    result: dict[str, Any]
    events: list[Event]
    stdout: str
    stderr: str

    def of_type(self, kind: str) -> list[Event]:
        """Return the events of a type."""
        return [event for event in self.events if event["type"] == kind]


class Outcome(Ended):
    """A finished run."""

    @property
    def verdict(self) -> dict[str, Any]:
        """The run's verdict."""
        return self.result

    @property
    def run(self) -> str:
        """The run's id."""
        return str(self.verdict["run"])

    def nodes(self, instance: str) -> dict[str, str]:
        """Return the last states of an instance's nodes."""
        return dict(self.verdict["instances"][instance]["nodes"])

    def g(self, node: str, state: str) -> int:
        """Return the coordinator's number of a node's entry into a state."""
        return int(
            next(
                event["g"]
                for event in self.of_type("node-state")
                if event["node"] == node and event["new"] == state
            )
        )


AnyEnded = TypeVar("AnyEnded", bound=Ended)


class Coordinator:
    """One ``start`` in progress. As a context manager it never leaves a process behind."""

    command = "start"

    def __init__(self, scenario: Path, folder: Path, *options: str) -> None:
        pipe = folder / f"events-{len(list(folder.glob('events-*.fifo')))}.fifo"
        os.mkfifo(pipe)
        # Into files: whoever reads the events to their end cannot keep two pipes from filling.
        self._printed = [pipe.with_suffix(suffix) for suffix in (".out", ".err")]
        with self._printed[0].open("wb") as out, self._printed[1].open("wb") as err:
            self.process = subprocess.Popen(
                [
                    *(*COMMAND, self.command, str(scenario)),
                    *("--json", "--event-log", str(pipe), *options),
                ],
                stdout=out,
                stderr=err,
            )
        self.events: list[Event] = []
        self._stream = self._opened(pipe)

    def _opened(self, pipe: Path) -> TextIO:
        """Return the stream of events, once the coordinator writes to it; it may refuse to."""
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        ending = os.pidfd_open(self.process.pid)
        poller = select.poll()
        poller.register(reader, select.POLLIN)
        poller.register(ending, select.POLLIN)
        told = [descriptor for descriptor, _ in poller.poll(LIMIT * 1000)]
        os.close(ending)
        if reader not in told:
            os.close(reader)
            self.process.kill()
            stdout, stderr = self.printed()
            raise AssertionError(f"no run began, exit {self.process.returncode}: {stdout}{stderr}")
        os.set_blocking(reader, True)
        return os.fdopen(reader, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def read(self) -> Iterator[Event]:
        """Yield events as they happen, until the coordinator closes its log."""
        for line in self._stream:
            event = json.loads(line)
            self.events.append(event)
            yield event

    def wait_for(self, wanted: Callable[[Event], bool]) -> Event:
        """Return the first event from now on that is wanted."""
        for event in self.read():
            if wanted(event):
                return event
        raise AssertionError(f"the run ended first: {self.printed()}")

    def wait_for_node(self, node: str, state: str) -> Event:
        """Return the event of a node's entry into a state."""
        return self.wait_for(
            lambda event: (
                event["type"] == "node-state" and (event["node"], event["new"]) == (node, state)
            )
        )

    def wait_for_leg(self, instance: str, state: str) -> Event:
        """Return the event of a leg's entry into a state."""
        return self.wait_for(
            lambda event: (
                event["type"] == "leg-state"
                and (event["instance"], event["new"]) == (instance, state)
            )
        )

    def wait_for_all(self, *states: tuple[str, str]) -> None:
        """Wait until each instance has had a leg, or a node, in its state, in whatever order."""
        missing = set(states)

        def completes(event: Event) -> bool:
            missing.discard((event["instance"], event.get("new", "")))
            return not missing

        self.wait_for(completes)

    def signal(self, number: int) -> None:
        """Send a signal to the coordinator."""
        self.process.send_signal(number)

    def finish(self) -> Outcome:
        """Read on to the end and return what it came to."""
        return self.end_as(Outcome)

    def end_as(self, kind: type[AnyEnded]) -> AnyEnded:
        """Read on to the end and return what it came to, as one of a kind."""
        for _ in self.read():
            pass
        stdout, stderr = self.printed()
        result = json.loads(stdout) if stdout else {}
        return kind(self.process.returncode, result, self.events, stdout, stderr)

    def printed(self) -> tuple[str, str]:
        """Wait for the end and return what went to standard output and standard error."""
        self.process.wait(LIMIT)
        stdout, stderr = (path.read_text() for path in self._printed)
        return stdout, stderr

    def fork_server(self) -> "ForkServer":
        """Return the process that the workers are forked from."""
        children = (pid for pid, parent in _parents() if parent == self.process.pid)
        fork_server = next(pid for pid in children if "sipflow.worker.fork_server" in _command(pid))
        lock = next(path for path in _opened_by(self.process.pid) if path.name == "lock")
        return ForkServer(fork_server, lock.parent)


@dataclass(frozen=True)
class ForkServer:
    """The fork server of a run, with the run's directory, and through it the run's workers."""

    pid: int
    directory: Path

    def workers(self) -> dict[str, int]:
        """Return process ids by worker: ``w1`` is the one of the file's first instance."""
        found: dict[str, int] = {}
        for pid, parent in _parents():
            if parent == self.pid and (log := _standard_output(pid)).endswith(".log"):
                found[f"w{Path(log).stem.removeprefix('w')}"] = pid
        return found


def run(scenario: Path, folder: Path, *options: str) -> Outcome:
    """Run a scenario to its end."""
    with Coordinator(scenario, folder, *options) as coordinator:
        return coordinator.finish()


def cli(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Call the command line and wait for it."""
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=folder,
    )


def is_free(port: int) -> bool:
    """Tell whether anyone could bind the port now, for UDP and TCP."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def survivors(fork_server: int) -> list[int]:
    """Return the processes of a run that are still there: its fork server and that one's
    children."""
    alive = [pid for pid, parent in _parents() if parent == fork_server]
    return [*alive, fork_server] if fork_server in dict(_parents()) else alive


@contextmanager
def ended(pids: list[int], limit: float) -> Iterator[None]:
    """After the block, require that these processes end within ``limit`` seconds of it."""
    descriptors = [os.pidfd_open(pid) for pid in pids]
    try:
        yield
        for descriptor, pid in zip(descriptors, pids, strict=True):
            poller = select_poll(descriptor)
            assert poller(limit), f"process {pid} is still there after {limit} s"
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def select_poll(descriptor: int) -> Callable[[float], bool]:
    """Return a function that waits until a descriptor is readable and says whether it is."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return lambda limit: bool(poller.poll(limit * 1000))


def kill(pid: int) -> None:
    """End a process that a test's run started, as ``kill -9`` does."""
    os.kill(pid, signal.SIGKILL)


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if state != "Z":
            yield int(path.name), int(parent)


def _opened_by(pid: int) -> list[Path]:
    """Return what a process has open."""
    return [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _standard_output(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/1")
    except OSError:
        return ""
