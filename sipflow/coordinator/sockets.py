"""The sockets of a coordinator, and the poller that waits for all of them."""

import math
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import zmq
from msgspec import Struct

from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.events.publisher import EventPublisher
from sipflow.coordinator.signals import StopSignals
from sipflow.coordinator.workers.control_socket import Control
from sipflow.coordinator.workers.event_socket import EventReceiver
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.security.keys import ServerKeys

if TYPE_CHECKING:
    from sipflow.security.zap import CurveAllowList


class Sockets(Struct, frozen=True):
    """The sockets and pipes of one coordinator."""

    context: zmq.Context[zmq.Socket[bytes]]
    receiver: EventReceiver
    event_publisher: EventPublisher
    control: Control
    launch: LocalLaunch
    signals: StopSignals
    poller: zmq.Poller
    gate: "CurveAllowList | None" = None

    def wait(self, seconds: float, known: int = -1) -> bool:
        """Wait until something is readable, at most that long.

        Returns whether anything other than the descriptor ``known`` is readable.
        """
        # Rounded up: a limit that is due in half a millisecond must not be polled for busily.
        ready = self.poller.poll(math.ceil(seconds * 1000))
        return any(source != known for source, _events in ready)

    def register(self, descriptor: int) -> None:
        """Wake up for this descriptor too; the caller reads from it."""
        self.poller.register(descriptor, zmq.POLLIN)

    def open_requests(self, endpoint: str, *, public: bool = False) -> Requests:
        """Return a new socket for requests, to be closed with ``close_requests``.

        ``public``: clients must have an allowed key, if keys are used. Raises ``UsageError`` if the
        socket cannot be bound.
        """
        requests = Requests(self.context, endpoint, self.gate if public else None)
        self.poller.register(requests.socket, zmq.POLLIN)
        return requests

    def close_requests(self, requests: Requests) -> None:
        """Close a socket for requests."""
        self.poller.unregister(requests.socket)
        requests.close()


def open_channels(
    stack: ExitStack,
    directory: Path,
    key: str,
    launch: LocalLaunch,
    signals: StopSignals,
    keys: ServerKeys | None = None,
) -> Sockets:
    """Open the sockets of a coordinator in its directory; the stack closes them.

    ``key``: identifies its workers.
    ``keys``: the keys of allowed clients.
    """
    context = zmq.Context()
    stack.callback(context.term)
    gate = _open_gate(stack, context, keys) if keys is not None else None
    receiver = EventReceiver(context, directory, key)
    stack.callback(receiver.close)
    event_publisher = EventPublisher(context, gate)
    stack.callback(event_publisher.close)
    control = Control(context, directory, key)
    stack.callback(control.close)
    poller = zmq.Poller()
    for source in (receiver.socket, event_publisher.socket, control.socket):
        poller.register(source, zmq.POLLIN)
    poller.register(launch.socket.fileno(), zmq.POLLIN)
    poller.register(signals.descriptor, zmq.POLLIN)
    return Sockets(context, receiver, event_publisher, control, launch, signals, poller, gate)


def _open_gate(
    stack: ExitStack, context: zmq.Context[zmq.Socket[bytes]], keys: ServerKeys
) -> "CurveAllowList":
    from sipflow.security.zap import CurveAllowList  # imported only if keys are used

    gate = CurveAllowList(context, keys)
    stack.callback(gate.close)
    return gate
