"""Sends a request to a coordinator's control socket, and waits for the answer."""

import math
from contextlib import suppress

import zmq

from sipflow import clock
from sipflow.errors import RunNotFoundError, UsageError
from sipflow.protocol.requests import Answer, Request
from sipflow.protocol.wire import MalformedError, decode_answer, encode
from sipflow.security.handshake import Handshake
from sipflow.security.keys import ClientKeys, secure_client

ANSWER_LIMIT_MS = 3000


# A status names every instance of a scenario.
LONGEST_ANSWER = 1 << 22


def ask(
    endpoint: str,
    who: str,
    request: Request,
    keys: ClientKeys | None = None,
    limit_ms: int = ANSWER_LIMIT_MS,
) -> Answer:
    """Send a request to a coordinator; raises ``RunNotFoundError`` if it does not answer.

    ``who``: the name of the run or coordinator in error messages.
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
            with suppress(zmq.Again):  # refused so fast that there is no connection to send on
                client.send(encode(request), zmq.NOBLOCK)
            _await_answer(client, handshake, limit_ms)
            if not client.poll(0):
                raise RunNotFoundError(f"{who} does not answer")
            return decode_answer(client.recv())
        except MalformedError as error:
            raise RunNotFoundError(f"{who} sent an invalid answer: {error}") from error
        except (zmq.ZMQError, UnicodeEncodeError) as error:
            raise UsageError(
                f"{endpoint} is no endpoint for requests", code="bad-endpoint"
            ) from error
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
