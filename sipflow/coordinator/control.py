"""The coordinator's side of its conversation with the workers."""

from pathlib import Path

import zmq

from sipflow.coordinator.run_directory import control_endpoint
from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.wire import MalformedError, decode_to_coordinator, encode


class Control:
    """A socket that knows each worker by its identity."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], directory: Path) -> None:
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.sndhwm = 0
        self.socket.rcvhwm = 0
        self.socket.bind(control_endpoint(directory))
        self.malformed = 0

    def tell(self, worker: str, message: ToWorker) -> None:
        """Send a command; one to a worker that is gone is dropped, its death is told elsewhere."""
        self.socket.send_multipart([worker.encode(), encode(message)])

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return what workers have said."""
        said: list[tuple[str, ToCoordinator]] = []
        while self.socket.poll(0):
            worker, data = self.socket.recv_multipart(zmq.NOBLOCK)[:2]
            try:
                said.append((worker.decode(errors="replace"), decode_to_coordinator(data)))
            except MalformedError:
                self.malformed += 1
        return said

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
