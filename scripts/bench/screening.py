"""What looking at each SIP message costs a load: with it and without it, by turns.

Both play the same load from a copy of the package; in one the messages are not looked at. A third
copy takes the time of the functions that look, at one call after another.
"""

import argparse
import ast
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
SCREENING = Path("sipflow/worker/ua/pjsua/calls/screening.py")
MODULE = Path("sipflow/worker/ua/pjsua/stack/stack_module.py")
BEGIN = '        """Begin to look, once the endpoint is there."""\n'
# The stack's sockets are counted all the same: it would abort without.
WITHOUT = """\
        self.first.is_ordinary_request = self._counts_sockets
        self.first.received_response = self.first.sent_response = None
        self._begin()

    def _counts_sockets(self, at: int) -> bool:
        text, _, message, to, _, _ = glance.received(at)
        if ctypes.string_at(text, len(b"INVITE ")) == b"INVITE ":
            self._agent.handles.lacking(glance.body(message), glance.has_tag(to))
        return True

    def _begin(self) -> None:
"""
SEEN = "glances(address)"
COUNTED = "counted(glances, address)"
SENT = "                seen(at(address))\n"
COUNTED_SENT = "                counted(seen, at(address))\n"
COUNT = '''

_times = {}  # nanoseconds of each message, by how it begins


def counted(see, message):  # type: ignore[no-untyped-def]
    """Take the time of looking at a message."""
    import os
    import re
    import time

    from sipflow.worker.ua.pjsua.stack.layout import RxData

    began = time.perf_counter_ns()
    kept = see(message)
    spent = time.perf_counter_ns() - began
    kind = "sent"
    if isinstance(message, int):
        text = RxData.from_address(message).raw().decode()
        method = re.search(r"\\nCSeq: [0-9]+ ([A-Z]+)", text)[1]
        kind = f"{text[8:11]} to {method}" if text.startswith("SIP/") else method
    times = _times.setdefault(kind, [])
    times.append(spent)
    if len(times) % 50 == 0:
        with open(os.path.join(os.environ["SCREENING_COUNTS"], str(os.getpid())), "w") as file:
            file.write(repr(_times))
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
        load(copies["counted"], options.runs, 1, counts)
        times = totals(counts)
    show(took)
    ratios = [a / b for a, b in zip(took["with"], took["without"], strict=True)]
    print(f"with / without: median of the turns {statistics.median(ratios):.3f}")
    print("looking at a message, one call at once: median, and messages")
    for kind, spent in times.items():
        print(f"  {kind:14}{statistics.median(spent) / 1000:8.1f} µs{len(spent):8}")
    whole = sum(statistics.median(spent) * len(spent) for spent in times.values())
    print(f"  {'a call':14}{whole / options.runs / 1000:8.1f} µs")


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


def totals(counts: Path) -> dict[str, list[int]]:
    """Return the nanoseconds of each message in all processes, by how it begins."""
    times: dict[str, list[int]] = {}
    for path in counts.iterdir():
        for kind, spent in ast.literal_eval(path.read_text()).items():
            times.setdefault(kind, []).extend(spent)
    return times


def show(took: dict[str, list[float]]) -> None:
    """Print the processor time of a call."""
    print(f"processor time a call, {len(took['with'])} turns: min, median, max")
    for name, seconds in took.items():
        low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
        print(f"  {name:10}{low * 1000:8.3f}{middle * 1000:8.3f}{high * 1000:8.3f} ms")


if __name__ == "__main__":
    main()
