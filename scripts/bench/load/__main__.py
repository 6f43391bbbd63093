"""Loads side by side, and whether what a load tells is true: figures of one run on this machine.

Without naming a part, all but the soak are measured.
"""

import argparse
import os
from dataclasses import dataclass

from scripts.bench.figures import Report, reporting
from scripts.bench.load import accuracy, calls_up, failures, load_command, processes, rates, soak
from scripts.bench.load.bare import Figures

QUIET = 0.1


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    seconds: float
    pairs: tuple[int, ...]
    sipp_seconds: float
    most_sipp: int
    trials: int
    rounds: int
    cost_rates: tuple[int, ...]
    up_seconds: float
    rate: int


ALL = Size(10.0, (24, 40, 48, 56, 64), 10.0, 20_000, 6, 3, rates.COST_RATES, 30.0, 100)
QUICK = Size(4.0, (40, 56), 3.0, 10_000, 3, 3, (10, 200), 5.0, 50)


def main() -> None:
    """Measure what is asked for."""
    options = arguments()
    load_command.extra_options[:] = options.load_options.split()
    size = QUICK if options.quick else ALL
    with reporting(as_json=options.json) as report:
        measure(options, size, report)


def measure(options: argparse.Namespace, size: Size, report: Report) -> None:
    """Measure the parts that are named, or all of them."""
    named = [options.bare, options.sipp, options.rate, options.cpu, options.calls_up]
    named += [options.soak, options.accuracy, options.failures]
    everything = not any(named)
    tell_machine()
    if options.sipp or everything:
        rates.sipp_pair(size.sipp_seconds, size.most_sipp)
    best = top = None
    if options.bare or options.rate or everything:
        best = rates.bare_loop(tuple(options.pairs or size.pairs), size.seconds)
    if options.rate or everything:
        top = find_top(best, size, report)
    if options.cpu or everything:
        rates.cost(size.seconds * 2, size.cost_rates)
    if options.calls_up or everything:
        for calls in options.calls_up or [20 if options.quick else 500]:
            many_up(calls, size.up_seconds)
    if options.accuracy or everything:
        accuracy.accuracy(size.rate, size.seconds * 2)
    if options.failures or everything:
        failures.failures(size.rate, size.seconds * 2)
    if options.soak:
        soak.soak(options.soak_rate or max(5, (top or 2 * size.rate) // 2), options.soak * 60)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/bench-load", description=__doc__)
    add = parser.add_argument
    add(
        "--quick",
        action="store_true",
        help="a short measurement of each part, the soak too if asked",
    )
    add("--bare", action="store_true", help="the bare SIP stack alone: the limit")
    add("--sipp", action="store_true", help="SIPp's built-in pair")
    add(
        "--rate",
        action="store_true",
        help="as many runs as go, beside the bare stack, and how many on time",
    )
    add("--cpu", action="store_true", help="what a run costs at several rates")
    add(
        "--calls-up",
        type=int,
        nargs="+",
        metavar="N",
        help="N calls at once, silent and with audio",
    )
    add("--accuracy", action="store_true", help="reported delays beside a capture")
    add("--failures", action="store_true", help="failures and kills made on purpose")
    add("--soak", type=float, metavar="MINUTES", help="half the highest rate, for a long time")
    add("--soak-rate", type=int, metavar="R", help="runs a second of the soak instead")
    add("--pairs", type=int, nargs="+", metavar="N", help="pairs of processes of the bare stack")
    add("--load-options", default="", metavar="TEXT", help="more options for every load of sipflow")
    add("--json", action="store_true", help="print the figures beside the bare loop alone, as JSON")
    return parser.parse_args()


def tell_machine() -> None:
    """Print what the figures were made on, and whether others use it too."""
    busy = processes.busy_processors()
    print(f"{os.cpu_count()} processors, {busy:.2f} of them busy with other work at the beginning")
    if busy > QUIET:
        print("others use this machine: every figure is rough")


def find_top(best: Figures | None, size: Size, report: Report) -> int | None:
    """Set sipflow beside the bare loop, and return its highest clean rate."""
    if best is None:
        print("the bare loop was never clean: nothing to set sipflow beside")
        return None
    rates.sipflow_beside(best, size.seconds, size.rounds, report)
    return rates.highest_on_time(best, size.seconds, size.trials)


def many_up(calls: int, seconds: float) -> None:
    """Have many calls up, without and with audio."""
    print(f"\n== {calls} calls up at the same time")
    for audio in (False, True):
        calls_up.calls_up(calls, seconds, audio)


if __name__ == "__main__":
    main()
