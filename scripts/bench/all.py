"""Every benchmark in a short form, set beside the figures that were kept.

Runs ``bench-start``, ``bench-suite``, ``bench-scale``, ``bench-events`` and the rate of
``bench-load --quick`` one after the other, prints each ratio to its peer now and as it is kept in
``docs/figures.json``, and names what has fallen by more than a fifth (exit code 1). Takes some
seven minutes.
"""

import argparse
import json
import subprocess
import sys
import time

from scripts.bench.command import warn_if_busy
from scripts.bench.figures import KEPT, Figure, compared, from_json, here, keep, load_kept

# What each takes in its short form; turns are many where a turn is short.
PARTS = {
    "start": ["scripts.bench.start", "--runs", "15"],
    "suite": ["scripts.bench.suite", "--scenarios", "60", "--runs", "5"],
    "scale": ["scripts.bench.scale", "20", "100", "--runs", "5"],
    "events": ["scripts.bench.events", "--rates", "20000", "--seconds", "2", "--turns", "3"],
    "load": ["scripts.bench.load", "--quick", "--rate"],
}


def main() -> None:
    """Run the parts and print what they have come to."""
    parser = argparse.ArgumentParser(prog="scripts/bench-all", description=__doc__)
    parser.add_argument("--keep", action="store_true", help=f"write {KEPT.name} with what is found")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help="some of them")
    options = parser.parse_args()
    if options.keep and options.only:
        parser.error("--keep writes all figures of one state of the sources: not with --only")
    parts = options.only or list(PARTS)
    warn_if_busy()
    began = time.monotonic()
    now, kept = here(figure for part in parts for figure in measure(part)), load_kept()
    lines, fallen = compared(now, kept, parts)
    print(f"now:  {now.commit}, {now.date}, {now.machine}")
    if kept is not None:
        print(f"kept: {kept.commit}, {kept.date}, {kept.machine}")
    print(*lines, sep="\n")
    print(f"{time.monotonic() - began:.0f} s; ", end="")
    print(*(fallen or ["nothing has fallen by more than a fifth"]), sep="\n")
    if options.keep:
        keep(now)
        print(f"written: {KEPT}")
    sys.exit(1 if fallen and not options.keep else 0)


def measure(part: str) -> tuple[Figure, ...]:
    """Run a part; what it prints for people goes on to standard error as it comes."""
    print(f"== {part}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", *PARTS[part], "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"bench-{part} failed: exit code {done.returncode}")
    return from_json(json.loads(done.stdout))


if __name__ == "__main__":
    main()
