"""Requests of other programs, asked and answered over real sockets."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import zmq

from sipflow.client.request import ask
from sipflow.coordinator.control_server import MOST_AT_ONCE, Requests
from sipflow.coordinator.runtime_directory import requests_endpoint
from sipflow.errors import ResourceError, RunNotFoundError, UsageError
from sipflow.protocol.requests import Accepted, Answer, AskStatus, Denied, Request, Status, StopRun
from sipflow.protocol.wire import decode_answer, encode
from tests.waiting import LIMIT, LIMIT_MS, LOOK_MS, until

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]

STATUS = Status(run="r1", scenario="two", pid=4711, events="tcp://127.0.0.1:5556", state="running")


@pytest.fixture
def requests(context: Context, directory: Path) -> Iterator[Requests]:
    """Open the coordinator's end."""
    with closing(Requests(context, requests_endpoint(directory))) as requests:
        yield requests


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Make a place for the program that asks and waits."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (StopRun(), Accepted()),
        (StopRun(), Denied(detail="it is over")),
        (AskStatus(), STATUS),
    ],
)
def test_a_request_gets_its_answer(
    requests: Requests,
    directory: Path,
    elsewhere: ThreadPoolExecutor,
    request_: Request,
    answer: Answer,
) -> None:
    asked: Future[Answer] = elsewhere.submit(
        ask, requests_endpoint(directory), "run r1", request_, limit_ms=LIMIT_MS
    )
    assert requests.socket.poll(LIMIT_MS)
    [(client, received)] = requests.receive()
    assert received == request_
    requests.answer(client, answer)
    assert asked.result(LIMIT) == answer
    assert requests.receive() == []


def test_what_is_no_request_is_denied(
    requests: Requests, open_socket: OpenSocket, directory: Path
) -> None:
    client = open_socket(zmq.REQ)
    client.connect(requests_endpoint(directory))
    client.send(b"\xc1")
    assert requests.socket.poll(LIMIT_MS)
    assert requests.receive() == []
    assert client.poll(LIMIT_MS)
    assert isinstance(decode_answer(client.recv()), Denied)
    assert requests.strays == 1


def test_a_client_that_goes_before_its_answer_does_no_harm(
    requests: Requests, directory: Path
) -> None:
    with pytest.raises(RunNotFoundError):
        ask(requests_endpoint(directory), "run r1", StopRun(), limit_ms=0)
    requests.receive()
    requests.answer(b"nobody", Accepted())


def test_a_run_that_does_not_answer_is_not_found(directory: Path) -> None:
    with pytest.raises(RunNotFoundError, match="run r1 does not answer"):
        ask(requests_endpoint(directory), "run r1", AskStatus(), limit_ms=50)


def test_a_run_that_answers_nonsense_is_not_found(
    open_socket: OpenSocket, directory: Path, elsewhere: ThreadPoolExecutor
) -> None:
    raw_peer = open_socket(zmq.REP)
    raw_peer.bind(requests_endpoint(directory))
    asked = elsewhere.submit(
        ask, requests_endpoint(directory), "run r1", AskStatus(), limit_ms=LIMIT_MS
    )
    assert raw_peer.poll(LIMIT_MS)
    raw_peer.recv()
    raw_peer.send(b"\xc1")
    with pytest.raises(RunNotFoundError, match="sent an invalid answer"):
        asked.result(LIMIT)


@pytest.mark.parametrize("endpoint", ["nonsense", "tcp://127.0.0.1", "x://y", "\udcff"])
def test_an_endpoint_that_is_none_is_the_users_mistake(endpoint: str) -> None:
    with pytest.raises(UsageError, match="is no endpoint for requests"):
        ask(endpoint, "the run there", AskStatus())


def test_requests_are_heard_by_pieces(
    requests: Requests, open_socket: OpenSocket, directory: Path
) -> None:
    client = open_socket(zmq.DEALER)
    client.connect(requests_endpoint(directory))
    for _ in range(MOST_AT_ONCE + 1):
        client.send_multipart([b"", encode(AskStatus())])
    pieces: list[int] = []

    def look() -> None:
        requests.socket.poll(LOOK_MS)
        pieces.append(len(requests.receive()))

    until(lambda: sum(pieces) > MOST_AT_ONCE, look)
    assert max(pieces) <= MOST_AT_ONCE


def test_where_there_can_be_no_more_sockets_it_is_the_machine_that_refuses(
    directory: Path,
) -> None:
    with Context() as crowded:
        crowded.set(zmq.MAX_SOCKETS, 1)
        with crowded.socket(zmq.SUB), pytest.raises(ResourceError) as error:
            Requests(crowded, requests_endpoint(directory))
    assert str(error.value) == "no socket for requests: Too many open files"


def test_a_taken_endpoint_is_said_so(requests: Requests, context: Context) -> None:
    with closing(Requests(context, "tcp://127.0.0.1:*")) as first:
        with pytest.raises(UsageError) as error:
            Requests(context, first.endpoint)
        assert str(error.value) == f"cannot listen at {first.endpoint}: Address already in use"
