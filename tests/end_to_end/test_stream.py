"""Nothing is lost on the way from a worker to whoever looks on, whatever happens to either."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgpack
import pytest
import zmq

from sipflow.client.follower import ENDED
from tests.end_to_end import scenarios
from tests.end_to_end.bursts import BYTES_A_NODE, bursts, cut_short, findings, massacre
from tests.end_to_end.harness import EXAMPLES, LIMIT, Coordinator, Event, kill
from tests.end_to_end.readers import EXAMPLE, SUBSCRIBER, WATCH, Reader
from tests.extent import extent

WORKERS = 30
NODES = 400
# A tenth of what all have to tell.
TOLD = WORKERS * NODES * BYTES_A_NODE // 10
MOMENTS = 12


@pytest.fixture
def endpoint() -> str:
    """Return an endpoint that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def delays(folder: Path, instances: int, nodes: int, milliseconds: int) -> Path:
    """Write a scenario of instances that wait again and again."""
    names = [f"i{number}" for number in range(1, instances + 1)]
    graph = {
        "name": "delays",
        "instances": {name: {"number": f"{1000 + n}"} for n, name in enumerate(names)},
        "flow": {name: [{"TIMEOUT": milliseconds}] * nodes for name in names},
    }
    return scenarios.write(json.dumps(graph), folder)


def read_until(coordinator: Coordinator, is_so: Callable[[], object]) -> None:
    """Take a run's events as they come until it is so."""
    for _ in coordinator.read():
        if is_so():
            return
    raise AssertionError(f"the run ended first: {coordinator.printed()}")


def events_of(reader: Reader) -> list[Event]:
    """Return the events that a reader has printed."""
    return [json.loads(line) for line in reader.lines]


def as_the_example_prints(events: list[Event]) -> list[str]:
    """Return the lines that the example of a subscriber prints of events."""
    return ["{g} {instance} {type} {cause}".format(**event) for event in events]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_killed_workers_had_written_down_is_told_once_and_in_order(
    tmp_path: Path, seed: int
) -> None:
    path = scenarios.write(bursts(WORKERS, NODES, seed), tmp_path)
    with Coordinator(path, tmp_path) as coordinator:
        killed = massacre(coordinator, 15, TOLD, seed)
    assert findings(killed) == []
    assert killed.outcome.exit_code == 3
    exits = {name: one["exit"] for name, one in killed.outcome.verdict["instances"].items()}
    assert {name for name, way in exits.items() if way == "killed"} >= killed.killed


def test_what_was_told_before_a_run_is_ended_at_once_is_told(tmp_path: Path) -> None:
    """All workers are killed while they tell, and nobody waits for them."""
    path = scenarios.write(bursts(WORKERS, NODES, seed=3), tmp_path)
    with Coordinator(path, tmp_path) as coordinator:
        ended = cut_short(coordinator, TOLD)
    assert findings(ended) == []
    assert ended.outcome.exit_code == 130


def test_every_subscriber_sees_the_same_events_in_the_same_order(
    tmp_path: Path, endpoint: str
) -> None:
    path = delays(tmp_path, 4, 300, milliseconds=10)
    with ExitStack() as stack:

        def reader(*command: str) -> Reader:
            return stack.enter_context(Reader(tmp_path, *command))

        readers = [reader(*SUBSCRIBER, endpoint, ms) for ms in ("0", "1", "0")]
        example = reader(*EXAMPLE, endpoint)
        coordinator = stack.enter_context(Coordinator(path, tmp_path, "--events", endpoint))
        read_until(coordinator, example.has_seen)
        for stopped in (readers[-1], example):
            stopped.stop()
        halfway = len(coordinator.events) + 1800
        read_until(coordinator, lambda: len(coordinator.events) >= halfway)
        readers.append(reader(*SUBSCRIBER, endpoint, "0"))
        for stopped in (readers[2], example):
            stopped.go_on()
        outcome = coordinator.finish()
        assert [one.end() for one in (*readers, example)] == [0] * 5
        assert [event["g"] for event in outcome.events] == [*range(1, 4 * 300 * 3 + 5)]
        for one in readers:
            assert events_of(one) == outcome.events
        assert example.lines == as_the_example_prints(outcome.events)


@pytest.mark.parametrize("_time", range(extent(1, 3)))
def test_a_plain_subscriber_that_connects_before_the_start_sees_every_event(
    tmp_path: Path, endpoint: str, _time: int
) -> None:
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.subscribe(b"")
        socket.connect(endpoint)
        path = EXAMPLES / "basic-call.yaml"
        with Coordinator(path, tmp_path, "--events", endpoint) as coordinator:
            seen = list(all_that_come(socket))
            outcome = coordinator.finish()
    assert seen == outcome.events


def all_that_come(socket: "zmq.Socket[bytes]") -> Iterator[Event]:
    """Yield what a socket receives, up to a run's last event."""
    while socket.poll(int(LIMIT) * 1000):
        event = msgpack.unpackb(socket.recv_multipart()[1])
        yield event
        if event["type"] == "scenario-state" and event["new"] in ENDED:
            return


@pytest.mark.parametrize("by", ["run", "endpoint"])
def test_watch_shows_a_run_from_its_first_event_when_it_connects_late(
    tmp_path: Path, endpoint: str, by: str
) -> None:
    path = delays(tmp_path, 2, 150, milliseconds=10)
    with Coordinator(path, tmp_path, "--events", endpoint) as coordinator:
        read_until(coordinator, lambda: len(coordinator.events) >= 100)
        run = coordinator.events[0]["run"]
        with Reader(tmp_path, *WATCH, {"run": run, "endpoint": endpoint}[by]) as watch:
            outcome = coordinator.finish()
            assert (watch.end(), watch.complaint) == (0, "")
            assert events_of(watch) == outcome.events


def test_watch_says_that_the_coordinator_is_gone(tmp_path: Path) -> None:
    path = delays(tmp_path, 1, 3000, milliseconds=10)
    with Coordinator(path, tmp_path) as coordinator:
        run = next(coordinator.read())["run"]
        with Reader(tmp_path, *WATCH, run) as watch:
            read_until(coordinator, watch.has_seen)
            kill(coordinator.process.pid)
            assert watch.end() == 3
            last = len(watch.lines)
            assert watch.complaint == (
                f"error: the stream of run {run} broke off after event {last}: "
                "its coordinator is gone\n"
            )
            assert [event["g"] for event in events_of(watch)] == [*range(1, last + 1)]


@pytest.mark.parametrize("moment", range(0, MOMENTS, extent(3, 1)))
def test_watch_that_begins_while_a_run_ends_sees_all_of_it_or_says_why_not(
    tmp_path: Path, moment: int
) -> None:
    # It is there after as long as its start takes: some of these come before the end, some after.
    nodes = 40
    with Coordinator(delays(tmp_path, 1, nodes, milliseconds=10), tmp_path) as coordinator:
        coordinator.wait_for_node(f"i1-{nodes - 2 * moment}", "running")
        with Reader(tmp_path, *WATCH, coordinator.events[0]["run"]) as watch:
            outcome = coordinator.finish()
            if watch.end() == 0:
                assert events_of(watch) == outcome.events
            else:
                assert watch.complaint.startswith("error: ")
                assert watch.complaint.count("\n") == 1
