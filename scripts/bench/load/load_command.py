"""Runs ``sipflow-coord load`` as a user does, and looks at its processes meanwhile."""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.bench.load.processes import Look, Watch, wait

ROOT = Path(__file__).parents[3]
COMMAND = [str(ROOT / "scripts" / "sipflow-coord"), "load"]
EXAMPLES = ROOT / "examples"
OWN = Path(__file__).parent
BASIC = EXAMPLES / "basic-load.yaml"
LIMIT = 120.0
NUMBERS = "load-numbers"
# Options that every load gets, from the command line of the benchmark.
extra_options: list[str] = []

Event = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A load that has ended: its result, its events, what its processes took."""

    exit_code: int
    result: dict[str, Any]
    events: list[Event]
    looks: list[Look]
    cpu: float
    stderr: str = field(repr=False)

    @property
    def runs(self) -> dict[str, int]:
        """What became of the runs."""
        return dict(self.result["runs"])

    @property
    def clean(self) -> bool:
        """Whether every run completed and began on time."""
        runs = self.runs
        return runs["completed"] == runs["started"] > 0 and not runs["failed"] + runs["late"]

    @property
    def per_second(self) -> float:
        """Complete runs a second, over the time in which they were begun."""
        return float(self.result["rate"]["achieved"]) * self.runs["completed"] / self.begun

    @property
    def begun(self) -> int:
        """Runs that were begun, at least 1 for the sake of divisions."""
        return max(1, self.runs["started"])

    @property
    def numbers(self) -> list[Event]:
        """The numbers of each second."""
        return [event for event in self.events if event["type"] == NUMBERS]

    def cpu_ms(self, part: Callable[[Look], float] = lambda look: look.cpu) -> float | None:
        """Return processor time a completed run, in milliseconds, while the load ran.

        Without the start of processes: between the first and the last second's numbers.
        """
        if len(self.numbers) < 2 or len(self.looks) < 2:
            return None
        first, last = self.numbers[0], self.numbers[-1]
        completed = last["total"]["completed"] - first["total"]["completed"]
        if not completed:
            return None
        spent = self._at(last["ts"], part) - self._at(first["ts"], part)
        return 1000 * spent / int(completed)

    @property
    def cpu_ms_with_start(self) -> float:
        """Processor time a completed run, in milliseconds, of the whole command."""
        return 1000 * self.cpu / max(1, self.runs["completed"])

    def _at(self, moment: float, part: Callable[[Look], float]) -> float:
        """Return a figure of the looks at a moment, interpolated."""
        before = [look for look in self.looks if look.at <= moment] or self.looks[:1]
        after = [look for look in self.looks if look.at > moment] or self.looks[-1:]
        low, high = before[-1], after[0]
        share = (moment - low.at) / (high.at - low.at) if high.at > low.at else 0.0
        return part(low) + min(1.0, max(0.0, share)) * (part(high) - part(low))


@dataclass
class Running:
    """A load in progress; ``outcome`` is there after the block."""

    process: subprocess.Popen[bytes]
    event_log: Path
    outcome: Outcome | None = None

    @property
    def lives(self) -> bool:
        """Whether it still runs; noted without taking its end, which has its figures."""
        look_only = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self.process.pid, look_only) is None

    def events(self) -> list[Event]:
        """Return the events until now; a line that is being written is left out."""
        if not self.event_log.exists():
            return []
        lines = self.event_log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for(self, kind: str) -> bool:
        """Wait for an event of a type; False if the load ends before."""
        while not any(event["type"] == kind for event in self.events()):
            if not self.lives:
                return False
            time.sleep(0.05)
        return True


def load(scenario: Path, *options: str, every: float = 1.0, memory: bool = False) -> Outcome:
    """Run a load to its end."""
    with running(scenario, *options, every=every, memory=memory) as current:
        pass
    assert current.outcome is not None
    return current.outcome


@contextmanager
def running(
    scenario: Path, *options: str, every: float = 1.0, memory: bool = False
) -> Iterator[Running]:
    """Run a load beside the block; look at its processes every so many seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, out, err = (folder / part for part in ("events.jsonl", "out", "err"))
        with out.open("wb") as printed, err.open("wb") as told:
            process = subprocess.Popen(
                [
                    *(*COMMAND, str(scenario), *options, *extra_options),
                    *("--json", "--event-log", str(log)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=told,
            )
        current = Running(process, log)
        try:
            with Watch(process.pid, every, memory) as watch:
                yield current
                cpu = wait(process, seconds_of(options) + LIMIT)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        text = out.read_text()
        if not text.strip():
            message = err.read_text().strip()
            raise SystemExit(f"no result of {' '.join(COMMAND[-1:])} {scenario.name}: {message}")
        current.outcome = Outcome(
            process.returncode,
            json.loads(text),
            current.events(),
            watch.looks,
            cpu,
            err.read_text(),
        )


def seconds_of(options: tuple[str, ...]) -> float:
    """Return how long a load is to last by its options, for a limit on waiting."""
    found = [re.fullmatch(r"(?:talk=)?([\d.]+)s", option) for option in options]
    return sum(float(match[1]) for match in found if match)
