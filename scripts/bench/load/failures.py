"""Failures made on purpose: whether a load reports exactly those, and goes on at its rate."""

import os
import signal
import tempfile
import time
from pathlib import Path

from scripts.bench.load import sipp
from scripts.bench.load.load_command import EXAMPLES, OWN, Outcome, Running, load, running
from scripts.bench.load.processes import descriptors, workers
from scripts.bench.load.rates import describe

REFUSED, EVERY = 486, 100
KILLS = 5
TALK = 3.0


def failures(rate: int, seconds: float) -> None:
    """Make every hundredth call fail, in two ways; then kill workers."""
    calls = round(rate * seconds / EVERY) * EVERY
    print(f"\n== {calls} calls, every hundredth refused with {REFUSED} on purpose; {rate}/s")
    by_row(rate, calls)
    by_peer(rate, calls)
    kills(max(5, rate // 10), seconds)


def by_row(rate: int, calls: int) -> None:
    """Let a row of data say what the callee answers."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.csv"
        codes = [REFUSED if number % EVERY == 0 else 180 for number in range(1, calls + 1)]
        rows.write_text("code\n" + "".join(f"{code}\n" for code in codes))
        options = ("--rate", str(rate), "--calls", str(calls), "--data", str(rows))
        outcome = load(OWN / "refused-by-row.yaml", *options)
    show("by row, callee is ours", outcome, calls)


def by_peer(rate: int, calls: int) -> None:
    """Let a SIPp callee refuse."""
    with sipp.peer(OWN / "refuses-every-hundredth.xml", buffers=sipp.BIG_BUFFERS) as peer:
        address = f"{sipp.HOST}:{peer.port}"
        outcome = load(
            OWN / "call-to-peer.yaml",
            *("--rate", str(rate), "--calls", str(calls)),
            *("--target", address, "--set", f"peer={address}"),
        )
    show("callee is SIPp", outcome, calls)
    print(f"     SIPp counted {peer.counted['IncomingCall(C)']} calls")


def show(name: str, outcome: Outcome, calls: int) -> None:
    """Print what failed beside what was to fail."""
    runs, wanted = outcome.runs, calls // EVERY
    told = sum(event["type"] == "load-failure" for event in outcome.events)
    groups = outcome.result["failures"]
    right = sum(group["count"] for group in groups if group["code"] == REFUSED)
    exact = (runs["started"], runs["failed"], right, told) == (calls, wanted, wanted, wanted)
    print(
        f"   {name}: {runs['failed']} of {runs['started']} runs failed, {right} with {REFUSED},"
        f" {told} failure events; {wanted} were to: {'exactly those' if exact else 'NOT THOSE'}",
        flush=True,
    )
    for group in groups:
        print(f"     {describe(group)}")


def kills(rate: int, seconds: float) -> None:
    """Kill some workers that are in calls, and print what the load says of it."""
    print(f"   kill -9 of {KILLS} workers that are in calls; {rate}/s")
    seconds = max(seconds, KILLS * 2 + TALK)
    options = ("--rate", str(rate), "--duration", f"{seconds:g}s", "--set", f"talk={TALK:g}s")
    with running(EXAMPLES / "long-call.yaml", *options) as current:
        killed = kill_some(current)
    outcome = current.outcome
    assert outcome is not None
    runs, asked = outcome.runs, outcome.result["rate"]
    named = sum(group["count"] for group in outcome.result["failures"] if group["instance"])
    print(
        f"     killed {killed}: {runs['failed']} runs failed, {named} with their instance named,"
        f" {outcome.result['restarts']} workers replaced; rate asked {asked['asked']:g}/s,"
        f" achieved {asked['achieved']:.2f}/s, {runs['late']} late",
        flush=True,
    )
    for group in outcome.result["failures"]:
        print(f"     {describe(group)}")


def kill_some(current: Running) -> int:
    """Kill one worker after the other, each as its call has just begun; return how many."""
    if not current.wait_for("load-numbers"):
        return 0
    killed = 0
    before: dict[int, int] = {}
    while killed < KILLS and current.lives:
        now = {pid: descriptors(pid) for pid in workers(current.process.pid)}
        # A call's media sockets are two descriptors more than a moment ago.
        begun = [pid for pid, count in now.items() if count >= before.get(pid, count) + 2]
        if begun:
            os.kill(begun[0], signal.SIGKILL)
            killed += 1
            before = {}
            time.sleep(1.0)
        else:
            before = now
            time.sleep(0.05)
    return killed
