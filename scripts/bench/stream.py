"""What becomes of events when workers are killed amid bursts, and readers are late, slow, stopped.

kills      200 workers that publish in bursts, 100 of them killed with -9; the truth is what the
           workers had written down
readers    a run that is followed from the start, 5 s late, at 1 ms an event, and by two programs
           that are stopped for 10 s, beside the same run that nobody follows
plain      a plain SUB socket that connects before the start, also beside two busy loops
watch      `watch` that is started at many moments of a run's last half second

The exit code is 1 if an event was lost.
"""

import argparse
import json
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgpack
import psutil
import zmq
from zmq.utils.monitor import recv_monitor_message

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.end_to_end import scenarios  # noqa: E402
from tests.end_to_end.bursts import BYTES_A_NODE, Massacre, bursts, massacre  # noqa: E402
from tests.end_to_end.harness import COMMAND, EXAMPLES, Coordinator, Event  # noqa: E402
from tests.end_to_end.readers import EXAMPLE, SUBSCRIBER, WATCH, Reader  # noqa: E402

MB = 1_000_000
LIMIT = 300.0
LOOK = 0.05
# When the late reader begins, and the others are stopped and go on, in seconds from the command.
LATE, STOP, GO_ON = 5.0, 3.0, 13.0
# What the others get to start up in: their start is no part of the run.
SETTLE = 2.0
BUSY = 2


