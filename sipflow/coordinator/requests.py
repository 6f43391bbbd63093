"""Requests of the user's other programs: the coordinator's end, and the end that asks."""

from pathlib import Path

import zmq

from sipflow.coordinator.run_directory import requests_endpoint
from sipflow.errors import RunNotFoundError
from sipflow.protocol.requests import Answer, Denied, Request
from sipflow.protocol.wire import MalformedError, decode_answer, decode_request, encode

ANSWER_LIMIT_MS = 3000


class Requests:
    """Where a coordinator is asked."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], directory: Path) -> None:
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 200
        self.socket.bind(requests_endpoint(directory))

    def receive(self) -> list[tuple[bytes, Request]]:
        """Return the requests that have come, each with whom to answer; refuse what is none."""
        requests: list[tuple[bytes, Request]] = []
        while self.socket.poll(0):
            frames = self.socket.recv_multipart(zmq.NOBLOCK)
            try:
                requests.append((frames[0], decode_request(frames[-1])))
            except MalformedError as error:
                self.answer(frames[0], Denied(detail=f"no request: {error}"))
        return requests

    def answer(self, client: bytes, answer: Answer) -> None:
        """Answer one request."""
        self.socket.send_multipart([client, b"", encode(answer)])

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def ask(directory: Path, request: Request, limit_ms: int = ANSWER_LIMIT_MS) -> Answer:
    """Ask the coordinator of a run; raises ``RunNotFoundError`` if it does not answer."""
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.linger = 0
        client.connect(requests_endpoint(directory))
        client.send(encode(request))
        if not client.poll(limit_ms):
            raise RunNotFoundError(f"run {directory.name} does not answer")
        try:
            return decode_answer(client.recv())
        except MalformedError as error:
            raise RunNotFoundError(f"run {directory.name} answers nonsense: {error}") from error
