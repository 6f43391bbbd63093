"""A long load: whether memory and descriptors stay as they are, and whether all counts agree."""

from collections.abc import Callable

from scripts.bench.load import sipp
from scripts.bench.load.load_command import BASIC, OWN, Outcome, load
from scripts.bench.load.processes import MIB, Look
from scripts.bench.load.rates import show

EVERY = 10.0
PART_WITH_PEER = 0.25
# The stack keeps each transaction for half a minute: as long as that its memory grows.
WARM_UP = 60.0
FIGURES: dict[str, Callable[[Look], float]] = {
    "coordinator PSS, MiB": lambda look: look.coordinator.pss / MIB,
    "coordinator RSS, MiB": lambda look: look.coordinator.rss / MIB,
    "coordinator descriptors": lambda look: float(look.coordinator.descriptors),
    "worker processes": lambda look: float(look.workers.processes),
    "a worker's PSS, MiB": lambda look: look.workers.pss / MIB / max(1, look.workers.processes),
    "a worker's RSS, MiB": lambda look: look.workers.rss / MIB / max(1, look.workers.processes),
    "workers' descriptors": lambda look: float(look.workers.descriptors),
}


def soak(rate: int, seconds: float) -> None:
    """Load at a rate for a long time, then for a part of it against a SIPp callee."""
    print(f"\n== soak: {rate}/s for {seconds / 60:.1f} min, looked at every {EVERY:.0f} s")
    every = min(EVERY, seconds / 6)
    options = ("--rate", str(rate), "--duration", f"{seconds:g}s")
    outcome = load(BASIC, *options, every=every, memory=True)
    show(f"{rate}/s", outcome)
    show_looks(outcome)
    compare(outcome, {})
    part = max(10.0, seconds * PART_WITH_PEER)
    print(f"   against a SIPp callee, {part:.0f} s:")
    options = ("--rate", str(rate), "--duration", f"{part:g}s")
    with sipp.peer(buffers=sipp.BIG_BUFFERS) as peer:
        address = f"{sipp.HOST}:{peer.port}"
        outcome = load(
            OWN / "call-to-peer.yaml", *options, "--target", address, "--set", f"peer={address}"
        )
    show(f"{rate}/s", outcome)
    compare(
        outcome,
        {
            "calls that came to SIPp": peer.counted["IncomingCall(C)"],
            "calls that SIPp completed": peer.counted["SuccessfulCall(C)"],
        },
    )


def show_looks(outcome: Outcome) -> None:
    """Print first, last and slope of what was looked at, once the load was under way."""
    looks = under_way(outcome)
    if len(looks) < 2:
        print("   too short to look twice")
        return
    print(f"   {'':26}{'first':>10}{'last':>10}{'most':>10}{'a minute':>12}")
    for name, figure in FIGURES.items():
        values = [figure(look) for look in looks]
        rise = slope([look.at for look in looks], values) * 60
        print(f"   {name:26}{values[0]:10.1f}{values[-1]:10.1f}{max(values):10.1f}{rise:+12.3f}")


def under_way(outcome: Outcome) -> list[Look]:
    """Return the looks between the first and the last second's numbers.

    In a load that is long enough, only those once it is steady.
    """
    if not outcome.numbers:
        return []
    first, last = outcome.numbers[0]["ts"], outcome.numbers[-1]["ts"]
    if last - first > 3 * WARM_UP:
        first += WARM_UP
    return [look for look in outcome.looks if first <= look.at <= last]


def slope(moments: list[float], values: list[float]) -> float:
    """Return how much values rise in a second: the line of least squares."""
    middle, mean = sum(moments) / len(moments), sum(values) / len(values)
    spread = sum((moment - middle) ** 2 for moment in moments)
    if not spread:
        return 0.0
    pairs = zip(moments, values, strict=True)
    return sum((moment - middle) * (value - mean) for moment, value in pairs) / spread


def compare(outcome: Outcome, others: dict[str, int]) -> None:
    """Print the counts of everybody who counts, and whether they are equal."""
    latency, numbers = outcome.result["latency_ms"], outcome.numbers
    counts = {
        "runs completed, result": outcome.runs["completed"],
        "in the event log, sum of seconds": sum(e["runs"]["completed"] for e in numbers),
        "in the event log, last total": numbers[-1]["total"]["completed"] if numbers else 0,
        "workers: INVITEs answered": latency["answer"]["count"],
        "workers: first responses (srd)": latency["srd"]["count"],
        "workers: BYEs answered (sdd)": latency["sdd"]["count"],
        **others,
    }
    alike = len(set(counts.values())) == 1
    print(f"   counts {'all equal' if alike else 'DIFFER'}:")
    for name, count in counts.items():
        print(f"     {count:9}  {name}")
