"""Many runs one after another, and kills at many moments: what fails, and what is left over.

Counts, after every run: a verdict that is not the expected one, processes of the run that still
live, ports that cannot be bound, files of the run that are still there.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sipflow.coordinator.runtime_directory import living_runs  # noqa: E402
from tests.end_to_end import scenarios  # noqa: E402
from tests.end_to_end.harness import Coordinator, Outcome, is_free, kill, survivors  # noqa: E402

DELAYS = """\
name: three delays
instances:
  alice: {number: "100"}
flow:
  alice: [{TIMEOUT: 20ms}, {TIMEOUT: 20ms}, {TIMEOUT: 20ms}]
"""
PORTS = (5060, 5062)
# Runs with more than one dialog or offer; T18 has the default ports written in it.
WORDS = (
    *(
        ROOT / "examples" / f"{name}.yaml"
        for name in ("hold", "blind-transfer", "attended-transfer", "transfer-to-a-busy-target")
    ),
    *(ROOT / "tests" / "cases" / f"{name}.json" for name in ("T17", "T18")),
)
# Of a killed coordinator: no process after the first, every port free after the second.
PROCESSES_LIMIT = 2.0
PORTS_LIMIT = 3.0


def main() -> None:
    """Do everything and print what was found; exit code 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delays", type=int, default=200, help="runs of three delays")
    parser.add_argument("--calls", type=int, default=50, help="runs of the basic call")
    parser.add_argument("--words", type=int, default=50, help="runs of each hold and transfer")
    parser.add_argument("--kills", type=int, default=20, help="moments to kill a coordinator at")
    options = parser.parse_args()
    basic = ROOT / "examples" / "basic-call.yaml"
    with tempfile.TemporaryDirectory() as folder:
        delays = scenarios.write(DELAYS, Path(folder))
        found = repeat("three delays", options.delays, lambda: completed(delays))
        found += repeat("basic call", options.calls, lambda: completed(basic))
        for path in WORDS:
            found += repeat(path.stem, options.words, partial(completed, path, 0))
        moments = iter(spread(options.kills))
        found += repeat(
            "kill -9 of the coordinator", options.kills, lambda: orphaned(basic, next(moments))
        )
        for phase, check in {"ringing": ringing, "talking": talking}.items():
            found += repeat(f"kill -9 of a worker, {phase}", 5, check)
    sys.exit(1 if found else 0)


def repeat(what: str, times: int, check: Callable[[], list[str]]) -> int:
    """Do something many times and print what was found; return how much."""
    began = time.monotonic()
    found: list[str] = []
    for number in range(1, times + 1):
        found += [f"run {number}: {finding}" for finding in check()]
    seconds = time.monotonic() - began
    print(f"{what}: {times} times in {seconds:.1f} s, {len(found)} findings", flush=True)
    for finding in found:
        print(f"  {finding}", flush=True)
    return len(found)


def completed(scenario: Path, released: int | None = None) -> list[str]:
    """Run a scenario that is to complete, and to leave so many calls to the clean-up."""
    with tempfile.TemporaryDirectory() as folder, Coordinator(scenario, Path(folder)) as run:
        outcome = run.finish()
    findings = expect(outcome, 0, "completed") + left_over(outcome)
    cleanup = outcome.verdict["cleanup"]
    if released is not None and cleanup["calls_released"] != released:
        findings.append(f"the clean-up released {cleanup['calls_released']} calls")
    return findings


def ringing() -> list[str]:
    """Kill the callee's worker while it rings."""
    return partner_killed(scenarios.RINGING, "early", "bob-2")


def talking() -> list[str]:
    """Kill the callee's worker while it talks."""
    return partner_killed(scenarios.LONG_CALL, "confirmed", "bob-3")


def partner_killed(text: str, state: str, node: str) -> list[str]:
    """Kill the callee's worker once the caller's leg is in a state; its node is to be named."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Coordinator(scenarios.write(text, folder), folder) as run:
            awaited = {("alice", state), (node, "running")}  # in whatever order they are told
            while awaited:
                event = run.wait_for(lambda event: event["type"] in ("leg-state", "node-state"))
                awaited -= {(event.get("node", event["instance"]), event["new"])}
            killed = time.monotonic()
            kill(run.fork_server().workers()["w2"])
            outcome = run.finish()
            seconds = time.monotonic() - killed
    findings = expect(outcome, 3, "failed") + left_over(outcome)
    if outcome.verdict["reason"]["node"] != node:
        findings.append(f"named {outcome.verdict['reason']}")
    return findings + ([f"took {seconds:.1f} s"] if seconds > PROCESSES_LIMIT else [])


def orphaned(scenario: Path, moment: float) -> list[str]:
    """Kill a coordinator some seconds after its start."""
    with tempfile.TemporaryDirectory() as folder, Coordinator(scenario, Path(folder)) as run:
        deadline = time.monotonic() + moment
        while time.monotonic() < deadline and run.process.poll() is None:
            time.sleep(0.001)
        try:
            fork_server, directory = run.fork_server().pid, run.fork_server().directory
        except StopIteration:  # before it was started, or after it ended
            fork_server, directory = 0, None
        if run.process.poll() is None:
            kill(run.process.pid)
        run.process.wait()
        killed = time.monotonic()
        while (
            fork_server and survivors(fork_server) and time.monotonic() < killed + PROCESSES_LIMIT
        ):
            time.sleep(0.01)
        findings = (
            [f"process {pid} is left" for pid in survivors(fork_server)] if fork_server else []
        )
        while not all(map(is_free, PORTS)) and time.monotonic() < killed + PORTS_LIMIT:
            time.sleep(0.01)
    findings += [f"port {port} is taken" for port in PORTS if not is_free(port)]
    if directory is not None and directory.exists():
        findings.append(f"{directory} is left")
    return [f"killed after {moment:.3f} s: {finding}" for finding in findings]


def expect(outcome: Outcome, exit_code: int, verdict: str) -> list[str]:
    """Return what is wrong about an outcome."""
    got = (outcome.exit_code, outcome.verdict.get("verdict"))
    if got != (exit_code, verdict):
        return [f"{got} instead of {(exit_code, verdict)}: {outcome.verdict or outcome.stderr}"]
    return []


def left_over(outcome: Outcome) -> list[str]:
    """Return what a run has left."""
    instances = outcome.verdict["instances"].values()
    findings = [f"port {i['port']} is taken" for i in instances if not is_free(i["port"])]
    findings += [f"process {i['pid']} is left" for i in instances if alive(i["pid"])]
    runs = [path.name for path in living_runs()]
    findings += [f"the directory of run {run} is left" for run in runs if run == outcome.run]
    if outcome.verdict["cleanup"]["calls_left"]:
        findings.append(f"{outcome.verdict['cleanup']['calls_left']} calls are left")
    if outcome.verdict["events"]["lost"]:
        findings.append("events were lost")
    return findings


def alive(pid: int | None) -> bool:
    """Tell whether a process exists."""
    return pid is not None and Path(f"/proc/{pid}").exists()


def spread(count: int) -> list[float]:
    """Return moments from the very start to past the end of a basic call, in random order."""
    moments = [0.35 * number / count for number in range(count)]
    random.Random(count).shuffle(moments)
    return moments


if __name__ == "__main__":
    main()
