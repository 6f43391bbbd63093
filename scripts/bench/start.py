"""The wall time of one basic call from command to exit, beside a SIPp pair that makes one call.

The two take turns, so that a change in the machine's speed meets both. Then the time of sipflow is
taken apart, from the events' own times and from parts of it that are run alone.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from scripts.bench.command import ONE_CALL, START, run, sipp_pair, timed, warn_if_busy
from scripts.bench.figures import Report, reporting

SIP_PORT = 5070
_SHARED = "import sipflow.security.handshake, sipflow.protocol.wire"


def main() -> None:
    """Time both in turn and print the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench-start", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each (default 15)")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    options = parser.parse_args()
    with reporting(as_json=options.json) as report, tempfile.TemporaryDirectory() as folder:
        measure(options.runs, Path(folder) / "events.jsonl", report)


def measure(runs: int, log: Path, report: Report) -> None:
    """Take the turns."""
    warn_if_busy()
    sipflow(log)
    sipp_pair(SIP_PORT)
    turns, parts = [], []
    for _ in range(runs):
        began = time.time()
        ours = timed(lambda: sipflow(log))
        parts.append(stages(log, began, began + ours))
        turns.append((ours * 1000, timed(lambda: sipp_pair(SIP_PORT)) * 1000))
    report.add("start.wall", "one call, command to exit, beside a SIPp pair", turns, "ms")
    print(f"wall time from command to exit, {runs} runs in turn: min, median, max")
    show("sipflow, basic call", [ours for ours, _ in turns])
    show("SIPp pair, one call", [peer for _, peer in turns])
    show("ratio sipflow / SIPp", [ours / peer for ours, peer in turns], ".2f", "")
    print("where sipflow's time goes, medians")
    for name in parts[0]:
        print(f"  {name:34}{statistics.median(part[name] for part in parts) * 1000:8.0f} ms")
    print("parts of the first of these, run alone, medians")
    for name, command in alone().items():
        times = [timed(lambda command=command: run(command)) for _ in range(runs)]  # type: ignore[misc]
        print(f"  {name:34}{statistics.median(times) * 1000:8.0f} ms")


def sipflow(log: Path) -> None:
    """Make the basic call once."""
    run([*START, str(ONE_CALL), "--json", "--event-log", str(log)])


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
    coordinator = "import sipflow.cli.main, sipflow.cli.start, sipflow.coordinator.run.run"
    return {
        "Python that does nothing": [python, "-c", ""],
        "Python and what both sides need": [python, "-c", _SHARED],
        "Python and the command line": [python, "-c", "import sipflow.cli.main"],
        "Python and all of the coordinator": [python, "-c", coordinator],
        "the same, and reading the file": [python, "-m", "sipflow", "validate", str(ONE_CALL)],
        "Python and all of a worker": [python, "-c", "import sipflow.worker.fork_server"],
    }


def show(name: str, values: list[float], form: str = ".0f", unit: str = " ms") -> None:
    """Print the spread of a figure."""
    spread = (min(values), statistics.median(values), max(values))
    print(f"  {name:34}" + "".join(f"{value:8{form}}" for value in spread) + unit)


if __name__ == "__main__":
    main()
