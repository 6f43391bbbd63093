"""The stream as any program sees it: real sockets, nothing but a SUB and what it subscribes to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgpack
import pytest
import zmq

from sipflow.coordinator.events.allowance import MUCH_TOO_MUCH
from sipflow.coordinator.events.publisher import MOST_UNCONFIRMED, SERVED_A_TURN, EventPublisher
from sipflow.errors import UsageError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from tests.publisher import Publisher, publishing
from tests.stream_events import a_run, said
from tests.waiting import LIMIT_MS, LOOK_MS

Context = zmq.Context[zmq.Socket[bytes]]
OpenSocket = Callable[[int], zmq.Socket[bytes]]


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """Open a publisher."""
    with publishing(tmp_path) as publisher:
        yield publisher


def subscriber(open_socket: OpenSocket, publisher: Publisher, *topics: bytes) -> zmq.Socket[bytes]:
    """Return a socket whose subscriptions to events have been heeded."""
    wanted = publisher.event_publisher.subscribers + len(topics)
    socket = open_socket(zmq.SUB)
    socket.connect(publisher.endpoint)
    for one in topics:
        socket.subscribe(one)
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == wanted)
    return socket


def raw_peer(open_socket: OpenSocket, publisher: Publisher) -> zmq.Socket[bytes]:
    """Return a socket that can send any frame to where only subscriptions are expected."""
    socket = open_socket(zmq.XSUB)
    socket.sndhwm = 0
    socket.connect(publisher.endpoint)
    return socket


def received(socket: zmq.Socket[bytes]) -> list[tuple[bytes, bytes]]:
    """Return what has come for a subscriber, up to the last event of the run ``ff``."""
    messages: list[tuple[bytes, bytes]] = []
    while not messages or not messages[-1][0].startswith(b"ff."):
        assert socket.poll(LIMIT_MS)
        name, data = socket.recv_multipart()
        messages.append((name, data))
    return messages[:-1]


def publish(publisher: Publisher, *events: AnyEvent) -> list[tuple[bytes, bytes]]:
    """Publish events, then one of the run ``ff``; return what those are for a subscriber."""
    publisher.publish(*events, said(1, "ff"))
    return [(topic(event), encode(event)) for event in events]


def ask(publisher: Publisher, socket: zmq.Socket[bytes], request: str) -> dict[str, object]:
    """Ask as any program does, and return the answer."""
    socket.subscribe(request)
    publisher.serve_until(lambda: socket.poll(0))
    name, answer = socket.recv_multipart()
    assert name == request.encode()
    socket.unsubscribe(request)
    return dict(msgpack.unpackb(answer))


def test_who_subscribes_to_everything_gets_everything(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    socket = subscriber(open_socket, publisher, b"")
    events = [event for run in ("09", "a1", "fe") for event in a_run(300, run)]
    expected = publish(publisher, *events)
    assert received(socket) == expected


@pytest.mark.parametrize(
    ("prefix", "seen"),
    [(b"a1.", 3), (b"a1.alice.", 2), (b"a1.-.scenario", 1), (b"a", 3), (b"b2", 0), (b"a1.b", 0)],
)
def test_a_prefix_selects_a_run_an_instance_or_a_type(
    publisher: Publisher, open_socket: OpenSocket, prefix: bytes, seen: int
) -> None:
    socket = subscriber(open_socket, publisher, prefix, b"ff.")
    publish(publisher, *a_run(3))
    assert len(received(socket)) == seen


def test_which_runs_there_are_is_answered(publisher: Publisher, open_socket: OpenSocket) -> None:
    publisher.publish(*a_run(3), said(1, "b2"))
    socket = subscriber(open_socket, publisher)
    answer = ask(publisher, socket, "replay//0/me-1")
    assert answer == {
        "type": "runs",
        "v": 1,
        "runs": [{"run": "a1", "last": 3, "ended": True}, {"run": "b2", "last": 1, "ended": False}],
        "more": False,
    }


@pytest.mark.parametrize(
    ("prefix", "seen"),
    [
        (b"a1", {"a1", "a1-1", "a1-12"}),
        (b"a1.", {"a1"}),
        (b"a1-", {"a1-1", "a1-12"}),
        (b"a1-1", {"a1-1", "a1-12"}),
        (b"a1-1.", {"a1-1"}),
        (b"a1-1.alice.", {"a1-1"}),
    ],
)
def test_a_prefix_selects_a_load_or_its_runs(
    publisher: Publisher, open_socket: OpenSocket, prefix: bytes, seen: set[str]
) -> None:
    socket = subscriber(open_socket, publisher, prefix, b"ff.")
    publish(publisher, *(event for run in ("a1", "a1-1", "a1-12") for event in a_run(3, run)))
    assert {name.split(b".")[0].decode() for name, _data in received(socket)} == seen


@pytest.mark.parametrize("run", ["a1", "a1-7"])
@pytest.mark.parametrize(("first", "seen"), [(0, [1, 2, 3]), (1, [1, 2, 3]), (3, [3]), (4, [])])
def test_what_was_missed_is_answered(
    publisher: Publisher, open_socket: OpenSocket, first: int, seen: list[int], run: str
) -> None:
    events = a_run(3, run)
    publisher.publish(*events)
    socket = subscriber(open_socket, publisher)
    answer = ask(publisher, socket, f"replay/{run}/{first}/me-1")
    assert answer == {
        "type": "replay",
        "v": 1,
        "run": run,
        "first": max(1, first),
        "last": 3,
        "events": [msgpack.unpackb(encode(events[g - 1])) for g in seen],
    }
    assert publisher.event_publisher.asked == 1


def test_a_run_that_is_not_known_has_no_events(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    answer = ask(publisher, subscriber(open_socket, publisher), "replay/b2/7/me-1")
    assert (answer["first"], answer["last"], answer["events"]) == (7, 0, [])


def test_an_answer_goes_to_nobody_else(publisher: Publisher, open_socket: OpenSocket) -> None:
    others = [subscriber(open_socket, publisher, prefix) for prefix in (b"", b"a1.", b"f")]
    others[1].subscribe(b"ff.")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 4)
    others[0].subscribe(b"r")  # matches no event, so it is none that is heeded
    others[0].subscribe(b"replay/")
    asking = subscriber(open_socket, publisher, b"ff.")
    publisher.publish(said(1))
    for number in range(20):
        ask(publisher, asking, f"replay/a1/1/me-{number}")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 5)
    events = publish(publisher, said(2))
    first = (topic(said(1)), encode(said(1)))
    assert received(others[0]) == [first, *events]
    assert received(others[1]) == [first, *events]
    assert received(others[2]) == []
    assert received(asking) == []
    assert publisher.event_publisher.strays == 2


def test_a_topic_is_answered_once(publisher: Publisher, open_socket: OpenSocket) -> None:
    socket = subscriber(open_socket, publisher)
    ask_again = raw_peer(open_socket, publisher)
    for _ in range(5):
        ask_again.send(b"\1replay//0/same")
    publisher.serve_until(lambda: publisher.event_publisher.strays == 4)
    assert publisher.event_publisher.asked == 1
    ask(publisher, socket, "replay//0/other")


def test_who_confirms_no_answer_gets_so_many_and_others_theirs(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    greedy, modest = (subscriber(open_socket, publisher) for _ in range(2))
    for number in range(MOST_UNCONFIRMED + 3):
        greedy.subscribe(f"replay//0/greedy-{number}")
    publisher.serve_until(lambda: publisher.event_publisher.strays == 3)
    assert publisher.event_publisher.asked == MOST_UNCONFIRMED
    ask(publisher, modest, "replay//0/modest")
    for _ in range(MOST_UNCONFIRMED):
        assert greedy.poll(LIMIT_MS)
        greedy.unsubscribe(greedy.recv_multipart()[0])
    ask(publisher, greedy, "replay//0/again")


def test_a_subscription_ends_when_it_is_ended(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    socket = subscriber(open_socket, publisher, b"", b"ff.")
    socket.unsubscribe(b"")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 1)
    publish(publisher, *a_run(3))
    assert received(socket) == []


def test_who_vanishes_is_forgotten(publisher: Publisher, open_socket: OpenSocket) -> None:
    stays = subscriber(open_socket, publisher, b"")
    others = [subscriber(open_socket, publisher, b"", b"a1.", b"b") for _ in range(30)]
    for number, socket in enumerate(others):
        if number % 2:
            socket.subscribe(f"replay/a1/1/{number}")
        socket.close()
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 1)
    expected = publish(publisher, *a_run(3))
    assert received(stays) == expected
    assert publisher.event_publisher.strays == 0


STRAYS = [
    [b""],
    [b"\2a1."],
    [b"hello"],
    [b"\xff" * 300],
    [b"\1r"],
    [b"\1replay"],
    [b"\1replay/a1/1/"],
    [b"\1replay/a1/one/x"],
    [b"\1A1."],
    [b"\1a1\0"],
    [b"\1a1-x"],
    [b"\1a1-."],
    [b"\1-"],
    [b"\1\xff"],
    [b"\1" + b"a" * 257],
    [b"hello", b"\1a1.", b""],
]


@pytest.mark.parametrize("frames", STRAYS, ids=lambda frames: repr(frames[0][:20]))
def test_what_is_no_subscription_is_counted_and_passed_over(
    publisher: Publisher, open_socket: OpenSocket, frames: list[bytes]
) -> None:
    socket = subscriber(open_socket, publisher, b"")
    raw_peer(open_socket, publisher).send_multipart(frames)
    publisher.serve_until(lambda: publisher.event_publisher.strays)
    expected = publish(publisher, *a_run(3))
    assert received(socket) == expected
    publisher.event_publisher.serve(publisher.records)
    assert publisher.event_publisher.subscribers == 1


def test_a_subscription_of_the_longest_prefix_is_none_too_long(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    subscriber(open_socket, publisher, b"a" * 256)


def test_nobodys_subscription_is_lost_behind_what_is_none(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    sockets = [open_socket(zmq.SUB) for _ in range(30)]
    for socket in sockets:
        socket.connect(publisher.endpoint)
    odd = raw_peer(open_socket, publisher)
    odd.send(b"first")
    publisher.serve_until(lambda: publisher.event_publisher.strays)
    for number, socket in enumerate(sockets):
        odd.send(b"odd")
        socket.subscribe(b"%x." % number)
        socket.subscribe(b"ff.")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 60)
    expected = publish(publisher, *(said(1, f"{number:x}") for number in range(30)))
    for socket, message in zip(sockets, expected, strict=True):
        assert received(socket) == [message]


def test_a_frame_that_is_too_large_costs_its_sender_the_connection(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    socket = subscriber(open_socket, publisher, b"")
    odd = raw_peer(open_socket, publisher)
    with odd.get_monitor_socket(zmq.EVENT_DISCONNECTED) as changes:
        odd.send(b"\1" + b"a" * 5000)
        assert changes.poll(LIMIT_MS)
        odd.disable_monitor()
    expected = publish(publisher, *a_run(3))
    assert received(socket) == expected


def test_who_subscribes_to_too_much_loses_the_connection_and_others_lose_nothing(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    socket = subscriber(open_socket, publisher, b"")
    odd = raw_peer(open_socket, publisher)
    with odd.get_monitor_socket(zmq.EVENT_DISCONNECTED) as changes:
        for number in range(MUCH_TOO_MUCH // 256 + 1):
            odd.send(b"\1" + b"%0256x" % number)
        publisher.serve_until(lambda: changes.poll(0))
        odd.disable_monitor()
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 1)
    assert publisher.event_publisher.exceeded
    assert publisher.event_publisher.strays == 0
    expected = publish(publisher, *a_run(3))
    assert received(socket) == expected


def test_a_turn_serves_so_many_and_no_more(publisher: Publisher, open_socket: OpenSocket) -> None:
    odd = raw_peer(open_socket, publisher)
    for number in range(5 * SERVED_A_TURN):
        odd.send(b"\1%x." % number)
    served = 0
    while served < 5 * SERVED_A_TURN:
        publisher.serve()
        assert publisher.event_publisher.subscribers - served <= SERVED_A_TURN
        served = publisher.event_publisher.subscribers


def test_nothing_waits_for_a_subscriber_that_never_reads(
    publisher: Publisher, open_socket: OpenSocket
) -> None:
    socket = open_socket(zmq.SUB)
    socket.rcvhwm = 1
    socket.connect(publisher.endpoint)
    socket.subscribe(b"")
    publisher.serve_until(lambda: publisher.event_publisher.subscribers)
    for g in range(1, 30_001):
        publisher.event_publisher.publish(b"a1.alice.node-state", b"x" * 200 + b"%d" % g)


def test_the_default_is_a_free_port_of_this_host(publisher: Publisher) -> None:
    assert publisher.endpoint.startswith("tcp://127.0.0.1:")


def test_a_given_endpoint_is_used(directory: Path) -> None:
    with publishing(directory, f"ipc://{directory}/outside") as publisher:
        assert publisher.endpoint == f"ipc://{directory}/outside"


@pytest.mark.parametrize(
    "endpoint", ["nonsense", "tcp://127.0.0.1", "tcp://192.0.2.1:5555", "x://y", "\udcff"]
)
def test_an_endpoint_that_is_none_is_the_users_mistake(context: Context, endpoint: str) -> None:
    event_publisher = EventPublisher(context)
    with pytest.raises(UsageError, match="--events ") as error:
        event_publisher.open(endpoint)
    assert str(error.value).isprintable()
    event_publisher.close()


def test_an_endpoint_in_use_is_the_users_mistake(context: Context, publisher: Publisher) -> None:
    event_publisher = EventPublisher(context)
    with pytest.raises(UsageError, match="Address already in use"):
        event_publisher.open(publisher.endpoint)
    event_publisher.close()


def test_what_was_published_is_still_sent_when_it_closes(
    open_socket: OpenSocket, tmp_path: Path
) -> None:
    with zmq.Context() as own:
        event_publisher = EventPublisher(own)
        socket = open_socket(zmq.SUB)
        socket.rcvhwm = 0
        socket.connect(event_publisher.open(None))
        socket.subscribe(b"")
        Publisher(event_publisher, "", tmp_path).serve_until(lambda: event_publisher.subscribers)
        for g in range(5000):
            event_publisher.publish(b"a1.alice.node-state", b"%d" % g)
        event_publisher.close()
    for g in range(5000):
        assert socket.poll(LIMIT_MS)
        assert socket.recv_multipart()[1] == b"%d" % g
    assert not socket.poll(LOOK_MS)
