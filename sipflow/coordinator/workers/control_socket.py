"""The coordinator's control socket for its workers."""

from pathlib import Path

import zmq

from sipflow.coordinator.runtime_directory import control_endpoint
from sipflow.errors import ResourceError
from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.wire import MalformedError, decode_to_coordinator, encode

# The longest message reports a failed chain, with the text of a SIP response in it.
LONGEST_MESSAGE = 1 << 18
# Messages queued here per connection; a worker keeps further ones, and loses none.
MOST_WAITING = 10_000
# Messages handled in one turn, so that a flood of messages cannot block the runs.
MOST_AT_ONCE = 500


class Control:
    """A socket that identifies each worker by a routing id that cannot be guessed.

    ``strays`` counts messages that were not a worker's, or invalid.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], directory: Path, key: str) -> None:
        self._suffix = f":{key}".encode()
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.sndhwm = 0
        self.socket.rcvhwm = MOST_WAITING
        self.socket.maxmsgsize = LONGEST_MESSAGE
        try:
            self.socket.bind(control_endpoint(directory))
        except zmq.ZMQError as error:
            self.socket.close()  # an open one would keep the context from its end
            why = zmq.strerror(error.errno or 0)
            raise ResourceError(f"no socket for the workers in {directory}: {why}") from error
        self.strays = 0

    def send(self, worker: str, message: ToWorker) -> None:
        """Send a command; one to an exited worker is dropped, its exit is reported elsewhere."""
        self.socket.send_multipart([worker.encode() + self._suffix, encode(message)])

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return received messages of workers, a limited number per call."""
        said: list[tuple[str, ToCoordinator]] = []
        for _ in range(MOST_AT_ONCE):
            try:
                identity, *frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            try:
                word = decode_to_coordinator(frames[0] if len(frames) == 1 else b"")
            except MalformedError:
                word = None
            if word is None or not identity.endswith(self._suffix):
                self.strays += 1
            else:
                said.append((identity.removesuffix(self._suffix).decode(), word))
        return said

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
