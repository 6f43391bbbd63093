"""Following a run from another program, over a real publisher."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import msgpack
import pytest
import zmq

import sipflow
from sipflow.errors import UsageError
from sipflow.protocol.events import (
    AnyEvent,
    CleanUpState,
    ScenarioState,
    ScenarioStateName,
)
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from sipflow.subscriber import subscribe

LIMIT_MS = 20_000


class Run:
    """A publisher of runs' events, and where it is."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self._socket = socket
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{port}"

    def await_subscriber(self) -> bytes:
        """Wait until somebody is seen to subscribe, and return to what."""
        assert self._socket.poll(LIMIT_MS)
        return self._socket.recv()[1:]

    def await_unsubscription(self) -> bool:
        """Wait until a subscriber is seen to have gone."""
        assert self._socket.poll(LIMIT_MS)
        return self._socket.recv()[:1] == b"\x00"

    def publish(self, event: AnyEvent) -> None:
        """Publish an event as a coordinator does."""
        self._socket.send_multipart([topic(event), encode(event)])

    def publish_raw(self, *frames: bytes) -> None:
        """Publish anything."""
        self._socket.send_multipart(list(frames))


@pytest.fixture
def run() -> Iterator[Run]:
    """Open a publisher that sees who subscribes."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as socket:
        socket.linger = 0
        socket.sndhwm = 0
        yield Run(socket)


def state(new: ScenarioStateName, g: int, run: str = "r1") -> ScenarioState:
    """Return the event of a run's state."""
    return ScenarioState(
        run=run,
        instance="-",
        seq=g,
        ts=1.0,
        cause="test",
        g=g,
        scenario="two",
        previous=None,
        new=new,
    )


def clean_up(g: int) -> CleanUpState:
    """Return an event that is no run's end."""
    return CleanUpState(run="r1", instance="-", seq=g, ts=1.0, cause="test", g=g, phase="started")


def follow(run: Run, *frames: AnyEvent | list[bytes], only: str | None = None) -> list[AnyEvent]:
    """Return what a subscriber gets of these events and raw frames, which end its run."""
    with ThreadPoolExecutor(1) as elsewhere:
        got: Future[list[AnyEvent]] = elsewhere.submit(lambda: list(subscribe(run.endpoint, only)))
        run.await_subscriber()
        for one in frames:
            if isinstance(one, list):
                run.publish_raw(*one)
            else:
                run.publish(one)
        return got.result(LIMIT_MS / 1000)


@pytest.mark.parametrize("end", ["completed", "failed", "stopped"])
def test_events_come_in_order_and_end_with_the_run(run: Run, end: ScenarioStateName) -> None:
    events: list[AnyEvent] = [state("running", 1), clean_up(2), state(end, 3)]
    assert follow(run, *events) == events


@pytest.mark.parametrize("new", ["running", "paused"])
def test_a_run_that_goes_on_is_followed_on(run: Run, new: ScenarioStateName) -> None:
    events = [state(new, 1), state("completed", 2)]
    assert follow(run, *events) == events


def test_one_run_of_several_can_be_selected(run: Run) -> None:
    ours = [state("running", 1), state("failed", 2)]
    other = state("completed", 1, run="r10")
    assert follow(run, ours[0], other, ours[1], only="r1") == ours


@pytest.mark.parametrize(
    "frames", [[b"\xc1"], [b"r1.-.cleanup", b""], [b"a", msgpack.packb({"type": "news"})]]
)
def test_what_is_no_event_is_skipped(run: Run, frames: list[bytes]) -> None:
    assert follow(run, frames, state("completed", 1)) == [state("completed", 1)]


def test_fields_that_are_not_known_yet_are_ignored(run: Run) -> None:
    fields = msgpack.unpackb(encode(state("completed", 1))) | {"mood": "sunny"}
    assert follow(run, [b"", msgpack.packb(fields)]) == [state("completed", 1)]


def test_more_events_than_a_queue_usually_holds_are_kept(run: Run) -> None:
    # zmq drops what is over its high-water mark, 1000 messages a side unless it is told otherwise.
    events = [clean_up(g) for g in range(1, 3000)]
    with ThreadPoolExecutor(1) as elsewhere:
        following = subscribe(run.endpoint)
        first = elsewhere.submit(next, following)
        run.await_subscriber()
        run.publish(events[0])
        assert first.result() == events[0]
        for event in events[1:]:
            run.publish(event)
        run.publish(state("stopped", 3000))
        assert [event.g for event in following] == list(range(2, 3001))


def test_who_stops_following_leaves_nothing_open(run: Run) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        following = subscribe(run.endpoint)
        first = elsewhere.submit(next, following)
        run.await_subscriber()
        run.publish(clean_up(1))
        first.result()
    assert isinstance(following, Generator)
    following.close()
    assert run.await_unsubscription()


@pytest.mark.parametrize("endpoint", ["", "nonsense", "tcp://", "x://y", "tcp://a b", "\udcff"])
def test_an_endpoint_that_is_none_is_the_users_mistake(endpoint: str) -> None:
    with pytest.raises(UsageError, match="is no endpoint to subscribe to") as error:
        next(iter(subscribe(endpoint)))
    assert str(error.value).isprintable()


def test_it_is_what_the_package_offers() -> None:
    assert sipflow.subscribe is subscribe
