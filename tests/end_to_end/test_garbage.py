"""Garbage at every socket of a run, by the thousand: no process dies, and the verdict stays."""

import random
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import zmq

from sipflow.client.subscribe import subscribe
from sipflow.protocol.control import Beat, ChainFailed, ChainFinished, EventsFinished, Hello, Paused
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.requests import AskStatus
from sipflow.protocol.wire import encode
from tests.end_to_end import garbage
from tests.end_to_end.busy_run import Site, busy, check, finish_under
from tests.extent import extent

Context = zmq.Context[zmq.Socket[bytes]]
MANY = extent(1_000, 10_000)
CONNECTIONS = extent(100, 500)
LIMIT = 20.0
LIMIT_MS = 20_000
SENDERS = 5
# A Unix socket that has as many callers as may wait says that it would block.
REFUSED = (ConnectionError, BlockingIOError)


def send(socket: "zmq.Socket[bytes]", frames: list[bytes]) -> None:
    """Send a message, if anybody is there to take it."""
    with suppress(zmq.Again):
        socket.send_multipart(frames, zmq.NOBLOCK)


def connected(context: Context, kind: int, endpoint: str) -> "zmq.Socket[bytes]":
    """Return a connected socket that drops nothing."""
    raw_peer = context.socket(kind)
    raw_peer.sndhwm = raw_peer.rcvhwm = 0
    raw_peer.linger = LIMIT_MS
    raw_peer.connect(endpoint)
    return raw_peer


def at_the_receiver(site: Site, chance: random.Random) -> None:
    """Publish events as if by a worker, with what goes for a key."""
    keys = [b"", b"w1", bytes(32), b"0123456789abcdef" * 2, site.run.encode()]
    real = [encode(event) for event in subscribe_for(site, 20)]
    with Context() as context:
        publishers = [
            connected(context, zmq.XPUB, f"ipc://{site.directory}/events") for _ in range(SENDERS)
        ]
        for publisher in publishers:  # nobody is sent what he did not subscribe to
            assert publisher.poll(LIMIT_MS)
        for frames in garbage.messages(chance, real, MANY):
            send(chance.choice(publishers), [chance.choice(keys), *frames])
        for publisher in publishers:
            publisher.close()


def subscribe_for(site: Site, count: int) -> list[AnyEvent]:
    """Return the first events of the run as any subscriber gets them."""
    stream = subscribe(site.events, site.run)
    return [next(stream) for _ in range(count)]


def at_the_control_socket(site: Site, chance: random.Random) -> None:
    """Speak as if a worker did, without its key."""
    real = [
        encode(word)
        for word in (
            Hello(pid=1),
            Beat(),
            ChainFinished(),
            ChainFailed(node="hold", code=486, detail="no"),
            Paused(last_seq=1),
            EventsFinished(last_seq=10_000),
        )
    ]
    with Context() as context:
        workers = []
        for name in (b"w1", b"w2", b"w1:", b"w2:" + bytes(32), b"\xff"):
            worker = context.socket(zmq.DEALER)
            worker.setsockopt(zmq.IDENTITY, name)
            worker.sndhwm, worker.linger = 0, LIMIT_MS
            worker.connect(f"ipc://{site.directory}/control")
            workers.append(worker)
        for frames in garbage.messages(chance, real, MANY):
            send(chance.choice(workers), frames)
        for worker in workers:
            worker.close()


def at_requests(endpoint: str, site: Site, chance: random.Random) -> None:
    """Ask for what cannot be asked for; all of it is answered."""
    # No other request: one that is still whole would rightly be done.
    real = [encode(AskStatus()), encode(AskStatus(run=site.run))]
    with Context() as context:
        client = connected(context, zmq.DEALER, endpoint)
        for number, frames in enumerate(garbage.messages(chance, real, MANY), 1):
            send(client, frames)
            if number % 200 == 0:
                for _ in range(200):
                    assert client.poll(LIMIT_MS)
                    client.recv_multipart()
        client.close()


def at_the_run(site: Site, chance: random.Random) -> None:
    """Ask at the run's own socket."""
    at_requests(f"ipc://{site.directory}/{site.run}/requests", site, chance)


def at_the_control_endpoint(site: Site, chance: random.Random) -> None:
    """Ask at the endpoint of --control."""
    at_requests(site.control, site, chance)


def at_the_publisher(site: Site, chance: random.Random) -> None:
    """Subscribe to what nobody can."""
    run = site.run.encode()
    real = [b"\1", b"\0", b"\1" + run, b"\1replay//0/n", b"\1replay/" + run + b"/1/n"]
    with Context() as context:
        subscribers = [connected(context, zmq.XSUB, site.events) for _ in range(SENDERS)]
        for frames in garbage.messages(chance, real, MANY):
            send(chance.choice(subscribers), frames)
        for subscriber in subscribers:  # one that was cut off may have something left to send
            subscriber.close(linger=100)


def on_every_wire(site: Site, chance: random.Random) -> None:
    """Connect to every socket and speak no ZeroMQ, or only at first."""
    ports = [int(endpoint.rpartition(":")[2]) for endpoint in (site.events, site.control)]
    names = ["events", "control", f"{site.run}/requests"]
    targets: list[tuple[int, str | tuple[str, int]]] = [
        *((socket.AF_INET, ("127.0.0.1", port)) for port in ports),
        *((socket.AF_UNIX, f"{site.directory}/{name}") for name in names),
    ]
    for number in range(CONNECTIONS * len(targets)):
        family, address = targets[number % len(targets)]
        data = garbage.on_the_wire(chance, [b"PUB", b"XPUB", b"DEALER", b"REQ", b"XSUB", b"SUB"])
        with socket.socket(family, socket.SOCK_STREAM) as raw, suppress(*REFUSED):
            raw.settimeout(LIMIT)
            raw.connect(address)
            raw.sendall(data)


def test_garbage_at_every_socket_changes_nothing(tmp_path: Path) -> None:
    attacks = [
        at_the_receiver,
        at_the_control_socket,
        at_the_run,
        at_the_control_endpoint,
        at_the_publisher,
        on_every_wire,
    ]
    with busy(tmp_path) as (coordinator, site), ThreadPoolExecutor() as pool:
        seen = pool.submit(lambda: [event.g for event in subscribe(site.events, site.run)])
        outcome = finish_under(coordinator, site, attacks)
        check(outcome, site)
        assert seen.result() == [event["g"] for event in outcome.events]
    warnings = [event["message"] for event in outcome.events if event["cause"] == "invalid message"]
    assert sorted(warnings) == [
        f"an invalid message to the {socket} is ignored, as are further ones"
        for socket in (
            "control endpoint",
            "control socket",
            "event input",
            "event output",
            "request socket",
        )
    ]
    assert outcome.verdict["events"]["malformed"] > MANY
