"""Measures the machine: memory, descriptors, processes, ports and cores that a load can have."""

import os
import resource
from pathlib import Path

from sipflow.coordinator.load.plan.capacity import Machine
from sipflow.coordinator.workers.ports import (
    HIGHEST_PORT,
    MEDIA_COUNT,
    MEDIA_FIRST,
    MEDIA_LAST,
    SIP_STEP,
)

_NO_LIMIT = 2**62
# More than that is enough for any load, and need not be counted.
FEW_PROCESSES = 20_000
# The files for limit and usage of a control group, in version 2 and in version 1.
_MEMORY_FILES = (
    ("memory.max", "memory.current"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def read_machine(base_port: int, root: Path = Path("/")) -> Machine:
    """Return the free resources; ``root`` is the directory of ``proc`` and ``sys``."""
    return Machine(
        memory=_memory(root),
        descriptors=_limit(resource.RLIMIT_NOFILE),
        processes=_processes(root),
        ports=workers_with_ports(base_port),
        cores=len(os.sched_getaffinity(0)),
    )


class Processors:
    """The utilisation of all CPUs between two calls; ``root`` is the directory of ``proc``.

    ``count``: how many there are.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._last = self._ticks()
        lines = _text(root / "proc/stat").splitlines()
        self.count = max(sum(line.startswith("cpu") for line in lines) - 1, 1)

    def busy(self) -> float:
        """Return the CPU utilisation since the last call, 0 to 1."""
        last, self._last = self._last, self._ticks()
        total = self._last[1] - last[1]
        return 1.0 - (self._last[0] - last[0]) / total if total > 0 else 0.0

    def _ticks(self) -> tuple[int, int]:
        """Return the idle ticks, and all ticks."""
        first = _text(self._root / "proc/stat").partition("\n")[0].split()
        ticks = [int(one) for one in first[1:9]]
        return sum(ticks[3:5]), sum(ticks)


def workers_with_ports(base_port: int) -> int:
    """Return for how many workers there are ports, if no other program uses any."""
    media = len(range(MEDIA_FIRST, MEDIA_LAST - MEDIA_COUNT, MEDIA_COUNT))
    candidates = len(range(base_port, HIGHEST_PORT + 1, SIP_STEP))
    # A port inside the media range cannot be a SIP port once that range is used.
    amid = len(range(max(base_port, MEDIA_FIRST), MEDIA_LAST, SIP_STEP))
    return min(media, max(candidates - amid, 1))


def _memory(root: Path) -> int:
    free = _NO_LIMIT
    for line in _text(root / "proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    for group in _groups("memory", root):
        for limit, usage in _MEMORY_FILES:
            most = _number(group / limit)
            if most is not None:
                # Files that the kernel keeps in memory give way.
                used = (_number(group / usage) or 0) - _inactive_file(group)
                free = min(free, max(most - used, 0))
    return free


def _inactive_file(group: Path) -> int:
    sizes = dict(line.partition(" ")[::2] for line in _text(group / "memory.stat").splitlines())
    return int(sizes.get("total_inactive_file", sizes.get("inactive_file", "0")))


def _processes(root: Path) -> int:
    free = _NO_LIMIT
    most = _limit(resource.RLIMIT_NPROC)
    if most < _NO_LIMIT and os.geteuid() != 0:  # the limit is not root's
        # Nearly always enough, and known without reading every process.
        free = most - _all_threads(root)
        if free < FEW_PROCESSES:
            free = most - _threads_of(os.getuid(), root)
    for group in _groups("pids", root):
        allowed = _number(group / "pids.max")
        if allowed is not None:
            free = min(free, allowed - (_number(group / "pids.current") or 0))
    # A process and a thread are both a number of the kernel's.
    return max(min(free, _number(root / "proc/sys/kernel/pid_max") or free), 0)


def _all_threads(root: Path) -> int:
    """Return how many threads there are, of all users: at least as many as any of them has."""
    _running, _, count = (_text(root / "proc/loadavg").split() or [""] * 4)[3].partition("/")
    return int(count) if count.isdecimal() else _NO_LIMIT


def _threads_of(user: int, root: Path) -> int:
    count = 0
    for status in (root / "proc").glob("[0-9]*/status"):
        lines = dict(line.partition(":")[::2] for line in _text(status).splitlines())
        if lines.get("Uid", "").split()[:1] == [str(user)]:
            count += int(lines.get("Threads", "1"))
    return count


def _groups(controller: str, root: Path) -> list[Path]:
    """Return the control groups whose limits hold for this process, with all those above them."""
    found: list[Path] = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, own = line.split(":", 2)
        is_second_version = number == "0"
        if is_second_version or controller in controllers.split(","):
            top = root / "sys/fs/cgroup" / ("" if is_second_version else controller)
            group = top / own.removeprefix("/")
            found += [group, *(above for above in group.parents if above.is_relative_to(top))]
    return found


def _limit(which: int) -> int:
    _soft, hard = resource.getrlimit(which)
    return _NO_LIMIT if hard == resource.RLIM_INFINITY else hard


def _number(path: Path) -> int | None:
    """Return the number in a file of the kernel, None if there is none or no limit."""
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process is gone, or this kernel has no such file
        return ""
