"""The model subscriber, a program of its own with nothing of sipflow: it sees every event once."""

import ast
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from sipflow.protocol.events import AnyEvent
from tests.publisher import Publisher, publishing
from tests.stream_events import RUN, a_run, said
from tests.waiting import LIMIT

EXAMPLE = Path(__file__).parents[1] / "examples" / "subscriber.py"
Program = subprocess.Popen[bytes]


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """Open a publisher."""
    with publishing(tmp_path) as publisher:
        publisher.records.more = True
        yield publisher


@contextmanager
def example(folder: Path, *arguments: str) -> Iterator[Program]:
    """Run the example; its output goes to files, so that it waits for nobody."""
    command = [sys.executable, str(EXAMPLE), *arguments]
    with (
        (folder / "out").open("wb") as out,
        (folder / "err").open("wb") as err,
        subprocess.Popen(command, stdout=out, stderr=err) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def lines(events: list[AnyEvent]) -> list[str]:
    """Return what the example prints of events."""
    return [f"{event.g} {event.instance} {event.type} {event.cause}" for event in events]


def seen(folder: Path) -> list[str]:
    """Return what the example has printed."""
    return (folder / "out").read_text().splitlines()


def serve_to_the_end(publisher: Publisher, process: Program) -> int:
    """Serve until the example has ended, and return its exit code."""
    publisher.serve_until(lambda: process.poll() is not None)
    return process.returncode


def test_it_is_short_and_needs_nothing_but_pyzmq_and_msgpack() -> None:
    text = EXAMPLE.read_text()
    imports = [
        alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import)
        for alias in node.names
    ]  # fmt: skip
    assert {*imports} - sys.stdlib_module_names == {"msgpack", "zmq"}
    assert "from " not in [line[:5] for line in text.splitlines()]
    assert len(text.splitlines()) <= 90


def test_the_installation_has_what_it_needs() -> None:
    project = tomllib.loads((EXAMPLE.parents[1] / "pyproject.toml").read_text())["project"]
    installed = {re.split(r"[^\w-]", needed, maxsplit=1)[0] for needed in project["dependencies"]}
    assert {"msgpack", "pyzmq"} <= installed


@pytest.mark.parametrize("run", [[], [RUN]])
@pytest.mark.parametrize("before", [0, 1, 700, 1200])
def test_it_sees_all_whenever_it_joins(
    publisher: Publisher, tmp_path: Path, run: list[str], before: int
) -> None:
    events = a_run(1200)
    publisher.publish(*events[:before])
    with example(tmp_path, publisher.endpoint, *run) as process:
        publisher.serve_until(lambda: publisher.event_publisher.asked)
        publisher.publish(*events[before:])
        assert serve_to_the_end(publisher, process) == 0
    assert seen(tmp_path) == lines(events)


def test_what_was_dropped_on_the_way_is_brought(publisher: Publisher, tmp_path: Path) -> None:
    events = a_run(9)
    with example(tmp_path, publisher.endpoint, RUN) as process:
        publisher.serve_until(lambda: publisher.event_publisher.asked)
        for event in events:
            publisher.publish(event, dropped=event.g in (1, 4, 5, 9))
        assert serve_to_the_end(publisher, process) == 0
    assert seen(tmp_path) == lines(events)


def test_two_runs_are_not_mixed_up(publisher: Publisher, tmp_path: Path) -> None:
    events = a_run(50)
    publisher.publish(said(1))
    with example(tmp_path, publisher.endpoint) as process:
        publisher.serve_until(lambda: publisher.event_publisher.asked >= 2)
        for one, other in zip(events[1:], a_run(60, "b2"), strict=False):
            publisher.publish(other, one)
        assert serve_to_the_end(publisher, process) == 0
    assert seen(tmp_path) == lines(events)


def test_a_coordinator_that_is_gone_is_said_to_be(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish(said(1), said(2))
    with example(tmp_path, publisher.endpoint, RUN) as process:
        publisher.serve_until(lambda: len(seen(tmp_path)) == 2)
        assert process.wait(LIMIT) == 1
    assert "the stream broke off after event 2" in (tmp_path / "err").read_text()


def test_one_that_is_stopped_for_long_sees_all_and_costs_its_publisher_little(
    publisher: Publisher, tmp_path: Path
) -> None:
    events = a_run(100_000)
    with example(tmp_path, publisher.endpoint, RUN) as process:
        publisher.serve_until(lambda: publisher.event_publisher.asked)
        publisher.publish(*events[:100])
        publisher.serve_until(lambda: len(seen(tmp_path)) == 100)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        before = psutil.Process().memory_info().rss
        for at in range(100, len(events), 1000):
            publisher.publish(*events[at : at + 1000])
            publisher.event_publisher.serve(publisher.records)
        grown = psutil.Process().memory_info().rss - before
        process.send_signal(signal.SIGCONT)
        assert serve_to_the_end(publisher, process) == 0
    assert seen(tmp_path) == lines(events)
    assert grown < 20_000_000, "of what 100,000 messages would take, 60 MB"


def test_without_an_endpoint_it_says_how_it_is_called() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert ".venv/bin/python examples/subscriber.py tcp://127.0.0.1:7000" in done.stderr
    assert "Traceback" not in done.stderr
