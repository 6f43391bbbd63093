"""The way of events from workers through the coordinator to an outside subscriber, at a given rate.

Publishers send real events in bursts as workers do, with their time in them. The coordinator's
inlet, event flow, record and outlet, the real ones, take them in; a subscriber in a process of its
own reads them as any program would. Steps of the rate follow each other; for each it prints how
many came a second, whether the coordinator's queue had grown, and how long an event took from its
publication to the subscriber. All of them share this machine's processors.

Then the whole program runs a scenario whose workers tell all that they have as fast as they can:
with its console, an event log, and real workers, which take most of the processors' time.
"""

import argparse
import json
import multiprocessing
import secrets
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import msgpack
import zmq

from sipflow.coordinator.event_flow import EventFlow
from sipflow.coordinator.inlet import Inlet
from sipflow.coordinator.node_book import NodeBook
from sipflow.coordinator.outlet import Outlet
from sipflow.coordinator.records import Records
from sipflow.coordinator.run_directory import events_endpoint
from sipflow.protocol.events import NodeState
from sipflow.protocol.scenario import Instance, Node, Place, Scenario, Timeout
from sipflow.protocol.wire import encode

RUN = "0badcafe"
KEY = "bench"
# A worker tells what belongs together in one message: a node's end and the next one's begin.
BURST = 4
# A publisher sends what is due this often, as a worker's loop turns.
TURN = 0.002
LIMIT = 60.0
ROOT = Path(__file__).parents[2]
COMMAND = [str(ROOT / "scripts" / "sipflow-coord"), "start"]
WORKERS = 30
NODES = 1000
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Step:
    """One step: events a second over all publishers, for so many seconds."""

    rate: int
    seconds: float
    publishers: int


def main() -> None:
    """Take the steps and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rates", type=int, nargs="+", default=[5_000, 20_000, 50_000, 75_000, 100_000]
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--publishers", type=int, default=4)
    options = parser.parse_args()
    print("events from workers to an outside subscriber, through the coordinator")
    print("  asked/s   taken in/s  most waiting  at the end    p50      p99      max   CPU/event")
    for rate in options.rates:
        measure(Step(rate, options.seconds, options.publishers))
    whole_program()


def whole_program() -> None:
    """Run the program on workers that never wait, and print how fast their events were told."""
    names = [f"i{number}" for number in range(WORKERS)]
    graph = {
        "name": "as fast as they can",
        "instances": {name: {"number": f"{1000 + n}"} for n, name in enumerate(names)},
        "flow": {name: [{"TIMEOUT": 0}] * NODES for name in names},
    }
    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "scenario.yaml", Path(folder) / "events.jsonl"
        path.write_text(json.dumps(graph))
        subprocess.run(
            [*COMMAND, str(path), "--event-log", str(log)],
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=LIMIT,
        )
        told = [json.loads(line)["ts"] for line in log.read_text().splitlines()]
    seconds = told[-1] - told[0]
    print(f"the whole program, {WORKERS} workers that never wait, with console and event log")
    print(
        f"  {len(told)} events from go to verdict in {seconds:.2f} s: {len(told) / seconds:.0f}/s"
    )


def measure(step: Step) -> None:
    """Take one step."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp")))
        context = stack.enter_context(zmq.Context())
        inlet = Inlet(context, directory, KEY)
        stack.callback(inlet.close)
        outlet = Outlet(context)
        stack.callback(outlet.close)
        records = Records()
        stack.callback(records.close)
        ours, theirs = SPAWN.Pipe()
        endpoint = outlet.open(None)
        reader = SPAWN.Process(target=subscribe, args=(endpoint, total(step), theirs))
        reader.start()
        while not outlet.subscribers:
            outlet.socket.poll(100)
            outlet.serve(records)
        names = [f"w{number}" for number in range(step.publishers)]
        flow = EventFlow(
            outlet, records.open(RUN, directory / "record"), NodeBook(scenario(names)), {}, ()
        )
        publishers = [
            SPAWN.Process(target=publish, args=(events_endpoint(directory), name, step))
            for name in names
        ]
        for publisher in publishers:
            publisher.start()
        taken, waiting = take_in(inlet, flow, total(step))
        late = ours.recv() if ours.poll(LIMIT) else []
        for process in (*publishers, reader):
            process.join(LIMIT)
    show(step, taken, waiting, late)


