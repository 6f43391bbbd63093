"""The server side of the control API: receives requests of other programs and answers them."""

import errno
from typing import TYPE_CHECKING

import zmq

from sipflow.errors import ResourceError, UsageError
from sipflow.protocol.requests import Answer, Denied, Request
from sipflow.protocol.wire import MalformedError, decode_request, encode

if TYPE_CHECKING:
    from sipflow.security.zap import CurveAllowList

LONGEST_MESSAGE = 1 << 16
# Requests handled in one turn of the loop, so that a flood of requests cannot block the runs.
MOST_AT_ONCE = 50
# Errors that are not the user's mistake.
_LACKING = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Requests:
    """The control socket of a coordinator; ``strays`` counts messages that were no valid request.

    Raises ``UsageError`` if it cannot be bound, ``ResourceError`` if there can be no socket;
    ``endpoint`` is its ZeroMQ endpoint.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        endpoint: str,
        gate: "CurveAllowList | None" = None,
    ) -> None:
        try:
            self.socket = context.socket(zmq.ROUTER)
        except zmq.ZMQError as error:
            raise ResourceError(
                f"no socket for requests: {zmq.strerror(error.errno or 0)}"
            ) from error
        self.socket.linger = 200
        self.socket.maxmsgsize = LONGEST_MESSAGE
        self.socket.ipv6 = "[" in endpoint
        if gate is not None:
            gate.secure(self.socket)
        try:
            self.socket.bind(endpoint)
        except zmq.ZMQError as error:
            self.socket.close()
            why = zmq.strerror(error.errno or 0)
            text = f"cannot listen at {endpoint}: {why}"
            if error.errno in _LACKING:
                raise ResourceError(text) from error
            raise UsageError(text, code="bad-endpoint") from error
        self.endpoint = self.socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")
        self.strays = 0

    def receive(self) -> list[tuple[bytes, Request]]:
        """Return the received requests, each with the client to answer; reject invalid ones."""
        requests: list[tuple[bytes, Request]] = []
        for _ in range(MOST_AT_ONCE):
            try:
                frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            try:
                requests.append((frames[0], decode_request(frames[-1])))
            except MalformedError as error:
                self.strays += 1
                self.answer(frames[0], Denied(detail=f"invalid request: {error}"))
        return requests

    def answer(self, client: bytes, answer: Answer) -> None:
        """Answer one request."""
        self.socket.send_multipart([client, b"", encode(answer)])

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()
