"""The way of events from workers through the coordinator to an outside subscriber, at a given rate.

Publishers send real events in bursts as workers do, with their time in them. The coordinator's
event receiver, event flow, record and event publisher, the real ones, take them in; a subscriber
in a process of its own reads them as any program would. Steps of the rate follow each other; for
each it prints how many came a second, whether the coordinator's queue had grown, and how long an
event took from its publication to the subscriber. All of them share this machine's processors.

Then the whole program runs a scenario whose workers tell all that they have as fast as they can:
with its console, an event log, and real workers, which take most of the processors' time.

With ``--turns``, a bare forwarder takes the coordinator's place by turns, at the first rate: two
ZeroMQ sockets and a loop, the least that can stand between workers and subscribers. The whole
program is set beside as many events through the forwarder, as fast as its publishers are.
"""

import argparse
import json
import multiprocessing
import secrets
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import msgpack
import zmq

from scripts.bench.command import START
from scripts.bench.figures import Report, reporting
from sipflow.coordinator.events.bus import EventBus
from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.publisher import EventPublisher
from sipflow.coordinator.events.stores import EventStores
from sipflow.coordinator.runtime_directory import events_endpoint
from sipflow.coordinator.workers.event_socket import EventReceiver
from sipflow.protocol.events import NodeState
from sipflow.protocol.wire import encode
from sipflow.scenario.model.actions import Place, Timeout
from sipflow.scenario.model.graph import Instance, Node, Scenario

RUN = "0badcafe"
KEY = "bench"
# A worker tells what belongs together in one message: a node's end and the next one's begin.
BURST = 4
# A publisher sends what is due this often, as a worker's loop turns.
TURN = 0.002
LIMIT = 60.0
WORKERS = 30
NODES = 1000
# More than anything takes in: publishers send as fast as they can.
UNLIMITED = 10_000_000
MOST_AT_ONCE = 1000
Socket = zmq.Socket[bytes]
SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Step:
    """One step: events a second over all publishers, for so many seconds."""

    rate: int
    seconds: float
    publishers: int