@dataclass(frozen=True)
class Delays:
    """A run of instances that wait again and again."""

    instances: int
    nodes: int
    milliseconds: int

    @property
    def events(self) -> int:
        """How many events it has."""
        return self.instances * self.nodes * 3 + 4

    def write(self, folder: Path) -> Path:
        """Write it down as a scenario."""
        names = [f"i{number}" for number in range(self.instances)]
        graph = {
            "name": "delays",
            "instances": {name: {"number": f"{1000 + n}"} for n, name in enumerate(names)},
            "flow": {name: [{"TIMEOUT": self.milliseconds}] * self.nodes for name in names},
        }
        return scenarios.write(json.dumps(graph, separators=(",", ":")), folder)


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds by its verdict and to its exit, the most memory in bytes."""

    seconds: float
    to_exit: float
    memory: int


SEVERAL_THOUSAND = Delays(8, 300, 60)
A_HUNDRED_THOUSAND = Delays(40, 850, 20)
ENDING = Delays(1, 80, 10)


def main() -> None:
    """Do what is asked for and print what was found."""
    parts = {"kills": kills, "readers": readers, "plain": plain, "watch": watch}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=parts, action="append", help="only this; repeatable")
    parser.add_argument("--kills", type=int, default=5, help="runs with kills")
    parser.add_argument("--rounds", type=int, default=3, help="runs with and without readers")
    parser.add_argument("--plain", type=int, default=20, help="runs with a plain SUB")
    parser.add_argument("--watches", type=int, default=60, help="moments to begin a watch at")
    options = parser.parse_args()
    print(f"load average of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    lost = sum(parts[part](options) for part in options.part or parts)
    sys.exit(1 if lost else 0)


def kills(options: argparse.Namespace) -> int:
    """Kill 100 of 200 workers, again and again; return how many events were lost or wrong."""
    print("200 workers in bursts, 100 of them killed with -9: events by the workers' journals")
    print("  published   lost  twice  disorder  only in journals   killed amid  kills to verdict")
    return sum(one_massacre(seed) for seed in range(1, options.kills + 1))


def one_massacre(seed: int) -> int:
    """Do it once and print a line."""
    workers, nodes, victims = 200, 340, 100
    told = workers * nodes * BYTES_A_NODE * random.Random(seed).uniform(0.05, 0.25)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = scenarios.write(bursts(workers, nodes, seed), folder)
        with Coordinator(path, folder) as coordinator:
            killed = massacre(coordinator, victims, int(told), seed)
    published, lost, twice, disorder = account(killed)
    count = killed.outcome.verdict["events"]
    first = min(event["ts"] for event in killed.outcome.of_type("error"))
    seconds = killed.outcome.events[-1]["ts"] - first
    print(
        f"  {published:9}{lost:7}{twice:7}{disorder:10}{count['recovered']:18}"
        f"{killed.amid:7} of {len(killed.killed)}{seconds:16.1f} s",
        flush=True,
    )
    return lost + twice + disorder + int(count["lost"])


def account(killed: Massacre) -> tuple[int, int, int, int]:
    """Return how many events were written down, were not told, told twice, and told too late."""
    told: dict[str, list[int]] = {name: [] for name in [*killed.journals, "-"]}
    for event in killed.outcome.events:
        told[event["instance"]].append(event["seq"])
    published = lost = twice = disorder = 0
    for name, journal in killed.journals.items():
        seqs = told[name]
        published += len(journal)
        lost += len({event["seq"] for event in journal} - set(seqs))
        twice += len(seqs) - len(set(seqs))
        disorder += sum(after < before for before, after in pairwise(seqs))
    return published, lost, twice, disorder


def readers(options: argparse.Namespace) -> int:
    """Follow runs with five readers, beside the same runs without; return how many differed."""
    differed = 0
    for delays, rounds in ((SEVERAL_THOUSAND, options.rounds), (A_HUNDRED_THOUSAND, 1)):
        print(f"{delays.events} events, with five readers beside without: medians of {rounds}")
        alone, followed = [], []
        for _ in range(rounds):
            alone.append(run(delays, followed=False)[0])
            cost, wrong = run(delays, followed=True)
            followed.append(cost)
            differed += len(wrong)
            for name in wrong:
                print(f"  {name} has not seen what the event log has")
        show("run, by its verdict", *([c.seconds for c in costs] for costs in (alone, followed)))
        show("command to exit", *([c.to_exit for c in costs] for costs in (alone, followed)))
        before, after = (statistics.median(c.memory for c in costs) for costs in (alone, followed))
        print(
            f"  most memory {before / MB:11.1f} MB {after / MB:9.1f} MB"
            f"  {(after - before) / MB:+.1f} MB"
        )
        print(f"  readers that saw another sequence: {differed}", flush=True)
    return differed


def show(what: str, alone: list[float], followed: list[float]) -> None:
    """Print medians beside each other."""
    before, after = statistics.median(alone), statistics.median(followed)
    more = (after / before - 1) * 100
    print(f"  {what:20}{before:6.2f} s {after:9.2f} s   {more:+.1f} %")


def run(delays: Delays, *, followed: bool) -> tuple[Cost, list[str]]:
    """Run once; return what it took, and which readers saw something else than the event log."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, endpoint = Path(name), free_endpoint()
        audience = Audience(stack, folder, endpoint) if followed else None
        log, out = folder / "events.jsonl", folder / "verdict.json"
        command = [*COMMAND, "start", str(delays.write(folder)), "--json", "--events", endpoint]
        began, most = time.monotonic(), 0
        with (
            out.open("wb") as stdout,
            subprocess.Popen(
                [*command, "--event-log", str(log)], stdout=stdout, stderr=subprocess.DEVNULL
            ) as coordinator,
        ):
            process = psutil.Process(coordinator.pid)
            while coordinator.poll() is None:
                most = max(most, memory(process))
                if audience is not None:
                    audience.act(time.monotonic() - began)
                time.sleep(LOOK)
        ended = time.monotonic()
        verdict = json.loads(out.read_text())
        if (verdict["verdict"], verdict["events"]["lost"]) != ("completed", 0):
            sys.exit(f"the run did not go as it should: {verdict['reason']}")
        lines = log.read_text().splitlines()
        wrong = audience.wrong(lines) if audience is not None else []
    return Cost(verdict["duration_s"], ended - began, most), wrong


def memory(process: psutil.Process) -> int:
    """Return what a process has in memory, in bytes."""
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


class Audience:
    """The five readers of a run, and when each does what."""

    def __init__(self, stack: ExitStack, folder: Path, endpoint: str) -> None:
        self._stack, self._folder, self._endpoint = stack, folder, endpoint
        self._readers: dict[str, Reader] = {}
        self._begin("from the start", *SUBSCRIBER, endpoint, "0")
        self._begin("1 ms an event", *SUBSCRIBER, endpoint, "1")
        self._begin("stopped", *SUBSCRIBER, endpoint, "0")
        self._begin("the example, stopped", *EXAMPLE, endpoint)
        time.sleep(SETTLE)
        self._acts = [(STOP, self._stop), (LATE, self._join), (GO_ON, self._go_on)]

    def act(self, seconds: float) -> None:
        """Do what is due so many seconds after the coordinator's start."""
        while self._acts and seconds >= self._acts[0][0]:
            self._acts.pop(0)[1]()

    def wrong(self, log: list[str]) -> list[str]:
        """Wait for all and return whose events are not those of the event log."""
        codes = {name: reader.end(LIMIT) for name, reader in self._readers.items()}
        events = map(json.loads, log)
        short = ["{g} {instance} {type} {cause}".format(**event) for event in events]
        return [
            f"the reader '{name}' (exit code {codes[name]})"
            for name, reader in self._readers.items()
            if codes[name] or reader.lines != (short if "example" in name else log)
        ]

    def _begin(self, name: str, *command: str) -> None:
        self._readers[name] = self._stack.enter_context(Reader(self._folder, *command))

    def _join(self) -> None:
        self._begin("late", *SUBSCRIBER, self._endpoint, "0")

    def _stop(self) -> None:
        for reader in self._stopped():
            reader.stop()

    def _go_on(self) -> None:
        for reader in self._stopped():
            reader.go_on()

    def _stopped(self) -> list[Reader]:
        return [reader for name, reader in self._readers.items() if "stopped" in name]


