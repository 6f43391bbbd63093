"""A suite of basic calls in one command, beside as many SIPp pairs that make one call each.

Both run so many at a time, and take turns, so that a change in the machine's speed meets both.
"""

import argparse
import statistics
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from scripts.bench.command import ONE_CALL, START, run, sipp_pair, timed
from scripts.bench.figures import reporting

FIRST_PORT = 6060
# From a SIP port to its media ports, of which each process takes four.
MEDIA = 30_000
MEDIA_STEP = 4
TALK_MS = 50


def main() -> None:
    """Time both in turn and print the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench-suite", description=__doc__)
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--runs", type=int, default=5, help="counted suites of each (default 5)")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    options = parser.parse_args()
    count, jobs = options.scenarios, options.jobs
    with reporting(as_json=options.json) as report:
        suite(count, jobs)
        turns = [
            (timed(lambda: suite(count, jobs)), timed(lambda: pairs(count, jobs)))
            for _ in range(options.runs)
        ]
        each = [(ours * 1000 / count, peer * 1000 / count) for ours, peer in turns]
        report.add("suite.wall", f"a scenario of {count}, {jobs} at once, beside SIPp", each, "ms")
        print(f"{count} basic calls, {jobs} at a time, wall time a scenario: min, median, max")
        show("sipflow start -j", [ours for ours, _ in each])
        show("SIPp pairs", [peer for _, peer in each])
        show("ratio sipflow / SIPp", [ours / peer for ours, peer in each], ".2f", "")


def suite(count: int, jobs: int) -> None:
    """Run the scenario so many times in one command."""
    run([*START, *[str(ONE_CALL)] * count, "-j", str(jobs), "--json"])


def pairs(count: int, jobs: int) -> None:
    """Let so many pairs of SIPp processes make one call each."""
    ports: SimpleQueue[int] = SimpleQueue()
    for place in range(jobs):
        ports.put(FIRST_PORT + 10 * place)

    def pair(_number: int) -> None:
        port = ports.get()
        try:
            sipp_pair(port, TALK_MS, (port + MEDIA, port + MEDIA + MEDIA_STEP))
        finally:
            ports.put(port)

    with ThreadPoolExecutor(jobs) as executor:
        list(executor.map(pair, range(count)))


def show(name: str, values: list[float], form: str = ".1f", unit: str = " ms") -> None:
    """Print the spread of a figure."""
    spread = (min(values), statistics.median(values), max(values))
    print(f"  {name:24}" + "".join(f"{value:8{form}}" for value in spread) + unit)


if __name__ == "__main__":
    main()
