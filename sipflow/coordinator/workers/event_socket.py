"""The coordinator's socket for the events of its workers.

Each message must contain the key that the coordinator gave to its workers; a message without it is
counted and otherwise ignored. This module does not interpret the events.
"""

from pathlib import Path

import zmq

from sipflow.coordinator.runtime_directory import events_endpoint
from sipflow.errors import ResourceError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import MalformedError, decode_event

# No event comes near it; a raw SIP message is 64 KiB at most.
LONGEST_MESSAGE = 1 << 20
# Messages queued here per connection; a worker keeps further ones, and loses none.
MOST_WAITING = 10_000
# Messages, and events, handled in one turn: a burst must not delay heartbeats or requests.
MOST_AT_ONCE = 500


class EventReceiver:
    """The SUB socket that workers publish to; ``strays`` counts messages of other senders."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], directory: Path, key: str) -> None:
        self._key = key.encode()
        self.socket = context.socket(zmq.SUB)
        self.socket.rcvhwm = MOST_WAITING
        self.socket.linger = 0
        self.socket.maxmsgsize = LONGEST_MESSAGE
        self.socket.subscribe(b"")
        try:
            self.socket.bind(events_endpoint(directory))
        except zmq.ZMQError as error:
            self.socket.close()  # an open one would keep the context from its end
            why = zmq.strerror(error.errno or 0)
            raise ResourceError(f"no socket for the workers in {directory}: {why}") from error
        self.strays = 0

    def receive(self) -> list[AnyEvent]:
        """Return received events, in order for each worker."""
        events: list[AnyEvent] = []
        for _ in range(MOST_AT_ONCE):
            if len(events) >= MOST_AT_ONCE:
                break
            try:
                key, *frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            if key != self._key:
                self.strays += 1
                continue
            for data in frames:
                try:
                    events.append(decode_event(data))
                except MalformedError:
                    self.strays += 1
        return events

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
