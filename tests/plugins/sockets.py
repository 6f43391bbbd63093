"""What tests of the coordinator's rims share: a short directory, and ZeroMQ sockets."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zmq


@pytest.fixture
def directory() -> Iterator[Path]:
    """Make a directory whose path is short enough for Unix sockets in it."""
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        yield Path(path)


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    """Make a context."""
    with zmq.Context() as context:
        yield context


@pytest.fixture
def open_socket(
    context: zmq.Context[zmq.Socket[bytes]],
) -> Iterator[Callable[[int], zmq.Socket[bytes]]]:
    """Return what opens a socket of a kind; all of them are closed after the test."""
    with ExitStack() as stack:

        def opened(kind: int) -> zmq.Socket[bytes]:
            socket = stack.enter_context(context.socket(kind))
            socket.linger = 0
            return socket

        yield opened
