"""A real fork server with real workers, and the coordinator's ends of all their sockets."""

import os
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import zmq

from sipflow import clock
from sipflow.coordinator.workers.load_sockets import LoadSockets
from sipflow.protocol.control import Assign, Beat, Hello, JoinLoad, ToCoordinator, ToWorker
from sipflow.protocol.events import AnyEvent, NodeState
from sipflow.protocol.launch import FromForkServer, Launch, Launched, RemoveAtEnd, ToForkServer
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.wire import (
    decode_event,
    decode_from_fork_server,
    decode_to_coordinator,
    encode,
    unframe,
)

KEY = "secret"
LIMIT = 60.0


class House:
    """A fork server and those that it bears; ``events`` is all that they have told."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.directory = directory
        self.events: list[AnyEvent] = []
        self.beats: dict[str, int] = defaultdict(int)
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        stack.enter_context(self.socket)
        self.socket.settimeout(LIMIT)
        context = stack.enter_context(zmq.Context())
        self._control = stack.enter_context(context.socket(zmq.ROUTER))
        self._control.linger = 0
        self._control.bind(f"ipc://{directory}/control")
        self._receiver = stack.enter_context(context.socket(zmq.SUB))
        self._receiver.linger = 0
        self._receiver.bind(f"ipc://{directory}/events")
        self._poller = zmq.Poller()
        for source in (self._control, self._receiver):
            self._poller.register(source, zmq.POLLIN)
        self._said: dict[str, deque[ToCoordinator]] = defaultdict(deque)
        self._stack = stack
        self._load_sockets: LoadSockets | None = None
        self._enlisted: set[str] = set()
        program = "import sys; from sipflow.worker.fork_server import main; main(int(sys.argv[1]))"
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stderr=subprocess.DEVNULL,
            )
        self.tell(RemoveAtEnd(directory=str(directory)))

    # The fork server.

    def tell(self, message: ToForkServer) -> None:
        """Ask the fork server for something."""
        self.socket.send(encode(message))

    def hear(self) -> FromForkServer:
        """Return what the fork server says next."""
        return decode_from_fork_server(self.socket.recv(65_536))

    def launch_of(self, worker: str) -> Launch:
        """Return what a worker is launched with."""
        return Launch(
            worker=worker,
            key=KEY,
            control=f"ipc://{self.directory}/control",
            events=f"ipc://{self.directory}/events",
            log=f"{self.directory}/{worker}.log",
        )

    def birth(self, worker: str) -> int:
        """Have a worker launched, and return its process id once it has said hello."""
        self.tell(self.launch_of(worker))
        launched = self.hear()
        assert isinstance(launched, Launched)
        assert launched.worker == worker
        assert self.said(worker) == Hello(pid=launched.pid)
        return launched.pid

    def watch(self, pid: int) -> int:
        """Return a descriptor that becomes readable when the process ends."""
        descriptor = os.pidfd_open(pid)
        self._stack.callback(os.close, descriptor)
        return descriptor

    # The workers.

    def subscribe(self) -> None:
        """Want the events of all workers."""
        self._receiver.subscribe(KEY.encode())

    def assign(self, worker: str, plan: InstancePlan) -> None:
        """Give a worker a part in a run."""
        self._enlisted.discard(worker)
        log = f"{self.directory}/{worker}-{plan.run}.log"
        self.direct(worker, Assign(plan=plan, journal=str(self.journal_of(plan)), log=log))

    def enlist(self, worker: str, plan: InstancePlan, recorder: Path | None = None) -> None:
        """Give a worker a part in a load."""
        load_socket = self.directory / "lane"
        if self._load_sockets is None:
            self._load_sockets = self._stack.enter_context(closing(LoadSockets(load_socket, KEY)))
            self._poller.register(self._load_sockets.descriptor, zmq.POLLIN)
        enlist = JoinLoad(
            plan=plan,
            recorder=str(recorder or self.recorder_of(worker)),
            log=f"{self.directory}/{worker}.log",
            load_socket=str(load_socket),
            hello=f"{KEY}:{worker}",
        )
        self.direct(worker, enlist)
        self._enlisted.add(worker)

    def recorder_of(self, worker: str) -> Path:
        """Return where the events are written down of the run that a worker of a load plays."""
        return self.directory / f"{worker}.recorder"

    def direct(self, worker: str, *commands: ToWorker) -> None:
        """Tell a worker something."""
        for command in commands:
            is_enlisted = worker in self._enlisted
            if is_enlisted and self._load_sockets and self._load_sockets.send(worker, command):
                continue
            self._control.send_multipart([f"{worker}:{KEY}".encode(), encode(command)])

    def disturb(self, worker: str) -> None:
        """Send a worker bytes that are no command, which ends it with an error of its own."""
        self._control.send_multipart([f"{worker}:{KEY}".encode(), b"no command"])

    def said(self, worker: str) -> ToCoordinator:
        """Return what a worker says next, signs of life aside."""
        self.wait_until(lambda: bool(self._said[worker]), f"{worker} says nothing")
        return self._said[worker].popleft()

    def await_beats(self, worker: str, count: int = 2) -> None:
        """Wait until a worker has given so many more signs of life."""
        enough = self.beats[worker] + count
        self.wait_until(lambda: self.beats[worker] >= enough, f"{worker} gives no sign of life")

    def await_event(self, event: AnyEvent) -> None:
        """Wait until an event has been told."""
        self.wait_until(lambda: event in self.events, f"{event} was never told")

    def await_running(self, node: str) -> None:
        """Wait until a node is told to run."""
        self.wait_until(
            lambda: any(
                isinstance(event, NodeState) and (event.node, event.new) == (node, "running")
                for event in self.events
            ),
            f"{node} never ran",
        )

    def wait_until(self, holds: Callable[[], bool], otherwise: str) -> None:
        """Take in what workers say until something holds."""
        deadline = clock.monotonic() + LIMIT
        while not holds():
            assert clock.monotonic() < deadline, otherwise
            self.take_in(0.1)

    def take_in(self, seconds: float) -> None:
        """Wait so long for workers to say something, and take in what is there."""
        self._poller.poll(int(seconds * 1000))
        while self._control.poll(0):
            identity, data = self._control.recv_multipart()
            worker, _, key = identity.decode().partition(":")
            assert key == KEY
            self._note(worker, decode_to_coordinator(data))
        for worker, message in (
            self._load_sockets.receive() if self._load_sockets is not None else ()
        ):
            self._note(worker, message)
        while self._receiver.poll(0):
            shown, *told = self._receiver.recv_multipart()
            assert shown == KEY.encode()
            self.events += [decode_event(event) for event in told]

    def _note(self, worker: str, message: ToCoordinator) -> None:
        if isinstance(message, Beat):
            self.beats[worker] += 1
        else:
            self._said[worker].append(message)

    def listen(self, seconds: float) -> None:
        """Take in all that workers say within so many seconds."""
        end = clock.monotonic() + seconds
        while (left := end - clock.monotonic()) > 0:
            self.take_in(left)

    def journal_of(self, plan: InstancePlan) -> Path:
        """Return where the events of an instance in a run are written down."""
        return self.directory / f"{plan.run}-{plan.instance}.journal"

    def written(self, plan: InstancePlan) -> list[AnyEvent]:
        """Return the events that an instance in a run has written down."""
        return [decode_event(data) for data in unframe(self.journal_of(plan).read_bytes())]


@contextmanager
def open_house() -> Iterator[House]:
    """Open a house, and leave nothing of it."""
    with ExitStack() as stack:
        # A path that is short enough for Unix sockets, whatever the test is called.
        root = stack.enter_context(tempfile.TemporaryDirectory(prefix="sipflow-", dir="/tmp"))
        directory = Path(root, "run")
        directory.mkdir()
        house = House(directory, stack)
        yield house
        house.socket.close()
        house.process.wait(LIMIT)
