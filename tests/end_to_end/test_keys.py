"""Who may follow and steer a run over TCP: with the right keys all of it, and otherwise nothing.

That somebody gets nothing is known without waiting: he has been told that he was refused, and one
who was let in has got the whole run meanwhile.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import zmq
from msgspec.structs import replace

from sipflow import subscribe
from sipflow.client.request import ask
from sipflow.errors import UsageError
from sipflow.protocol.requests import Accepted, AskStatus, PauseRun, ResumeRun, Status, StopRun
from sipflow.protocol.wire import encode
from sipflow.security.handshake import REFUSALS
from sipflow.security.keys import ClientKeys, client_keys, secure_client
from tests.end_to_end.busy_run import free_port
from tests.end_to_end.harness import COMMAND, EXAMPLES, Coordinator, cli
from tests.end_to_end.scenarios import LONG_CALL, write

BASE_PORT = ("--base-port", "24160")
LIMIT_MS = 60_000
Keys = ClientKeys | None
Socket = zmq.Socket[bytes]

# Whoever is not let in, by what is wrong with him.
RAW_PEERS: dict[str, Callable[[ClientKeys], Keys]] = {
    "unknown key": lambda keys: ClientKeys(keys.server, *zmq.curve_keypair()),
    "public key of another": lambda keys: replace(keys, secret=zmq.curve_keypair()[1]),
    "another server's key": lambda keys: replace(keys, server=zmq.curve_keypair()[0]),
    "no keys": lambda keys: None,
}


@dataclass(frozen=True)
class Site:
    """A run that is guarded by keys, as its clients reach it."""

    run: str
    folder: Path
    events: str
    control: str

    def options(self, name: str) -> list[str]:
        """Return the options of a command that say with which keys."""
        return [
            *("--server-key", str(self.folder / "server.key")),
            *("--key", str(self.folder / f"{name}.key_secret")),
        ]

    def keys(self, name: str) -> ClientKeys:
        """Return the keys of a client."""
        return client_keys(self.folder / "server.key", self.folder / f"{name}.key_secret")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make keys: of alice at once with the server's, of bob later."""
    for name in ("alice", "bob"):
        assert cli("keygen", str(tmp_path / "keys"), "--name", name).returncode == 0
    return tmp_path / "keys"


@contextmanager
def guarded(folder: Path, tmp_path: Path, host: str) -> Iterator[tuple[Coordinator, Site]]:
    """Start a run whose call is up, with all its doors locked."""
    ports = [free_port(), free_port()]
    offered = [f"tcp://{host}:{port}" for port in ports]
    options = ("--keys", str(folder), "--events", offered[0], "--control", offered[1], *BASE_PORT)
    with Coordinator(write(LONG_CALL, tmp_path), tmp_path, *options) as coordinator:
        run = coordinator.wait_for_node("bob-3", "running")["run"]
        yield coordinator, Site(run, folder, *(f"tcp://127.0.0.1:{port}" for port in ports))


def refused(stack: ExitStack, kind: int, endpoint: str, keys: Keys) -> Socket:
    """Return a socket that has tried to connect and was refused, and tries again."""
    context = stack.enter_context(zmq.Context())
    raw_peer = stack.enter_context(context.socket(kind))
    raw_peer.linger = 0
    if kind == zmq.SUB:
        raw_peer.subscribe(b"")
    if keys is not None:
        secure_client(raw_peer, keys)
    monitor = stack.enter_context(raw_peer.get_monitor_socket(REFUSALS))
    stack.callback(raw_peer.disable_monitor)
    raw_peer.connect(endpoint)
    if kind == zmq.DEALER:
        raw_peer.send_multipart([b"", encode(StopRun())])
    assert monitor.poll(LIMIT_MS), "nobody was refused"
    return raw_peer


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_who_has_keys_sees_and_steers_the_run_and_nobody_else(
    folder: Path, tmp_path: Path, host: str
) -> None:
    with ExitStack() as stack:
        coordinator, site = stack.enter_context(guarded(folder, tmp_path, host))
        keys = site.keys("alice")
        raw_peers = [
            refused(stack, kind, endpoint, change(keys))
            for change in RAW_PEERS.values()
            for kind in (zmq.SUB, zmq.DEALER)
            for endpoint in (site.events, site.control)
        ]
        watch = [*COMMAND, "watch", site.events, "--json", *site.options("bob")]
        watcher = stack.enter_context(subprocess.Popen(watch, stdout=subprocess.PIPE, text=True))
        assert watcher.stdout is not None
        watched = [watcher.stdout.readline()]  # it has joined
        stream = subscribe(site.events, keys=keys)
        seen = [next(stream)]
        assert ask(site.control, "it", PauseRun(), keys) == Accepted()
        coordinator.wait_for(lambda event: event.get("new") == "paused")
        assert ask(site.control, "it", ResumeRun(run=site.run), keys) == Accepted()
        coordinator.wait_for(
            lambda event: (event["type"], event.get("new")) == ("scenario-state", "running")
        )
        status = ask(site.control, "it", AskStatus(), site.keys("bob"))
        assert isinstance(status, Status)
        assert (status.run, status.state) == (site.run, "running")
        assert cli("stop", "--at", site.control, *site.options("bob")).returncode == 0
        outcome = coordinator.finish()
        watched += watcher.stdout
        assert [json.loads(line) for line in watched] == outcome.events
        seen += stream
        assert [event.g for event in seen] == [event["g"] for event in outcome.events]
        assert [raw_peer.poll(0) for raw_peer in raw_peers] == [0] * len(raw_peers)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert [event["g"] for event in outcome.events] == list(range(1, len(outcome.events) + 1))
    assert outcome.verdict["events"]["malformed"] == 0


