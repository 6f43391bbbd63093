"""What the processes of a load take, read from the kernel: processor time, memory, descriptors."""

import os
import signal
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """What some processes take together; processor time in seconds, memory in bytes."""

    processes: int = 0
    cpu: float = 0.0
    pss: int = 0
    rss: int = 0
    descriptors: int = 0


@dataclass(frozen=True)
class Look:
    """One look at a coordinator and its workers, at a moment of the Unix clock."""

    at: float
    coordinator: Taken
    workers: Taken

    @property
    def cpu(self) -> float:
        """Processor time of all of them until then."""
        return self.coordinator.cpu + self.workers.cpu


def look(coordinator: int, memory: bool = True) -> Look:
    """Look at a coordinator and at everything below it (the fork server counts as a worker).

    What was below it and is gone is the workers', not the coordinator's.
    """
    at = time.time()
    below = descendants(coordinator)
    own, workers = taken([coordinator], memory), taken(below, memory)
    gone = gone_seconds(stat(coordinator))
    own, workers = replace(own, cpu=own.cpu - gone), replace(workers, cpu=workers.cpu + gone)
    return Look(at, own, workers)


def descendants(root: int) -> list[int]:
    """Return the processes below one, children before grandchildren."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir(PROC):
        if name.isdigit() and (fields := stat(int(name))):
            children[int(fields[1])].append(int(name))
    found, waiting = [], [root]
    while waiting:
        below = children[waiting.pop()]
        found += below
        waiting += below
    return found


def workers(coordinator: int) -> list[int]:
    """Return the worker processes of a coordinator: they have no children, the fork server has."""
    nurseries = {int(fields[1]) for pid in descendants(coordinator) if (fields := stat(pid))}
    return [pid for pid in descendants(coordinator) if pid not in nurseries]


def taken(pids: list[int], memory: bool = True) -> Taken:
    """Add up what processes take; one that ends meanwhile counts as nothing."""
    return Taken(
        processes=len(pids),
        cpu=sum(map(cpu_seconds, pids)),
        pss=sum(rollup(pid, "Pss:") for pid in pids) if memory else 0,
        rss=sum(rollup(pid, "Rss:") for pid in pids) if memory else 0,
        descriptors=sum(map(descriptors, pids)) if memory else 0,
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and of its children that are gone.

    The scheduler's figure is in nanoseconds, but knows no thread that has ended; the other one
    does, in ticks of 10 ms.
    """
    fields = stat(pid)
    if not fields:
        return 0.0
    own = sum(map(int, fields[11:13])) / TICK
    return max(own, scheduled(pid)) + gone_seconds(fields)


def gone_seconds(fields: list[str]) -> float:
    """Return the processor time of a process's children that are gone, from its ``stat``."""
    return sum(map(int, fields[13:15])) / TICK


def scheduled(pid: int) -> float:
    """Return the processor time of a process's living threads, in seconds."""
    total = 0
    try:
        for task in os.listdir(PROC / str(pid) / "task"):
            total += int((PROC / str(pid) / "task" / task / "schedstat").read_text().split()[0])
    except OSError:
        pass
    return total / 1e9


def stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on, nothing if it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def rollup(pid: int, name: str) -> int:
    """Return a figure of a process's memory, in bytes."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)


def descriptors(pid: int) -> int:
    """Return how many file descriptors a process has open."""
    try:
        return len(os.listdir(PROC / str(pid) / "fd"))
    except OSError:
        return 0


def busy_processors(seconds: float = 1.0) -> float:
    """Return how many processors are busy with others' work, while this program does nothing."""
    before, idle_before = machine_ticks()
    time.sleep(seconds)
    after, idle_after = machine_ticks()
    share = 1 - (idle_after - idle_before) / max(1, after - before)
    return share * (os.cpu_count() or 1)


def machine_ticks() -> tuple[int, int]:
    """Return all ticks of the machine and the idle ones among them."""
    fields = [int(part) for part in (PROC / "stat").read_text().split("\n")[0].split()[1:]]
    return sum(fields[:8]), fields[3] + fields[4]


def wait(process: subprocess.Popen[bytes], seconds: float) -> float:
    """Wait for a process's end and return its processor time; kill it if that takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        if time.monotonic() > deadline:
            os.kill(process.pid, signal.SIGKILL)  # Popen.kill would take its end, and its figures
        time.sleep(0.01)


class Watch:
    """Looks at a coordinator's processes again and again, in a thread, as a context manager."""

    def __init__(self, coordinator: int, every: float, memory: bool = False) -> None:
        self.looks: list[Look] = []
        self._over = Event()
        self._thread = Thread(target=self._watch, args=(coordinator, every, memory), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self, coordinator: int, every: float, memory: bool) -> None:
        while not self._over.is_set():
            found = look(coordinator, memory)
            if found.coordinator.descriptors or found.coordinator.cpu:
                self.looks.append(found)
            self._over.wait(every)
