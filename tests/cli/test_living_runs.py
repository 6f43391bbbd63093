"""Which living run or command is meant; ``test_steering`` has coordinators that answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import zmq

from sipflow.cli.living_runs import ToStop, how_they_stand, one_run, what_to_stop
from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.runtime_directory import BatchDirectory, requests_endpoint
from sipflow.errors import RunNotFoundError


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the directory of the user's session."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))


@pytest.fixture
def undo(context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[ExitStack]:
    """Undo at the end of a test what it puts here, before the context is gone."""
    with ExitStack() as stack:
        yield stack


def command(undo: ExitStack, name: str, *runs: str) -> list[Path]:
    """Be a command of these runs; return its directory and theirs."""
    batch = BatchDirectory(name)
    undo.callback(batch.remove)
    return [batch.path, *map(batch.open_run, runs)]


def listen(undo: ExitStack, context: zmq.Context[zmq.Socket[bytes]], directory: Path) -> Requests:
    """Be where a command, or a run, is asked."""
    requests = Requests(context, requests_endpoint(directory))
    undo.callback(requests.close)
    return requests


def test_without_an_id_the_only_run_is_meant(undo: ExitStack) -> None:
    _, run = command(undo, "ba7c4000", "a1")

    assert one_run(None) == run
    assert what_to_stop(None) == ToStop("run a1", run)


def test_a_stop_without_an_id_means_all_runs_of_the_only_command(
    undo: ExitStack, context: zmq.Context[zmq.Socket[bytes]]
) -> None:
    batch, _, second = command(undo, "ba7c4000", "a1", "a2")
    listen(undo, context, batch)

    everything = ToStop("all runs of command ba7c4000", batch)
    assert what_to_stop(None) == everything
    assert what_to_stop("ba7c4000") == everything
    assert what_to_stop("a2") == ToStop("run a2", second, "a2")


def test_with_several_commands_a_stop_needs_an_id(undo: ExitStack) -> None:
    command(undo, "ba7c4000", "a1")
    _, run = command(undo, "ba7c4001", "a2")

    with pytest.raises(RunNotFoundError, match="several commands are running, name one of them"):
        what_to_stop(None)
    assert what_to_stop("a2") == ToStop("run a2", run, "a2")
    assert what_to_stop("ba7c4001") == ToStop("run a2", run)
    with pytest.raises(RunNotFoundError, match="no run ffff is alive"):
        what_to_stop("ffff")


def test_without_any_run_there_is_nothing_to_stop(undo: ExitStack) -> None:
    with pytest.raises(RunNotFoundError, match="no run is alive"):
        what_to_stop(None)


def test_a_coordinator_that_does_not_answer_is_left_out(undo: ExitStack) -> None:
    _, *runs = command(undo, "ba7c4000", "a1", "a2")

    assert how_they_stand(runs[:1]) == []
    with pytest.raises(RunNotFoundError, match="several runs are alive, name one of them: a1, a2"):
        one_run(None)
