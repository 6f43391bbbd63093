"""The test's hand on real SIP endpoints: orders to them, and what happens at them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec.structs import replace

from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.sip.uri import sip_uri
from sipflow.worker.ua.commands import Order
from sipflow.worker.ua.events import Happening
from tests.worker.ua.sounds import PlayDigits, PlayTone

ROOT = Path(__file__).parents[3]
HOST = "127.0.0.1"
# Far from the ports that runs take, so that tests and runs do not meet. Each process of tests
# begins at one of its own, so that two of them do not meet either.
FIRST_PORT = 25_060
FIRST_MEDIA_PORT = 35_000
MEDIA_PORTS = 160
LIMIT = 60.0


class Phone:
    """An endpoint in a process of its own; ``error`` says why it could not be opened."""

    def __init__(self, number: str, port: int, place: int) -> None:
        self.plan = _plan(number, port, place)
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.worker.ua.endpoint", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._connection = Connection(ours.detach())
        self._connection.send(self.plan)
        self.error: str | None = None

    @property
    def uri(self) -> str:
        """The URI that reaches this endpoint."""
        return sip_uri(self.plan.number, self.plan.host, self.plan.port)

    def await_open(self) -> None:
        """Wait until the endpoint is open, or cannot be; what happened until then is dropped."""
        while True:
            assert self._connection.poll(LIMIT), "the endpoint says nothing"
            told = self._connection.recv()
            if told is None or isinstance(told, str):
                self.error = told
                return

    def assign(self, plan: InstancePlan) -> None:
        """Have the endpoint opened again."""
        self._connection.send(plan)
        self.await_open()
        if self.error is None:
            self.plan = plan

    def take_number(self, number: str) -> None:
        """Have the endpoint opened again, under another number."""
        self.assign(replace(self.plan, number=number))
        assert self.error is None

    def order(self, *orders: Order) -> None:
        """Order something."""
        for order in orders:
            self._connection.send(order)

    def play(self, order: PlayTone | PlayDigits) -> None:
        """Send sound on a dialog."""
        self._connection.send(order)

    def hear(self, count: int = 1) -> list[Happening]:
        """Return what happens next, so many happenings."""
        heard: list[Happening] = []
        while len(heard) < count:
            assert self._connection.poll(LIMIT), f"heard only {heard}"
            heard.append(self._connection.recv())
        return heard

    def is_quiet(self, seconds: float) -> bool:
        """Tell whether nothing happens for so many seconds."""
        return not self._connection.poll(seconds)

    def freeze(self) -> None:
        """Stop the process: it answers nothing, but what is sent to it waits."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the process go on."""
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(LIMIT)


@contextmanager
def phones(count: int) -> Iterator[list[Phone]]:
    """Open endpoints with the numbers 100, 200, … on free ports."""
    with ExitStack() as stack:
        opened: list[Phone] = []
        for place, port in zip(range(count), free_ports(), strict=False):
            phone = Phone(str(100 * (place + 1)), port, place)
            stack.callback(phone.close)
            opened.append(phone)
        for phone in opened:
            phone.await_open()
            assert phone.error is None
        yield opened


def free_ports() -> Iterator[int]:
    """Yield SIP ports that nobody has."""
    mine = FIRST_PORT + os.getpid() % 160 * 60
    for port in range(mine, FIRST_MEDIA_PORT, 2):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as candidate:
            try:
                candidate.bind((HOST, port))
            except OSError:
                continue
        yield port


def _plan(number: str, port: int, place: int) -> InstancePlan:
    return InstancePlan(
        run="r1",
        instance=number,
        name=number,
        number=number,
        host=HOST,
        port=port,
        media_ports=MediaPorts(first=FIRST_MEDIA_PORT + place * MEDIA_PORTS, count=MEDIA_PORTS),
        starts=(),
        nodes=(),
        peers={},
    )
