"""Calls between two instances where a share of the SIP messages is lost, and what became of them.

A relay between the two loses them; RTP goes past it. Every run has limits that leave time for all
retransmissions, so that each that does not complete is a wrong verdict.
"""

import argparse
import json
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from scripts.bench.command import ROOT, START
from scripts.bench.lossy_relay import LossyRelay, at_random

SCENARIO = ROOT / "scripts" / "bench" / "lossy-call.yaml"
FIRST_PORT = 6060
PORTS_APART = 10


def main() -> None:
    """Make the calls and print how they ended."""
    parser = argparse.ArgumentParser(prog="scripts/bench-loss", description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--percent", type=float, default=10.0, help="of the messages are lost")
    parser.add_argument("--jobs", type=int, default=4, help="so many runs at once")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; each has one more")
    options = parser.parse_args()
    ports: SimpleQueue[int] = SimpleQueue()
    for place in range(options.jobs):
        ports.put(FIRST_PORT + PORTS_APART * place)

    def call(number: int) -> tuple[str, int, int]:
        port = ports.get()
        try:
            return play(port, options.percent, options.seed + number)
        finally:
            ports.put(port)

    with ThreadPoolExecutor(options.jobs) as executor:
        played = list(executor.map(call, range(options.runs)))
    lost, all_of_them = sum(one[1] for one in played), sum(one[1] + one[2] for one in played)
    print(f"{options.runs} runs, {lost} of {all_of_them} messages lost")
    for outcome, count in Counter(one[0] for one in played).most_common():
        print(f"  {count:4} {outcome}")


def play(port: int, percent: float, seed: int) -> tuple[str, int, int]:
    """Make one call; return how the run ended, and how many messages were lost and passed on."""
    with LossyRelay(port, port + 2, at_random(percent, seed)) as relay:
        command = [*START, str(SCENARIO), "--json", "--base-port", str(port)]
        ended = subprocess.run(
            [*command, "--set", f"relay={relay.uri}"], capture_output=True, text=True, check=False
        )
    try:
        verdict = json.loads(ended.stdout)
    except ValueError:
        return f"exit code {ended.returncode}, no verdict", relay.lost, relay.passed
    outcome = str(verdict["verdict"])
    if verdict["reason"] is not None:
        why = {name: verdict["reason"][name] for name in ("instance", "node", "message")}
        outcome += f" (seed {seed}): {why}"
    return outcome, relay.lost, relay.passed


if __name__ == "__main__":
    main()
