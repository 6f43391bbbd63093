"""Complete calls a second: the bare loop, SIPp and sipflow; and sipflow's cost at several rates."""

import statistics

from scripts.bench.figures import Report
from scripts.bench.load import bare, search, sipp
from scripts.bench.load.load_command import BASIC, Outcome, load
from sipflow.sip.codecs import DEFAULT_CODECS

# Above what a pair makes, below what its endpoints bear.
PAIR_RATE = 42.0
SAME_RATES = (3_000,)
BIG_BUFFER_RATES = (3_000, 10_000, 15_000, 20_000)
COST_RATES = (10, 50, 200, 500)
# Enough for an endpoint's rest between calls, few enough for the caches.
AT_ONCE = (24, 34, 48)


def bare_loop(pairs: tuple[int, ...], seconds: float) -> bare.Figures | None:
    """Try numbers of pairs, print a line for each, and return the best that is clean."""
    print("\n== bare pjsua2 loop: pairs of processes, no threads, no sound device")
    print(
        f"   codecs {', '.join(DEFAULT_CODECS)}; each pair up to {PAIR_RATE:g} calls/s by the clock"
    )
    best: bare.Figures | None = None
    for number in pairs:
        found = bare.run(number, PAIR_RATE, seconds)
        show_bare(found)
        if found.clean and (best is None or found.per_second > best.per_second):
            best = found
    return best


def show_bare(found: bare.Figures) -> None:
    """Print a run of the bare loop."""
    print(
        f"   {found.pairs:4} pairs {found.per_second:8.0f} calls/s {found.failed:5} failed"
        f" {found.cpu_ms:7.3f} ms CPU/call  ({found.asked:.0f}/s asked,"
        f" {found.behind} never begun)",
        flush=True,
    )


def sipp_pair(seconds: float, most: int) -> None:
    """Let SIPp's built-in pair make calls at some rates."""
    print(
        "\n== SIPp's built-in pair: another class, messages only: no SDP engine, no media sockets"
    )
    for buffers, rates in ((None, SAME_RATES), (sipp.BIG_BUFFERS, BIG_BUFFER_RATES)):
        for rate in rates:
            if rate > most:
                continue
            found = sipp.run(rate, seconds, buffers)
            name = "default buffers" if buffers is None else f"-buff_size {buffers}"
            print(
                f"   {rate:6}/s {found.per_second:8.0f} calls/s {found.failed:5} failed"
                f" {found.cpu_ms:7.3f} ms CPU/call {found.repeated:5} retransmissions  ({name})",
                flush=True,
            )


def sipflow_beside(best: bare.Figures, seconds: float, rounds: int, report: Report) -> None:
    """Let sipflow make as many runs as it can, in turn with the bare loop; print the ratio.

    Both begin a call whenever one can be begun, and count those without a failure. A machine that
    changes its speed meets both sides of a turn.
    """
    print(f"\n== sipflow-coord load examples/{BASIC.name}: as many as go, beside the bare loop")
    found = {at_once: try_at_once(at_once, seconds) for at_once in AT_ONCE}
    at_once = max(found, key=lambda at_once: clean_per_second(found[at_once]))
    turns, costs = [], []
    for _ in range(rounds):
        limit = bare.run(best.pairs, PAIR_RATE, seconds)
        show_bare(limit)
        own = try_at_once(at_once, seconds)
        turns.append((clean_per_second(own), limit.per_second))
        costs.append((own.cpu_ms() or own.cpu_ms_with_start, limit.cpu_ms))
    report.add("load.rate", "complete runs, beside calls of a bare loop", turns, "/s", "higher")
    report.add("load.cpu", "CPU of a run, beside a call of a bare loop", costs, "ms")
    ratios = [ours / peer for ours, peer in turns]
    ours, peer = (statistics.median(side) for side in zip(*turns, strict=True))
    cost = statistics.median(ours / peer for ours, peer in costs)
    print(
        f"   sipflow {ours:.0f}/s, bare loop {peer:.0f}/s,"
        f" ratio {min(ratios):.2f} {statistics.median(ratios):.2f} {max(ratios):.2f}"
        f" (min, median, max); {cost:.1f} times its CPU a call",
        flush=True,
    )


def clean_per_second(outcome: Outcome) -> float:
    """Return complete runs a second, 0 if any run failed."""
    return 0.0 if outcome.runs["failed"] else outcome.per_second


def highest_on_time(best: bare.Figures, seconds: float, trials: int) -> int | None:
    """Find and return sipflow's highest rate by the clock at which no run fails or is late."""
    print(f"\n== sipflow-coord load examples/{BASIC.name}: every run complete and on time")
    bound = round(best.per_second * 0.6)
    rate = search.highest(lambda rate: try_rate(rate, seconds).clean, bound // 4, bound, trials)
    print("   no rate was clean" if rate is None else f"   highest clean rate {rate}/s", flush=True)
    return rate


def try_at_once(at_once: int, seconds: float) -> Outcome:
    """Run the basic load with so many runs at once and print a line."""
    outcome = load(BASIC, "--concurrency", str(at_once), "--duration", f"{seconds:g}s")
    show(f"{at_once} slots", outcome)
    return outcome


def try_rate(rate: int, seconds: float) -> Outcome:
    """Run the basic load at a rate and print a line."""
    outcome = load(BASIC, "--rate", str(rate), "--duration", f"{seconds:g}s")
    show(f"{rate}/s", outcome)
    return outcome


def show(name: str, outcome: Outcome) -> None:
    """Print one load of sipflow: what it did, and what it cost."""
    runs = outcome.runs
    cost = outcome.cpu_ms()
    own = outcome.cpu_ms(lambda look: look.coordinator.cpu)
    spent = "     ? " if cost is None else f"{cost:7.3f}"
    part = "?" if own is None else f"{own:.3f}"
    print(
        f"   {name:>9} {outcome.per_second:8.0f} runs/s {runs['failed']:5} failed"
        f" {runs['late']:5} late {spent} ms CPU/run  (coordinator {part};"
        f" with start-up {outcome.cpu_ms_with_start:.2f}; {outcome.result['workers']} workers)",
        flush=True,
    )
    for group in outcome.result["failures"][:3]:
        print(f"             {describe(group)}")


def describe(group: dict[str, object]) -> str:
    """Return a line about failures of a kind."""
    return (
        f"{group['count']} failed: {group['instance']} at {group['node']},"
        f" code {group['code']}: {group['message']}"
    )


def cost(seconds: float, rates: tuple[int, ...] = COST_RATES) -> None:
    """Print what a run costs at several rates."""
    print("\n== CPU per run at several rates (coordinator, fork server and workers together)")
    spent = {rate: try_rate(rate, seconds).cpu_ms() for rate in rates}
    known = [value for value in spent.values() if value is not None]
    if len(known) > 1:
        print(f"   last by first {known[-1] / known[0]:.2f} (1 is flat, less is falling)")
