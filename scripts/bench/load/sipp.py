"""SIPp: its built-in pair as a load of another class, and a callee of its own for other loads."""

import csv
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.load.processes import wait

HOST = "127.0.0.1"
UAS_PORT, UAC_PORT = 19_000, 19_002
BIG_BUFFERS = 4_000_000
GRACE = 10.0
SHARED = ["-i", HOST, "-trace_stat", "-fd", "1", "-nostdin"]


@dataclass(frozen=True)
class Figures:
    """What a pair did; processor time in milliseconds a completed call, both processes."""

    asked: int
    per_second: float
    completed: int
    failed: int
    repeated: int
    cpu_ms: float

    @property
    def clean(self) -> bool:
        """Whether nothing failed."""
        return self.failed == 0


@dataclass
class Peer:
    """A SIPp callee at work, and, after it has ended, what it counted."""

    port: int
    counted: dict[str, int]
    cpu: float = 0.0


@contextmanager
def peer(
    scenario: Path | None = None, port: int = UAS_PORT, buffers: int | None = None
) -> Iterator[Peer]:
    """Be called at a port of loopback by the built-in callee's scenario, or by another one."""
    with tempfile.TemporaryDirectory() as folder:
        statistics = Path(folder) / "uas.csv"
        what = ["-sn", "uas"] if scenario is None else ["-sf", str(scenario)]
        process = start([*what, "-p", str(port), *buffer_size(buffers)], statistics, folder)
        found = Peer(port, {})
        try:
            wait_for_file(statistics)
            yield found
            process.send_signal(signal.SIGUSR1)  # ends once the calls are through
            found.cpu = wait(process, GRACE)
            found.counted = counted(statistics)
        finally:
            process.kill()
            process.wait()


def run(rate: int, seconds: float, buffers: int | None = None) -> Figures:
    """Let SIPp's built-in caller call its built-in callee."""
    calls = round(rate * seconds)
    with tempfile.TemporaryDirectory() as folder, peer(buffers=buffers) as callee:
        statistics = Path(folder) / "uac.csv"
        command = ["-sn", "uac", f"{HOST}:{callee.port}", "-p", str(UAC_PORT), "-d", "0"]
        command += ["-r", str(rate), "-m", str(calls), "-l", str(calls), *buffer_size(buffers)]
        began = time.monotonic()
        process = start(command, statistics, folder)
        try:
            cpu = wait(process, seconds * 2 + GRACE)
            took = time.monotonic() - began
        finally:
            process.kill()
            process.wait()
        told = counted(statistics)
    completed = told["SuccessfulCall(C)"]
    return Figures(
        asked=rate,
        per_second=completed / max(seconds, took),
        completed=completed,
        failed=calls - completed,
        repeated=told["Retransmissions(C)"],
        cpu_ms=1000 * (cpu + callee.cpu) / max(1, completed),
    )


def start(command: list[str], statistics: Path, folder: str) -> subprocess.Popen[bytes]:
    """Start a SIPp process that writes its statistics each second."""
    return subprocess.Popen(
        ["sipp", *command, *SHARED, "-stf", str(statistics)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )


def buffer_size(buffers: int | None) -> list[str]:
    """Return the option for sockets' buffers of a size, None: SIPp's own."""
    return [] if buffers is None else ["-buff_size", str(buffers)]


def wait_for_file(file: Path) -> None:
    """Wait until a SIPp process is at work: it has written its first line then."""
    deadline = time.monotonic() + GRACE
    while not file.exists() or not file.stat().st_size:
        if time.monotonic() > deadline:
            raise TimeoutError("SIPp does not start")
        time.sleep(0.01)


def counted(statistics: Path) -> dict[str, int]:
    """Return the whole numbers of the last line of a SIPp process's statistics."""
    with statistics.open(newline="") as file:
        *_, last = csv.DictReader(file, delimiter=";")
    return {name: int(value) for name, value in last.items() if value and value.isdigit()}
