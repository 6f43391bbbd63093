"""The wall time of one basic call from command to exit, beside a SIPp pair that makes one call.

The two take turns, so that a change in the machine's speed meets both. Then the time of sipflow is
taken apart, from the events' own times and from parts of it that are run alone.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [str(ROOT / "scripts" / "sipflow-coord"), "start"]
SCENARIO = ROOT / "scripts" / "bench" / "one-call.yaml"
SIP_PORT = 5070
LIMIT = 30.0


def main() -> None:
    """Time both in turn and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each (default 15)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.jsonl"
        for warm_up in (lambda: sipflow(log), sipp):
            warm_up()
        ours, theirs, ratios, parts = [], [], [], []
        for _ in range(runs):
            began, ended = timed(lambda: sipflow(log))
            parts.append(stages(log, began, ended))
            ours.append(ended - began)
            began, ended = timed(sipp)
            theirs.append(ended - began)
            ratios.append(ours[-1] / theirs[-1])
    print(f"wall time from command to exit, {runs} runs in turn: min, median, max")
    show("sipflow, basic call", ours)
    show("SIPp pair, one call", theirs)
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"  {'ratio sipflow / SIPp':34}{low:8.2f}{middle:8.2f}{high:8.2f}")
    print("where sipflow's time goes, medians")
    for name in parts[0]:
        print(f"  {name:34}{statistics.median(part[name] for part in parts) * 1000:8.0f} ms")
    print("parts of the first of these, run alone, medians")
    for name, command in alone().items():
        times = [end - begin for begin, end in (timed(run_quietly(command)) for _ in range(runs))]
        print(f"  {name:34}{statistics.median(times) * 1000:8.0f} ms")


def sipflow(log: Path) -> None:
    """Make the basic call once."""
    run_quietly([*COMMAND, str(SCENARIO), "--json", "--event-log", str(log)])()


def sipp() -> None:
    """Make one call between two SIPp processes: until the caller's exit, then end the callee.

    The callee's built-in scenario would stay for another four seconds for late messages.
    """
    address = "127.0.0.1"
    callee = ["sipp", "-sn", "uas", "-i", address, "-p", str(SIP_PORT)]
    caller = ["sipp", "-sn", "uac", "-i", address, "-p", str(SIP_PORT + 2), "-m", "1", "-d", "0"]
    with subprocess.Popen(
        callee, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as waiting:
        run_quietly([*caller, f"{address}:{SIP_PORT}"])()
        waiting.terminate()


def stages(log: Path, began: float, ended: float) -> dict[str, float]:
    """Return how long each stage of a run took, in seconds, by the times in its event log."""
    events = [json.loads(line) for line in log.read_text().splitlines()]
    go, last = events[0]["ts"], events[-1]["ts"]
    clean_up = next(event["ts"] for event in events if event["type"] == "cleanup")
    return {
        "command to go": go - began,
        "go to the last node's end": clean_up - go,
        "clean-up to verdict": last - clean_up,
        "verdict to exit": ended - last,
    }


def alone() -> dict[str, list[str]]:
    """Return commands that each do one part of what happens before the go."""
    python = sys.executable
    coordinator = "import sipflow.cli, sipflow.coordinator.start, sipflow.coordinator.run"
    return {
        "Python that does nothing": [python, "-c", ""],
        "Python and the command line": [python, "-c", "import sipflow.cli"],
        "Python and all of the coordinator": [python, "-c", coordinator],
        "the same, and reading the file": [
            python,
            "-m",
            "sipflow.cli",
            "validate",
            str(SCENARIO),
        ],
        "Python and all of a worker": [python, "-c", "import sipflow.worker.nursery"],
    }


def run_quietly(command: list[str]) -> Callable[[], None]:
    """Return a function that runs a command and requires that it succeeds."""

    def run() -> None:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=LIMIT,
        )

    return run


def timed(action: Callable[[], None]) -> tuple[float, float]:
    """Return the Unix times before and after an action."""
    began = time.time()
    action()
    return began, time.time()


def show(name: str, seconds: list[float]) -> None:
    """Print the spread of times in milliseconds."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    print(f"  {name:34}{low * 1000:8.0f}{middle * 1000:8.0f}{high * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