def main() -> None:
    """Take the steps and print a line for each."""
    parser = argparse.ArgumentParser(prog="scripts/bench-events", description=__doc__)
    parser.add_argument(
        "--rates", type=int, nargs="+", default=[5_000, 20_000, 50_000, 75_000, 100_000]
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--publishers", type=int, default=4)
    parser.add_argument("--turns", type=int, default=0, metavar="N", help="beside the forwarder")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as JSON")
    options = parser.parse_args()
    with reporting(as_json=options.json) as report:
        print("events from workers to an outside subscriber, through the coordinator")
        print(
            "  asked/s   taken in/s  most waiting  at the end    p50      p99      max   CPU/event"
        )
        if options.turns:
            step = Step(options.rates[0], options.seconds, options.publishers)
            take_turns(step, options.turns, report)
            return
        for rate in options.rates:
            through(Coordinator, Step(rate, options.seconds, options.publishers))
        whole_program()


def take_turns(step: Step, turns: int, report: Report) -> None:
    """Set the coordinator and the whole program beside a bare forwarder."""
    cpu, whole = [], []
    for _ in range(turns):
        ours = through(Coordinator, step)
        cpu.append((ours.cpu_us, through(Forwarder, step).cpu_us))
        count, seconds = whole_program()
        burst = Step(UNLIMITED, count / UNLIMITED, step.publishers)
        whole.append((count / seconds, through(Forwarder, burst).per_second))
    what = f"CPU of an event at {step.rate}/s, beside a bare forwarder"
    report.add("events.cpu", what, cpu, "us")
    report.add(
        "events.whole", "the whole program's, beside a bare forwarder's", whole, "/s", "higher"
    )
    for name, found in (("CPU an event", cpu), ("events a second, whole program", whole)):
        ratio = statistics.median(ours / peer for ours, peer in found)
        print(f"{name}: {ratio:.2f} of a bare forwarder")


def whole_program() -> tuple[int, float]:
    """Run the program on workers that never wait; print and return how many events in how long."""
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
            [*START, str(path), "--event-log", str(log)],
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
    return len(told), seconds


@dataclass(frozen=True)
class Way:
    """How so many events came through: in how many seconds, for how many of processor time.

    They were late as they came in by ``most`` seconds at most, and ``at_end`` in the last tenth:
    events that wait in a queue are late ones.
    """

    count: int
    seconds: float
    cpu: float
    most: float
    at_end: float

    @property
    def cpu_us(self) -> float:
        """Processor time an event, in microseconds."""
        return self.cpu / self.count * 1e6

    @property
    def per_second(self) -> float:
        """Events a second."""
        return self.count / self.seconds


class Coordinator:
    """The parts of the coordinator that events pass on their way to subscribers."""

    def __init__(
        self, stack: ExitStack, context: "zmq.Context[Socket]", directory: Path, names: list[str]
    ) -> None:
        self._receiver = EventReceiver(context, directory, KEY)
        stack.callback(self._receiver.close)
        self._publisher = EventPublisher(context)
        stack.callback(self._publisher.close)
        self._records = EventStores()
        stack.callback(self._records.close)
        record = self._records.open(RUN, directory / "record")
        self._flow = EventBus(self._publisher, record, NodeStates(scenario(names)), {}, ())
        self.socket = self._receiver.socket
        self.endpoint = self._publisher.open(None)

    def await_subscriber(self) -> None:
        """Wait until a subscriber is there."""
        while not self._publisher.subscribers:
            self._publisher.socket.poll(100)
            self._publisher.serve(self._records)

    def take_in(self) -> tuple[int, float]:
        """Pass on what is here; return how many events, and when the first of them was sent."""
        events = self._receiver.receive()
        for event in events:
            self._flow.take_in(event)
        return len(events), events[0].ts if events else 0.0


class Forwarder:
    """Two sockets and a loop in the coordinator's place; of a batch it reads one time stamp."""

    def __init__(
        self, stack: ExitStack, context: "zmq.Context[Socket]", directory: Path, names: list[str]
    ) -> None:
        self.socket = stack.enter_context(context.socket(zmq.SUB))
        self._out = stack.enter_context(context.socket(zmq.XPUB))
        for socket in (self.socket, self._out):
            socket.rcvhwm = socket.sndhwm = 0
        self.socket.subscribe(KEY.encode())
        self.socket.bind(events_endpoint(directory))
        self._out.bind("tcp://127.0.0.1:*")
        self.endpoint = self._out.getsockopt_string(zmq.LAST_ENDPOINT)

    def await_subscriber(self) -> None:
        """Wait until a subscriber is there."""
        self._out.recv()

    def take_in(self) -> tuple[int, float]:
        """Pass on what is here; see ``Coordinator``."""
        received, sent = 0, 0.0
        while received < MOST_AT_ONCE and self.socket.poll(0):
            _key, *events = self.socket.recv_multipart()
            sent = sent or float(msgpack.unpackb(events[0])["ts"])
            for data in events:
                self._out.send_multipart([b"", data])
            received += len(events)
        return received, sent


def through(kind: "type[Coordinator] | type[Forwarder]", step: Step) -> Way:
    """Take one step through the coordinator or the forwarder, and print its figures."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp")))
        context = stack.enter_context(zmq.Context())
        names = [f"w{number}" for number in range(step.publishers)]
        middle = kind(stack, context, directory, names)
        ours, theirs = SPAWN.Pipe()
        reader = SPAWN.Process(target=subscribe, args=(middle.endpoint, total(step), theirs))
        reader.start()
        middle.await_subscriber()
        publishers = [
            SPAWN.Process(target=publish, args=(events_endpoint(directory), name, step))
            for name in names
        ]
        for publisher in publishers:
            publisher.start()
        way = take_in(middle, total(step))
        late = ours.recv() if ours.poll(LIMIT) else []
        for process in (*publishers, reader):
            process.join(LIMIT)
    show(step, way, late)
    return way


def total(step: Step) -> int:
    """Return how many events a step has."""
    each = int(step.rate * step.seconds / step.publishers) // BURST * BURST
    return each * step.publishers


def take_in(middle: Coordinator | Forwarder, count: int) -> Way:
    """Let the middle work until so many events are in."""
    received, most, at_end = 0, 0.0, 0.0
    began, cpu = 0.0, time.process_time()
    deadline = time.monotonic() + LIMIT
    while received < count and time.monotonic() < deadline:
        middle.socket.poll(100)
        taken, sent = middle.take_in()
        if not taken:
            continue
        began = began or time.time()
        waited = time.time() - sent
        most = max(most, waited)
        at_end = max(at_end, waited) if received > 0.9 * count else 0.0
        received += taken
    return Way(received, time.time() - began, time.process_time() - cpu, most, at_end)


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


def show(step: Step, way: Way, late: list[float]) -> None:
    """Print one step's figures."""
    count = total(step)
    figures = [late[int(len(late) * part)] for part in (0.5, 0.99)] + late[-1:] if late else []
    shown = " ".join(f"{figure * 1000:6.1f} ms" for figure in figures)
    lost = "" if len(late) == count else f"  the subscriber missed {count - len(late)}"
    print(
        f"  {step.rate:7} {way.per_second:12.0f} {way.most * 1000:10.1f} ms"
        f" {way.at_end * 1000:8.1f} ms {shown} {way.cpu_us:8.1f} µs{lost}",
        flush=True,
    )


if __name__ == "__main__":
    main()
