"""Where the workers' events come in, and nobody else's.

Whoever publishes here has to show the key that the coordinator gave its workers; a message without
it is none of ours, is counted and otherwise ignored. What the events mean is no business of this
module.
"""

from pathlib import Path

import zmq

from sipflow.coordinator.runtime_directory import events_endpoint
from sipflow.errors import ResourceError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import MalformedError, decode_event

# No event comes near it; a raw SIP message is 64 KiB at most.
LONGEST_MESSAGE = 1 << 20
# Messages that wait for us per connection; a worker keeps what is beyond them, and loses none.
MOST_WAITING = 10_000
# Messages, and events, after which somebody else is heard: a burst must not make a worker seem
# silent, or a user wait.
MOST_AT_ONCE = 500


class EventReceiver:
    """A SUB that workers publish to; ``strays`` counts messages that were no worker's."""

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
        """Return events that have arrived, in the order of each worker."""
        events: list[AnyEvent] = []
        for _ in range(MOST_AT_ONCE):
            if len(events) >= MOST_AT_ONCE:
                break
            try:
                key, *told = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            if key != self._key:
                self.strays += 1
                continue
            for data in told:
                try:
                    events.append(decode_event(data))
                except MalformedError:
                    self.strays += 1
        return events

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
