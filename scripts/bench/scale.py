"""One scenario of many instances, pairs that call each other: start to verdict, CPU, memory.

Beside it, by turns, as many bare endpoints of the SIP stack, a process each, which make no calls.
Memory and CPU of the workers are read once all of them talk: PSS counts a page that n processes
share as a n-th of it in each.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from scripts.bench.command import START, run, timed
from scripts.bench.figures import Report, reporting

ENDPOINTS = [sys.executable, "-m", "scripts.bench.endpoints"]
SIZES = (2, 20, 100, 200)
MIB = 1024 * 1024
TALK = "1500ms"
TALK_SECONDS = 1.5


@dataclass(frozen=True)
class Workers:
    """The workers of a run while they all talk: means per worker."""

    pss_mib: float
    cpu_ms: float


def main() -> None:
    """Run every size and print a line for each."""
    parser = argparse.ArgumentParser(prog="scripts/bench-scale", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="even numbers")
    parser.add_argument("--runs", type=int, default=1, help="turns of each size (default 1)")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    options = parser.parse_args()
    with reporting(as_json=options.json) as report:
        print("start to verdict without the talk; per worker: CPU and PSS while all talk; medians")
        print(
            f"{'instances':>10}{'start to verdict':>19}{'per instance':>15}{'CPU':>9}{'PSS':>11}"
            f"{'bare endpoints':>18}"
        )
        for size in options.sizes:
            take_turns(size, options.runs, report)


def take_turns(size: int, runs: int, report: Report) -> None:
    """Run one size so many times, by turns with the bare endpoints, and print a line."""
    turns, looks = [], []
    for _ in range(runs):
        seconds, workers = measure(size)
        turns.append((seconds, timed(lambda: run([*ENDPOINTS, str(size)]))))
        bare = subprocess.run([*ENDPOINTS, str(size), "look"], capture_output=True, check=True)
        looks.append((workers.pss_mib, float(bare.stdout)))
    report.add(f"scale.{size}.wall", f"{size} instances, beside bare endpoints", turns, "s")
    report.add(f"scale.{size}.pss", "memory of a worker, beside a bare endpoint", looks, "MiB")
    seconds, peer = (statistics.median(side) for side in zip(*turns, strict=True))
    pss, bare_pss = (statistics.median(side) for side in zip(*looks, strict=True))
    print(
        f"{size:>10}{seconds:>17.2f} s{seconds / size * 1000:>12.1f} ms"
        f"{workers.cpu_ms:>6.0f} ms{pss:>7.1f} MiB{peer:>8.2f} s{bare_pss:>5.1f} MiB",
        flush=True,
    )


def measure(size: int) -> tuple[float, Workers]:
    """Run one size; return seconds from start to verdict, less the talk, and its workers."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "scale.yaml"
        scenario.write_text(pairs(size))
        began = time.time()
        with subprocess.Popen(
            [*START, str(scenario)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            talking = 0
            workers = None
            for line in process.stdout:
                talking += "TIMEOUT" in line and "running" in line
                if talking == size // 2 and workers is None:
                    workers = look(process.pid)
        ended = time.time()
    if process.returncode != 0 or workers is None:
        sys.exit(f"the run of {size} instances failed: exit code {process.returncode}")
    return ended - began - TALK_SECONDS, workers


def look(coordinator: int) -> Workers:
    """Read what the workers of a coordinator take."""
    fork_server = psutil.Process(coordinator).children()[0]
    workers = fork_server.children()
    times = [worker.cpu_times() for worker in workers]
    return Workers(
        pss_mib=sum(worker.memory_full_info().pss for worker in workers) / len(workers) / MIB,
        cpu_ms=sum(t.user + t.system for t in times) / len(workers) * 1000,
    )


def pairs(size: int) -> str:
    """Return a scenario of that many instances; each even one calls the next."""
    instances: dict[str, Any] = {}
    flow: dict[str, Any] = {}
    for caller, callee in zip(range(0, size, 2), range(1, size, 2), strict=True):
        for number in (caller, callee):
            instances[f"i{number}"] = {"number": str(1000 + number)}
        to = str(1000 + callee)
        flow[f"i{caller}"] = [
            {"MakeCall": {"to": to, "timeout": "30s"}},
            {"TIMEOUT": TALK},
            "Release",
        ]
        flow[f"i{callee}"] = [
            {"INCOMING": {"timeout": "30s"}},
            "Answer",
            {"DISCONNECTED": {"timeout": "30s"}},
        ]
    return json.dumps({"name": f"{size} instances", "instances": instances, "flow": flow})


if __name__ == "__main__":
    main()