def total(step: Step) -> int:
    """Return how many events a step has."""
    each = int(step.rate * step.seconds / step.publishers) // BURST * BURST
    return each * step.publishers


def take_in(
    inlet: Inlet, flow: EventFlow, count: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Be the coordinator until so many events are in.

    Return seconds and CPU seconds that it took, and by how much the events were late as they came
    in, at most and in the last tenth: events that wait in a queue are late ones.
    """
    poller = zmq.Poller()
    poller.register(inlet.socket, zmq.POLLIN)
    received, most, at_end = 0, 0.0, 0.0
    began, cpu = 0.0, time.process_time()
    deadline = time.monotonic() + LIMIT
    while received < count and time.monotonic() < deadline:
        poller.poll(100)
        events = inlet.receive()
        if not events:
            continue
        began = began or time.time()
        waited = time.time() - events[0].ts
        most = max(most, waited)
        at_end = max(at_end, waited) if received > 0.9 * count else 0.0
        for event in events:
            flow.take_in(event)
        received += len(events)
    return (time.time() - began, time.process_time() - cpu), (most, at_end)


def publish(endpoint: str, name: str, step: Step) -> None:
    """Publish one worker's events at its part of the rate."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as socket:
        socket.sndhwm = 0
        socket.linger = -1
        socket.connect(endpoint)
        socket.recv()  # the coordinator's subscription
        each = total(step) // step.publishers
        rate = step.rate / step.publishers
        began = time.time()
        sent = 0
        while sent < each:
            due = min(each, int((time.time() - began) * rate) // BURST * BURST)
            while sent < due:
                burst = [encode(event(name, sent + n + 1)) for n in range(BURST)]
                socket.send_multipart([KEY.encode(), *burst])
                sent += BURST
            time.sleep(TURN)


def subscribe(endpoint: str, count: int, result: Connection) -> None:
    """Read events as an outside program does; tell how late they were, in seconds, sorted."""
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.rcvhwm = 0
        socket.subscribe(b"")
        socket.connect(endpoint)
        late: list[float] = []
        while len(late) < count and socket.poll(10_000):
            data = socket.recv_multipart()[1]
            late.append(time.time() - msgpack.unpackb(data)["ts"])
        result.send(sorted(late))


def event(name: str, seq: int) -> NodeState:
    """Return an event as a worker makes it."""
    return NodeState(
        run=RUN,
        instance=name,
        seq=seq,
        ts=time.time(),
        cause=f"{name}-1 completed",
        node=f"{name}-1",
        previous="pending",
        new="running",
    )


def scenario(names: list[str]) -> Scenario:
    """Return a scenario that these events could be of."""
    place = Place(file="bench.yaml")

    def instance(name: str) -> Instance:
        node = Node(id=f"{name}-1", instance=name, action=Timeout(timeout=1.0), place=place)
        return Instance(id=name, name=name, number=secrets.token_hex(2), place=place, nodes=(node,))

    return Scenario(name="bench", file="bench.yaml", instances=tuple(map(instance, names)))


def show(
    step: Step, taken: tuple[float, float], waiting: tuple[float, float], late: list[float]
) -> None:
    """Print one step's figures."""
    seconds, cpu = taken
    count = total(step)
    figures = [late[int(len(late) * part)] for part in (0.5, 0.99)] + late[-1:] if late else []
    shown = " ".join(f"{figure * 1000:6.1f} ms" for figure in figures)
    lost = "" if len(late) == count else f"  the subscriber missed {count - len(late)}"
    print(
        f"  {step.rate:7} {count / seconds:12.0f} {waiting[0] * 1000:10.1f} ms"
        f" {waiting[1] * 1000:8.1f} ms {shown} {cpu / count * 1e6:8.1f} µs{lost}"
    )


if __name__ == "__main__":
    main()
