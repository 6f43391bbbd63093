"""Everywhere that something comes in to a coordinator, and the one wait for all of it."""

import math
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import zmq
from msgspec import Struct

from sipflow.coordinator.control import Control
from sipflow.coordinator.inlet import Inlet
from sipflow.coordinator.launch.local import LocalLaunch
from sipflow.coordinator.outlet import Outlet
from sipflow.coordinator.requests import Requests
from sipflow.coordinator.signals import StopSignals
from sipflow.keys import ServerKeys

if TYPE_CHECKING:
    from sipflow.coordinator.gate import Gate


class Channels(Struct, frozen=True):
    """The sockets and pipes of one coordinator."""

    context: zmq.Context[zmq.Socket[bytes]]
    inlet: Inlet
    outlet: Outlet
    control: Control
    launch: LocalLaunch
    signals: StopSignals
    poller: zmq.Poller
    gate: "Gate | None" = None

    def wait(self, seconds: float, known: int = -1) -> bool:
        """Wait until something has come in, at most that long.

        Returns whether something else has than what is read from the descriptor ``known``.
        """
        # Rounded up: a limit that is due in half a millisecond must not be polled for busily.
        ready = self.poller.poll(math.ceil(seconds * 1000))
        return any(source != known for source, _events in ready)

    def heed(self, descriptor: int) -> None:
        """Wake up for this descriptor too; it is the business of whoever reads it."""
        self.poller.register(descriptor, zmq.POLLIN)

    def open_requests(self, endpoint: str, *, public: bool = False) -> Requests:
        """Return a new place where requests come in; whoever opens it closes it.

        ``public``: only for those who are let in by their keys, if there are any. Raises
        ``UsageError`` where it cannot be bound.
        """
        requests = Requests(self.context, endpoint, self.gate if public else None)
        self.poller.register(requests.socket, zmq.POLLIN)
        return requests

    def close_requests(self, requests: Requests) -> None:
        """Close such a place."""
        self.poller.unregister(requests.socket)
        requests.close()


def open_channels(
    stack: ExitStack,
    directory: Path,
    key: str,
    launch: LocalLaunch,
    signals: StopSignals,
    keys: ServerKeys | None = None,
) -> Channels:
    """Open the sockets of a coordinator in its directory; the stack closes them.

    ``key`` is what its workers show, ``keys`` say who else is let in.
    """
    context = zmq.Context()
    stack.callback(context.term)
    gate = _open_gate(stack, context, keys) if keys is not None else None
    inlet = Inlet(context, directory, key)
    stack.callback(inlet.close)
    outlet = Outlet(context, gate)
    stack.callback(outlet.close)
    control = Control(context, directory, key)
    stack.callback(control.close)
    poller = zmq.Poller()
    for source in (inlet.socket, outlet.socket, control.socket):
        poller.register(source, zmq.POLLIN)
    poller.register(launch.socket.fileno(), zmq.POLLIN)
    poller.register(signals.descriptor, zmq.POLLIN)
    return Channels(context, inlet, outlet, control, launch, signals, poller, gate)


def _open_gate(
    stack: ExitStack, context: zmq.Context[zmq.Socket[bytes]], keys: ServerKeys
) -> "Gate":
    from sipflow.coordinator.gate import Gate  # only who has keys pays for it

    gate = Gate(context, keys)
    stack.callback(gate.close)
    return gate