def test_every_command_tells_in_one_line_why_it_is_refused_and_the_run_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    assert cli("keygen", str(other), "--name", "alice").returncode == 0
    with guarded(folder, tmp_path, "127.0.0.1") as (coordinator, site):
        at = ("--at", site.control)
        good = site.options("alice")
        unknown = [*good[:3], str(other / "alice.key_secret")]
        elsewhere = [good[0], str(other / "server.key"), *good[2:]]
        refusals = {
            "does not accept this client's key": [
                ["stop", *at, *unknown],
                ["pause", site.run, *at, *unknown],
                ["status", *at, *unknown],
                ["watch", site.events, *unknown],
                ["watch", site.events, "--json", *unknown],
            ],
            "broke the connection off": [
                ["stop", *at, *elsewhere],
                ["watch", site.events, *elsewhere],
            ],
            "keys": [["stop", *at], ["resume", *at], ["watch", site.events]],
            "--server-key and --key go together": [
                ["stop", *at, *good[:2]],
                ["watch", site.events, *good[2:]],
            ],
        }
        for words, commands in refusals.items():
            for command in commands:
                answer = cli(*command)
                assert (answer.returncode, answer.stdout) == (2, "")
                assert answer.stderr.startswith("error: ")
                assert answer.stderr.count("\n") == 1
                assert words in answer.stderr
        assert cli("stop", "nonsense", *at, *good).stderr == (
            "error: run nonsense refuses the request: name one of the living runs: "
            f"{site.run} ({tmp_path / 'scenario.yaml'})\n"
        )
        assert cli("status", *at, *good).stdout.startswith(f"run {site.run}  long call  running  ")
        # Without --at it is the user's own run, keys or not.
        assert cli("stop", site.run).returncode == 0
        outcome = coordinator.finish()
    states = [event["new"] for event in outcome.of_type("scenario-state")]
    assert states == ["running", "stopped"]


def test_a_key_counts_from_when_it_is_added_until_it_is_removed(
    folder: Path, tmp_path: Path
) -> None:
    with guarded(folder, tmp_path, "127.0.0.1") as (coordinator, site):
        cli("keygen", str(folder), "--name", "carol")
        stream = subscribe(site.events, keys=site.keys("carol"))
        assert next(stream).g == 1
        assert cli("status", "--at", site.control, *site.options("carol")).returncode == 0
        (folder / "clients" / "carol.key").unlink()
        refusal = cli("stop", "--at", site.control, *site.options("carol"))
        assert refusal.returncode == 2
        assert "does not accept this client's key" in refusal.stderr
        with pytest.raises(UsageError, match="does not accept this client's key"):
            next(subscribe(site.events, keys=site.keys("carol")))
        assert ask(site.control, "it", StopRun(), site.keys("alice")) == Accepted()
        outcome = coordinator.finish()
        # What is open stays open: she sees the run to its end.
        assert [event.g for event in stream] == [event["g"] for event in outcome.events][1:]


def living(coordinator: Coordinator) -> tuple[str, list[str]]:
    """Wait until one run has ended and two others are up; return the one and the others."""
    up: list[str] = []
    ended = None
    for event in coordinator.read():
        if event.get("node") == "bob-3" and event.get("new") == "running":
            up.append(event["run"])
        elif event["type"] == "scenario-state" and event["new"] == "completed":
            ended = event["run"]
        others = [run for run in up if run != ended]
        if ended is not None and len(others) > 1:
            return ended, others
    raise AssertionError("the runs ended first")


def test_on_loopback_runs_can_be_steered_without_keys(tmp_path: Path) -> None:
    control = f"tcp://127.0.0.1:{free_port()}"
    long = str(write(LONG_CALL, tmp_path))
    options = (long, long, "-j", "2", "--control", control, *BASE_PORT)
    with Coordinator(EXAMPLES / "basic-call.yaml", tmp_path, *options) as coordinator:
        ended, (first, second) = living(coordinator)
        # A stop that names no run is one of the whole command.
        denied: list[tuple[str, ...]] = [("pause",), ("resume",), ("status",)]
        denied += [(command, ended) for command in ("stop", "pause", "resume", "status")]
        for command in denied:
            answer = cli(*command, "--at", control)
            assert (answer.returncode, answer.stdout) == (2, "")
            named, _, names = answer.stderr.strip().rpartition(": ")
            assert named.endswith("refuses the request: name one of the living runs")
            assert sorted(names.split(", ")) == sorted(f"{run} ({long})" for run in (first, second))
        assert cli("status", ended).stderr.startswith(f"error: no run {ended} is alive; alive: ")
        assert cli("pause", first, "--at", control).stdout == f"pausing run {first}\n"
        coordinator.wait_for(lambda event: event.get("new") == "paused")
        status = json.loads(cli("status", first, "--json", "--at", control).stdout)
        assert (status["run"], status["state"]) == (first, "paused")
        for run in (first, second):
            assert cli("stop", run, "--at", control).stdout == f"stopping run {run}\n"
        outcome = coordinator.finish()
    assert outcome.exit_code == 130
    assert [entry["verdict"] for entry in json.loads(outcome.stdout)] == [
        "completed",
        "stopped",
        "stopped",
    ]
