"""A run that is busy while it is attacked, and what it must have come to in the end."""

import random
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sipflow.client.request import ask
from sipflow.coordinator.runtime_directory import requests_endpoint
from sipflow.protocol.requests import Accepted, Answer, PauseRun, Request, ResumeRun
from tests.end_to_end.harness import Coordinator, Outcome, is_free, survivors
from tests.end_to_end.scenarios import write

# Not where other tests have theirs.
PORTS = (24_060, 24_062)
BASE_PORT = ("--base-port", str(PORTS[0]))

# Tells events all the time; the step `hold` is where it is paused until all has been thrown.
BUSY = (
    """\
name: busy
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200"}
"""
    + "    - TIMEOUT: 20ms\n" * 50
    + """\
    - TIMEOUT: 3s
      id: hold
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED: {timeout: 60s}
"""
)


@dataclass(frozen=True)
class Site:
    """A run that is under way, and where its sockets are."""

    run: str
    directory: Path
    events: str
    control: str
    workers: dict[str, int]


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def busy(folder: Path) -> Iterator[tuple[Coordinator, Site]]:
    """Start a run whose call is up."""
    events, control = (f"tcp://127.0.0.1:{free_port()}" for _ in range(2))
    options = (*BASE_PORT, "--events", events, "--control", control)
    with Coordinator(write(BUSY, folder), folder, *options) as coordinator:
        run = coordinator.wait_for_leg("bob", "confirmed")["run"]
        fork_server = coordinator.fork_server()
        yield coordinator, Site(run, fork_server.directory, events, control, fork_server.workers())
    assert survivors(fork_server.pid) == []
    assert all(is_free(port) for port in PORTS)


Attack = Callable[[Site, random.Random], None]


def finish_under(coordinator: Coordinator, site: Site, attacks: Sequence[Attack]) -> Outcome:
    """Let a run go on under attack, to its end; it does not end before the attacks do."""
    with ThreadPoolExecutor() as pool:
        thrown = [pool.submit(one, site, random.Random(n)) for n, one in enumerate(attacks)]
        coordinator.wait_for_node("hold", "running")
        assert tell(site, PauseRun()) == Accepted()
        for one in thrown:
            one.result()
        assert tell(site, ResumeRun()) == Accepted()
        return coordinator.finish()


def tell(site: Site, request: Request) -> Answer:
    """Ask a run for something, as any program of the user's can."""
    return ask(requests_endpoint(site.directory / site.run), site.run, request)


def check(outcome: Outcome, site: Site, released: Sequence[int] = (0,)) -> None:
    """Require the very verdict that the run has when nobody disturbs it."""
    verdict = outcome.verdict
    assert (outcome.exit_code, verdict["verdict"]) == (0, "completed"), outcome.stderr
    assert verdict["reason"] is None
    assert {one["pid"] for one in verdict["instances"].values()} == set(site.workers.values())
    assert {one["exit"] for one in verdict["instances"].values()} == {"finished"}
    for name in ("alice", "bob"):
        assert set(outcome.nodes(name).values()) == {"completed"}
    assert verdict["cleanup"]["confirmed"]
    assert verdict["cleanup"]["calls_left"] == 0
    assert verdict["cleanup"]["calls_released"] in released
    assert (verdict["events"]["lost"], verdict["events"]["recovered"]) == (0, 0)
    assert [event["g"] for event in outcome.events] == list(range(1, len(outcome.events) + 1))
    assert "Traceback" not in outcome.stderr
