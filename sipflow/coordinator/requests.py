"""Requests of the user's other programs: the coordinator's end, and the end that asks."""

import errno
import math
from contextlib import suppress
from typing import TYPE_CHECKING

import zmq

from sipflow import clock
from sipflow.errors import ResourceError, RunNotFoundError, UsageError
from sipflow.handshake import Handshake
from sipflow.keys import ClientKeys, secure_client
from sipflow.protocol.requests import Answer, Denied, Request
from sipflow.protocol.wire import MalformedError, decode_answer, decode_request, encode

if TYPE_CHECKING:
    from sipflow.coordinator.gate import Gate

ANSWER_LIMIT_MS = 3000
LONGEST_MESSAGE = 1 << 16
# A status names every instance of a scenario.
LONGEST_ANSWER = 1 << 22
# Requests heard before somebody else is: nobody can keep a run from going on by asking.
MOST_AT_ONCE = 50
# What is no mistake of the user's.
_LACKING = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Requests:
    """Where a coordinator is asked; ``strays`` counts messages that were no request.

    Raises ``UsageError`` where it cannot be bound, ``ResourceError`` if there can be no socket;
    ``endpoint`` is where it is.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        endpoint: str,
        gate: "Gate | None" = None,
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
        """Return requests that have come, each with whom to answer; refuse what is none."""
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
                self.answer(frames[0], Denied(detail=f"no request: {error}"))
        return requests

    def answer(self, client: bytes, answer: Answer) -> None:
        """Answer one request."""
        self.socket.send_multipart([client, b"", encode(answer)])

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def ask(
    endpoint: str,
    who: str,
    request: Request,
    keys: ClientKeys | None = None,
    limit_ms: int = ANSWER_LIMIT_MS,
) -> Answer:
    """Ask a coordinator; raises ``RunNotFoundError`` if it does not answer.

    ``who`` is what an error calls it by.
    """
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.linger = 0
        client.maxmsgsize = LONGEST_ANSWER
        client.ipv6 = "[" in endpoint
        if keys is not None:
            secure_client(client, keys)
        handshake = Handshake(client, endpoint)
        try:
            client.connect(endpoint)
            with suppress(zmq.Again):  # it was refused so fast that there is nowhere to send it
                client.send(encode(request), zmq.NOBLOCK)
            _await_answer(client, handshake, limit_ms)
            if not client.poll(0):
                raise RunNotFoundError(f"{who} does not answer")
            return decode_answer(client.recv())
        except MalformedError as error:
            raise RunNotFoundError(f"{who} answers nonsense: {error}") from error
        except (zmq.ZMQError, UnicodeEncodeError) as error:
            raise UsageError(f"{endpoint} is no endpoint to ask at", code="bad-endpoint") from error
        finally:
            handshake.close()


def _await_answer(client: zmq.Socket[bytes], handshake: Handshake, limit_ms: int) -> None:
    poller = zmq.Poller()
    poller.register(client, zmq.POLLIN)
    poller.register(handshake.socket, zmq.POLLIN)
    deadline = clock.monotonic() + limit_ms / 1000
    while not client.poll(0) and (left := deadline - clock.monotonic()) > 0:
        poller.poll(math.ceil(left * 1000))
        handshake.check()
