"""A run's events for other programs: connect to its endpoint, get typed events until it ends."""

from collections.abc import Iterator

import zmq

from sipflow.errors import UsageError
from sipflow.protocol.events import AnyEvent, ScenarioState
from sipflow.protocol.topics import run_prefix
from sipflow.protocol.wire import MalformedError, decode_event

ENDED = ("completed", "failed", "stopped")


def subscribe(endpoint: str, run: str | None = None) -> Iterator[AnyEvent]:
    """Yield the events of a run as they come, in the coordinator's order, and end with the run.

    ``endpoint`` is the ZeroMQ endpoint that ``start`` prints, ``run`` selects one run of several
    there. What is no event is skipped. Raises ``UsageError`` for an endpoint that is none.
    """
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.linger = 0
        socket.rcvhwm = 0
        socket.subscribe(run_prefix(run) if run is not None else b"")
        try:
            socket.connect(endpoint)
        except zmq.ZMQError as error:
            raise UsageError(
                f"{endpoint} is no endpoint to subscribe to: {error.strerror}"
            ) from error
        except UnicodeEncodeError as error:
            raise UsageError(f"{endpoint!a} is no endpoint to subscribe to: not UTF-8") from error
        while True:
            try:
                event = decode_event(socket.recv_multipart()[-1])
            except MalformedError:
                continue
            yield event
            if isinstance(event, ScenarioState) and event.new in ENDED:
                return
