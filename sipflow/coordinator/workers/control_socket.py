"""The coordinator's side of its conversation with the workers."""

from pathlib import Path

import zmq

from sipflow.coordinator.runtime_directory import control_endpoint
from sipflow.errors import ResourceError
from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.wire import MalformedError, decode_to_coordinator, encode

# The longest word is a failed chain's, with the text of a SIP response in it.
LONGEST_MESSAGE = 1 << 18
# Messages that wait for us per connection; a worker keeps what is beyond them, and loses none.
MOST_WAITING = 10_000
# Words heard before somebody else is: nobody can keep a run from going on by talking.
MOST_AT_ONCE = 500


class Control:
    """A socket that knows each worker by its identity, which nobody can guess.

    ``strays`` counts messages that were no worker's, or none at all.
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

    def tell(self, worker: str, message: ToWorker) -> None:
        """Send a command; one to a worker that is gone is dropped, its death is told elsewhere."""
        self.socket.send_multipart([worker.encode() + self._suffix, encode(message)])

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return what workers have said, so many words and no more."""
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
