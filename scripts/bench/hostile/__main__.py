"""Sends hostile messages to a running instance, and counts how often a worker dies of one.

All test messages of RFC 4475 and RFC 5118, outside of a dialog and in one, mutated messages in
dialogs, and answers that come when their dialog is gone. No worker may die: exit code 1 if one
does.
"""

import argparse
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from scripts.bench.hostile import parts

# One in so many of the mutated messages is an answer to an INVITE of the instance.
_ANSWERS = 10


def main() -> None:
    """Send everything and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the mutations (default 1)")
    parser.add_argument("--count", type=int, default=10_000, help="mutated messages (10000)")
    parser.add_argument("--late", type=int, default=100, help="late answers (100)")
    parser.add_argument(
        "--rest",
        type=float,
        default=35.0,
        help="seconds that the instance lives on after each (35)",
    )
    parser.add_argument("--part", type=int, choices=range(1, 6), help="one of them alone")
    parser.add_argument("--keep", type=Path, help="where to keep what was sent before a death")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.mkdir(parents=True, exist_ok=True)
    of_answers = options.count // _ANSWERS
    rest = options.rest
    wanted = (
        partial(parts.outside, folder, rest),
        partial(parts.inside, folder, rest),
        partial(parts.mutated_requests, folder, rest, chance, options.count - of_answers),
        partial(parts.mutated_answers, folder, rest, chance, of_answers),
        partial(parts.answers_too_late, folder, rest, options.late),
    )
    print(f"{'':40}{'sent':>7}{'due':>7}{'answered':>9}{'reported':>9}{'deaths':>7}{'s':>6}")
    deaths = 0
    for part in wanted if options.part is None else [wanted[options.part - 1]]:
        began = time.monotonic()
        came = part()
        deaths += len(came.deaths)
        show(came, time.monotonic() - began)
    print(f"{deaths} deaths, seed {options.seed}")
    sys.exit(1 if deaths else 0)


def show(came: parts.Came, seconds: float) -> None:
    """Print a line of a part, and below it what went wrong."""
    reported = came.reported.total()
    print(
        f"{came.name:40}{came.sent:7}{came.due:7}{came.answered:9}{reported:9}"
        f"{len(came.deaths):7}{seconds:6.0f}",
        flush=True,
    )
    for kind, number in sorted(came.reported.items()):
        print(f"    reported as {kind}: {number}")
    for line in (*came.deaths, *came.unusual):
        print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
