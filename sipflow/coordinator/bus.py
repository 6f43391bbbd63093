"""The events' way through the coordinator: in from the workers, out to whoever subscribes.

Owns the two sockets and knows nothing of what the events mean.
"""

from pathlib import Path

import zmq

from sipflow.coordinator.run_directory import events_endpoint
from sipflow.errors import UsageError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import MalformedError, decode_event, encode

# What an outside subscriber that connected gets is still sent when the run ends, for this long.
LINGER_MS = 1000


class Bus:
    """A SUB that workers publish to, and a PUB that anyone may subscribe to."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], directory: Path) -> None:
        self.inlet = context.socket(zmq.SUB)
        self.inlet.rcvhwm = 0
        self.inlet.linger = 0
        self.inlet.subscribe(b"")
        self.inlet.bind(events_endpoint(directory))
        self._outlet = context.socket(zmq.PUB)
        self._outlet.linger = LINGER_MS
        self.malformed = 0

    def open(self, endpoint: str | None) -> str:
        """Bind where subscribers connect and return the endpoint; raises ``UsageError``."""
        try:
            self._outlet.bind(endpoint or "tcp://127.0.0.1:*")
        except zmq.ZMQError as error:
            raise UsageError(f"--events {endpoint}: {error.strerror}") from error
        except UnicodeEncodeError as error:
            raise UsageError(f"--events {endpoint!a}: not UTF-8") from error
        return self._outlet.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")

    def receive(self) -> list[AnyEvent]:
        """Return the workers' events that have arrived."""
        events: list[AnyEvent] = []
        while self.inlet.poll(0):
            frames = self.inlet.recv_multipart(zmq.NOBLOCK)
            try:
                events.append(decode_event(frames[-1]))
            except MalformedError:
                self.malformed += 1
        return events

    def publish(self, event: AnyEvent) -> None:
        """Tell every subscriber."""
        self._outlet.send_multipart([topic(event), encode(event)])

    def close(self) -> None:
        """Close both ends; what subscribers are still to get is sent first."""
        self.inlet.close()
        self._outlet.close()
