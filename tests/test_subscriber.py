"""Following a run from another program, over a real publisher."""

from collections.abc import Iterator

import pytest
import zmq

from sipflow.protocol.events import (
    AnyEvent,
    CleanUpState,
    ScenarioState,
    ScenarioStateName,
)
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode

LIMIT_MS = 20_000


class Run:
    """A publisher of runs' events, and where it is."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self._socket = socket
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{port}"

    def await_subscriber(self) -> bytes:
        """Wait until somebody is seen to subscribe, and return to what."""
        assert self._socket.poll(LIMIT_MS)
        return self._socket.recv()[1:]

    def publish(self, *events: AnyEvent) -> None:
        """Publish events as a coordinator does."""
        for event in events:
            self._socket.send_multipart([topic(event), encode(event)])

    def publish_raw(self, *frames: bytes) -> None:
        """Publish anything."""
        self._socket.send_multipart(list(frames))


@pytest.fixture
def run() -> Iterator[Run]:
    """Open a publisher that sees who subscribes."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as socket:
        socket.linger = 0
        yield Run(socket)


def state(new: ScenarioStateName, g: int, run: str = "r1") -> ScenarioState:
    """Return the event of a run's state."""
    return ScenarioState(
        run=run,
        instance="-",
        seq=g,
        ts=1.0,
        cause="test",
        g=g,
        scenario="two",
        previous=None,
        new=new,
    )


def clean_up(g: int) -> CleanUpState:
    """Return an event that is no run's end."""
    return CleanUpState(run="r1", instance="-", seq=g, ts=1.0, cause="test", g=g, phase="started")


def follow(run: Run, only: str | None = None) -> tuple[Iterator[AnyEvent], list[AnyEvent]]:
    """Return the events to come, and those published until the subscriber was there.

    The subscription is made with the first event that is asked for, so a thread asks for it.
    """
    raise NotImplementedError
