"""A suite of basic calls in one command, beside as many SIPp pairs that make one call each.

Both run so many at a time, and take turns, so that a change in the machine's speed meets both.
"""

import argparse
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
COMMAND = [str(ROOT / "scripts" / "sipflow-coord"), "start"]
SCENARIO = ROOT / "scripts" / "bench" / "one-call.yaml"
ADDRESS = "127.0.0.1"
FIRST_PORT = 6060
# From a SIP port to its media ports, of which each process takes four.
MEDIA = 30_000
LIMIT = 120.0
QUIET = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
}


def main() -> None:
    """Time both in turn and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--runs", type=int, default=5, help="counted suites of each (default 5)")
    options = parser.parse_args()
    count, jobs = options.scenarios, options.jobs
    ours: list[float] = []
    theirs: list[float] = []
    suite(count, jobs)
    for _ in range(options.runs):
        ours.append(timed(lambda: suite(count, jobs)))
        theirs.append(timed(lambda: pairs(count, jobs)))
    print(f"{count} basic calls, {jobs} at a time, wall time a scenario: min, median, max")
    show("sipflow start -j", [seconds / count for seconds in ours])
    show("SIPp pairs", [seconds / count for seconds in theirs])
    ratios = sorted(own / other for own, other in zip(ours, theirs, strict=True))
    middle = statistics.median(ratios)
    print(f"  {'ratio sipflow / SIPp':24}{ratios[0]:8.2f}{middle:8.2f}{ratios[-1]:8.2f}")


def suite(count: int, jobs: int) -> None:
    """Run the scenario so many times in one command."""
    command = [*COMMAND, *[str(SCENARIO)] * count, "-j", str(jobs), "--json"]
    subprocess.run(command, check=True, timeout=LIMIT, **QUIET)  # type: ignore[call-overload]


def pairs(count: int, jobs: int) -> None:
    """Let so many pairs of SIPp processes make one call each."""
    ports: SimpleQueue[int] = SimpleQueue()
    for place in range(jobs):
        ports.put(FIRST_PORT + 10 * place)

    def pair(_number: int) -> None:
        port = ports.get()
        try:
            one_pair(port)
        finally:
            ports.put(port)

    with ThreadPoolExecutor(jobs) as executor:
        list(executor.map(pair, range(count)))


def one_pair(port: int) -> None:
    """Make one call between two SIPp processes: until the caller's exit, then end the callee.

    The callee's built-in scenario would stay for another four seconds for late messages.
    """
    callee = ["sipp", "-sn", "uas", "-i", ADDRESS, "-p", str(port), "-mp", str(port + MEDIA)]
    caller = ["sipp", "-sn", "uac", "-i", ADDRESS, "-p", str(port + 2), "-m", "1", "-d", "50"]
    caller += ["-mp", str(port + MEDIA + 4), f"{ADDRESS}:{port}"]
    with subprocess.Popen(callee, **QUIET) as waiting:  # type: ignore[call-overload]
        subprocess.run(caller, check=True, timeout=LIMIT, **QUIET)  # type: ignore[call-overload]
        waiting.kill()


def timed(action: Callable[[], None]) -> float:
    """Return how many seconds an action took."""
    began = time.monotonic()
    action()
    return time.monotonic() - began


def show(name: str, seconds: list[float]) -> None:
    """Print the spread of times in milliseconds."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    print(f"  {name:24}{low * 1000:8.1f}{middle * 1000:8.1f}{high * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