def plain(options: argparse.Namespace) -> int:
    """Have plain SUB sockets connect before the start; return how many missed an event."""
    print("a plain SUB that connects before the start, basic call: does it see every event?")
    missed = 0
    for busy in (0, BUSY):
        with busy_loops(busy):
            found = [before_the_start() for _ in range(options.plain)]
        whole = sum(is_whole for is_whole, _lead in found)
        leads = sorted(lead * 1000 for _is_whole, lead in found)
        missed += len(found) - whole
        print(
            f"  {busy} busy loops beside it: {whole} of {len(found)} saw all; it was connected"
            f" {leads[0]:.0f} ms (least) and {statistics.median(leads):.0f} ms (median)"
            " before the first event",
            flush=True,
        )
    return missed


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """Keep so many processors busy."""
    loops = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for loop in loops:
        loop.start()
    yield
    for loop in loops:
        loop.kill()
        loop.join()


def spin() -> None:
    """Do nothing, as fast as possible."""
    while True:
        pass


def before_the_start() -> tuple[bool, float]:
    """Return whether a plain SUB saw all, and how many seconds it was there before the first."""
    endpoint = free_endpoint()
    with (
        tempfile.TemporaryDirectory() as folder,
        zmq.Context() as context,
        context.socket(zmq.SUB) as subscriber,
    ):
        changes = subscriber.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        subscriber.subscribe(b"")
        subscriber.connect(endpoint)
        # So that its attempts to connect are at another moment of the start each time.
        time.sleep(random.uniform(0, 0.2))
        path = EXAMPLES / "basic-call.yaml"
        with Coordinator(path, Path(folder), "--events", endpoint) as coordinator:
            recv_monitor_message(changes)
            connected = time.time()
            outcome = coordinator.finish()
        subscriber.disable_monitor()
        changes.close()
        return received(subscriber) == outcome.events, outcome.events[0]["ts"] - connected


def received(subscriber: "zmq.Socket[bytes]") -> list[Event]:
    """Return what has come to a socket whose other end is gone."""
    events = []
    while subscriber.poll(200):
        events.append(msgpack.unpackb(subscriber.recv_multipart()[1]))
    return events


def watch(options: argparse.Namespace) -> int:
    """Begin `watch` at many moments of a run's last half second; return how many went wrong."""
    print("`watch` that begins while a run ends")
    ends = Counter(late_watch(moment) for moment in spread(options.watches))
    for how, count in ends.most_common():
        print(f"  {count:4} {how}", flush=True)
    return sum(count for how, count in ends.items() if how.startswith("WRONG"))


def late_watch(moment: int) -> str:
    """Begin a watch so many nodes before the end, and tell how it ended."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Coordinator(ENDING.write(folder), folder) as coordinator:
            coordinator.wait_for_node(f"i0-{ENDING.nodes - moment}", "running")
            run_id = coordinator.events[0]["run"]
            with Reader(folder, *WATCH, run_id) as reader:
                outcome = coordinator.finish()
                try:
                    code = reader.end(10.0)
                except subprocess.TimeoutExpired:
                    return "WRONG: it hangs"
                saw_all = [json.loads(line) for line in reader.lines] == outcome.events
                complaint = reader.complaint.replace(run_id, "RUN").strip()
    if code == 0:
        return "saw all of it" if saw_all else "WRONG: saw a part and took it for all"
    return f"exit code {code}: {complaint.partition(';')[0]}"


def spread(count: int) -> list[int]:
    """Return numbers of nodes before the end, in random order."""
    moments = [number % (ENDING.nodes // 2) for number in range(count)]
    random.Random(count).shuffle(moments)
    return moments


def free_endpoint() -> str:
    """Return an endpoint that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


if __name__ == "__main__":
    main()
