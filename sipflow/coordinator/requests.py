"""Requests of the user's other programs: the coordinator's end, and the end that asks."""

import zmq

from sipflow.errors import RunNotFoundError, UsageError
from sipflow.keys import ClientKeys, secure_client
from sipflow.protocol.requests import Answer, Denied, Request
from sipflow.protocol.wire import MalformedError, decode_answer, decode_request, encode

ANSWER_LIMIT_MS = 3000
LONGEST_MESSAGE = 1 << 16
# A status names every instance of a scenario.
LONGEST_ANSWER = 1 << 22
# Requests heard before somebody else is: nobody can keep a run from going on by asking.
MOST_AT_ONCE = 50


class Requests:
    """Where a coordinator is asked; ``strays`` counts messages that were no request."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], endpoint: str) -> None:
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 200
        self.socket.maxmsgsize = LONGEST_MESSAGE
        self.socket.bind(endpoint)
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
        if keys is not None:
            secure_client(client, keys)
        try:
            client.connect(endpoint)
        except (zmq.ZMQError, UnicodeEncodeError) as error:
            raise UsageError(f"{endpoint} is no endpoint to ask at") from error
        client.send(encode(request))
        if not client.poll(limit_ms):
            raise RunNotFoundError(f"{who} does not answer")
        try:
            return decode_answer(client.recv())
        except MalformedError as error:
            raise RunNotFoundError(f"{who} answers nonsense: {error}") from error
