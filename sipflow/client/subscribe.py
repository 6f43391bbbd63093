"""A run's events for other programs: connects to its endpoint, yields typed events until it ends.

Owns the socket; the follower decides on the messages received and on the requests to send.
"""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from secrets import token_hex

import zmq
from zmq.utils.monitor import recv_monitor_message

from sipflow import clock
from sipflow.client.follower import Follower
from sipflow.errors import SipflowError, UsageError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.topics import run_prefix
from sipflow.security.handshake import REFUSALS, Refusals
from sipflow.security.keys import ClientKeys, secure_client

# The most messages received before the open requests are looked at again.
_BATCH = 256
# How long a caller may be busy with events, in seconds, before more is read ahead: the rest must
# be requested while the coordinator is still running, also by a slow caller.
_AHEAD = 0.02


def subscribe(
    endpoint: str,
    run: str | None = None,
    *,
    wait: float = math.inf,
    keys: ClientKeys | None = None,
) -> Iterator[AnyEvent]:
    """Yield every event of a run in the coordinator's order, from the first, and end with the run.

    endpoint: the ZeroMQ endpoint that ``start`` prints
    run: one run of several there; without it every run is followed, also ended ones that the
        coordinator still keeps, until it reports that there will be no more
    wait: how many seconds the coordinator may take to be there
    keys: for an endpoint that accepts only clients with keys (see
        ``sipflow.security.keys.client_keys``)

    Messages that are not events, and events of unknown types, are skipped. Raises ``UsageError``
    for an endpoint that is invalid, refuses the client, or has a newer version,
    ``RunNotFoundError`` if the run does not and will not exist, and ``BrokenStreamError`` if the
    coordinator is gone before the run's last event was received.
    """
    with ExitStack() as stack:
        line = _Line(stack, endpoint, b"" if run is None else run_prefix(run), keys)
        follower = Follower(endpoint, run, token_hex(8), clock.monotonic(), wait)
        ready: deque[AnyEvent] = deque()
        while not follower.over:
            line.wait(follower.deadline - clock.monotonic())
            error, looked = _read(line, follower, ready), clock.monotonic()
            while ready:
                yield ready.popleft()
                if error is None and not follower.over and clock.monotonic() >= looked + _AHEAD:
                    error, looked = _read(line, follower, ready), clock.monotonic()
            if error is not None:
                raise error


def _read(line: "_Line", follower: Follower, ready: deque[AnyEvent]) -> SipflowError | None:
    """Receive messages and request missing ones; return the error that ends the stream, if any.

    Events received before that error are in ``ready`` all the same.
    """
    try:
        line.report_changes(follower)
        idle = False
        for _ in range(_BATCH):
            message = line.receive()
            if message is None:
                idle = True
                break
            ready.extend(follower.take(*message, clock.monotonic()))
        if idle and not follower.over:
            follower.tick(clock.monotonic())
    except SipflowError as error:
        return error
    line.ask(follower.topics)
    return None


class _Line:
    """The connection to a coordinator, and its state."""

    def __init__(
        self, stack: ExitStack, endpoint: str, prefix: bytes, keys: ClientKeys | None
    ) -> None:
        self._refusals = Refusals(endpoint)
        context = stack.enter_context(zmq.Context())
        self._socket = stack.enter_context(context.socket(zmq.SUB))
        self._socket.linger = 0
        self._socket.rcvhwm = 0
        self._socket.ipv6 = "[" in endpoint
        self._socket.subscribe(prefix)
        if keys is not None:
            secure_client(self._socket, keys)
        self._asked: frozenset[bytes] = frozenset()
        self._changes = stack.enter_context(
            self._socket.get_monitor_socket(
                zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED | REFUSALS
            )
        )
        stack.callback(self._socket.disable_monitor)
        self._poller = zmq.Poller()
        self._poller.register(self._socket, zmq.POLLIN)
        self._poller.register(self._changes, zmq.POLLIN)
        try:
            self._socket.connect(endpoint)
        except zmq.ZMQError as error:
            raise UsageError(
                f"{endpoint} is no endpoint to subscribe to: {error.strerror}", code="bad-endpoint"
            ) from error
        except UnicodeEncodeError as error:
            raise UsageError(
                f"{endpoint!a} is no endpoint to subscribe to: not UTF-8", code="bad-endpoint"
            ) from error

    def wait(self, seconds: float) -> None:
        """Wait until a message is received, at most so many seconds."""
        endless = math.isinf(seconds)
        self._poller.poll(None if endless else math.ceil(max(0.0, seconds) * 1000))

    def report_changes(self, follower: Follower) -> None:
        """Report a connect or disconnect to the follower; raises ``UsageError`` if refused."""
        while self._changes.poll(0):
            event = recv_monitor_message(self._changes)["event"]
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._refusals.forget()
                follower.connected(clock.monotonic())
            elif event & REFUSALS:
                self._refusals.take(event)
            else:
                follower.disconnected(clock.monotonic())

    def receive(self) -> tuple[bytes, bytes] | None:
        """Return the first and the last frame of the next message, if one is there."""
        try:
            frames = self._socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        return frames[0], frames[-1]

    def ask(self, topics: frozenset[bytes]) -> None:
        """Open these requests, and cancel all others."""
        if topics == self._asked:
            return
        for topic in self._asked - topics:
            self._socket.unsubscribe(topic)
        for topic in topics - self._asked:
            self._socket.subscribe(topic)
        self._asked = topics
