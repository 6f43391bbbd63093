"""Everywhere that something comes in to a coordinator, and the one wait for all of it."""

import math
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import zmq

from sipflow.coordinator.bus import Bus
from sipflow.coordinator.control import Control
from sipflow.coordinator.launch.local import LocalLaunch
from sipflow.coordinator.requests import Requests
from sipflow.coordinator.signals import StopSignals


@dataclass(frozen=True, slots=True)
class Channels:
    """The sockets and pipes of one run."""

    bus: Bus
    control: Control
    requests: Requests
    launch: LocalLaunch
    signals: StopSignals
    poller: zmq.Poller

    def wait(self, seconds: float) -> None:
        """Wait until something has come in, at most that long."""
        # Rounded up: a limit that is due in half a millisecond must not be polled for busily.
        self.poller.poll(math.ceil(seconds * 1000))


def open_channels(
    stack: ExitStack, directory: Path, launch: LocalLaunch, signals: StopSignals
) -> Channels:
    """Open the sockets of a run in its directory; the stack closes them."""
    context = zmq.Context()
    stack.callback(context.term)
    bus = Bus(context, directory)
    stack.callback(bus.close)
    control = Control(context, directory)
    stack.callback(control.close)
    requests = Requests(context, directory)
    stack.callback(requests.close)
    poller = zmq.Poller()
    for source in (bus.inlet, control.socket, requests.socket):
        poller.register(source, zmq.POLLIN)
    poller.register(launch.socket.fileno(), zmq.POLLIN)
    poller.register(signals.descriptor, zmq.POLLIN)
    return Channels(bus, control, requests, launch, signals, poller)
