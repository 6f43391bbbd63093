"""What looking at each SIP message costs a load: with it and without it, by turns.

Both play the same load from a copy of the package; in one the messages are not looked at. A third
copy counts the messages and the processor time of the functions that look at them.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "examples" / "basic-load.yaml"
SCREENING = Path("sipflow/worker/ua/pjsua/screening.py")
MODULE = Path("sipflow/worker/ua/pjsua/stack_module.py")
BEGIN = '        """Begin to look, once the endpoint is there."""\n'
WITHOUT = """\
        self.first.received_request = self.first.received_response = None
        self.first.sent_response = self._last.received_request = None
"""
SEEN = "glances(address)"
COUNTED = "counted(glances, address)"
SENT = "                seen(at(address))\n"
COUNTED_SENT = "                counted(seen, at(address))\n"
COUNT = '''

_counts = [0, 0]


def counted(see, message):  # type: ignore[no-untyped-def]
    """Count a message, and the processor time of looking at it."""
    import os
    import time

    began = time.thread_time_ns()
    kept = see(message)
    _counts[0] += 1
    _counts[1] += time.thread_time_ns() - began
    if _counts[0] % 50 == 0:
        with open(os.path.join(os.environ["SCREENING_COUNTS"], str(os.getpid())), "w") as file:
            file.write(f"{_counts[0]} {_counts[1]}")
    return kept
'''


def main() -> None:
    """Play loads by turns and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=10, help="of each (default 10)")
    parser.add_argument("--runs", type=int, default=1000, help="calls of a load (default 1000)")
    parser.add_argument("--concurrency", type=int, default=8, help="calls at once (default 8)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copies = {name: copied(Path(folder), name) for name in ("with", "without", "counted")}
        took: dict[str, list[float]] = {"with": [], "without": []}
        for turn in range(-1, options.turns):
            names = ("with", "without") if turn % 2 else ("without", "with")
            for name in names:
                seconds = load(copies[name], options.runs, options.concurrency)
                if turn >= 0:
                    took[name].append(seconds / options.runs)
        counts = Path(folder) / "counts"
        counts.mkdir()
        load(copies["counted"], options.runs, options.concurrency, counts)
        messages, spent = totals(counts)
    show(took)
    print(f"looked at {messages / options.runs:.1f} messages a call")
    print(f"in the functions that look: {spent / messages / 1000:.1f} µs a message")
    ratios = [a / b for a, b in zip(took["with"], took["without"], strict=True)]
    cost = statistics.median(took["with"]) - statistics.median(took["without"])
    print(
        f"all of it, by the difference: {cost / (messages / options.runs) * 1e6:.1f} µs a message"
    )
    print(f"processor time with / without: median of the turns {statistics.median(ratios):.3f}")


def copied(folder: Path, name: str) -> Path:
    """Return a copy of the package in which messages are looked at, or not, or counted."""
    place = folder / name
    shutil.copytree(ROOT / "sipflow", place / "sipflow")
    if name == "without":
        change(place / SCREENING, BEGIN, BEGIN + WITHOUT)
        change(place / SCREENING, "order.code if self.first.is_registered else 0", "0")
    elif name == "counted":
        change(place / MODULE, SEEN, COUNTED)
        change(place / MODULE, SENT, COUNTED_SENT)
        with (place / MODULE).open("a") as file:
            file.write(COUNT)
    return place


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that is there once or more."""
    text = path.read_text()
    if old not in text:
        sys.exit(f"{path.name} has changed: it has no {old!r}")
    path.write_text(text.replace(old, new))


def load(place: Path, runs: int, concurrency: int, counts: Path | None = None) -> float:
    """Play a load and return the processor time that its processes took, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "sipflow", "load", str(SCENARIO), "--json"]
    amount = ["--calls", str(runs), "--concurrency", str(concurrency)]
    environment = {**os.environ, "PYTHONPATH": str(place), "SCREENING_COUNTS": str(counts or "")}
    done = subprocess.run(
        [*command, *amount],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    result = json.loads(done.stdout) if done.stdout.strip() else {}
    if done.returncode != 0 or result["runs"]["completed"] != runs:
        sys.exit(f"a load has failed: {done.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def totals(counts: Path) -> tuple[int, int]:
    """Return the messages and the nanoseconds of all processes."""
    pairs = [tuple(map(int, path.read_text().split())) for path in counts.iterdir()]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def show(took: dict[str, list[float]]) -> None:
    """Print the processor time of a call."""
    print(f"processor time a call, {len(took['with'])} turns: min, median, max")
    for name, seconds in took.items():
        low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
        print(f"  {name:10}{low * 1000:8.3f}{middle * 1000:8.3f}{high * 1000:8.3f} ms")


if __name__ == "__main__":
    main()
