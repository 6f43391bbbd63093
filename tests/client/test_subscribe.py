"""Following runs from another program, over the real event publisher of a coordinator."""

import socket
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Semaphore

import msgpack
import pytest

import sipflow
from sipflow.client.subscribe import subscribe
from sipflow.errors import BrokenStreamError, RunNotFoundError, UsageError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from tests.publisher import Publisher, publishing
from tests.stream_events import RUN, a_run, said, state

LIMIT = 60.0


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    """Open a publisher."""
    with publishing(tmp_path) as publisher:
        publisher.records.more = True
        yield publisher


@contextmanager
def following(
    endpoint: str, run: str | None = None, wait: float = LIMIT
) -> Iterator[Future[list[AnyEvent]]]:
    """Follow to the end in a thread of its own."""
    with ThreadPoolExecutor(1) as elsewhere:
        yield elsewhere.submit(lambda: list(subscribe(endpoint, run, wait=wait)))


def await_subscriber(publisher: Publisher, asked: int = 1) -> None:
    """Wait until somebody has joined and been told what there is."""
    publisher.serve_until(lambda: publisher.event_publisher.asked >= asked)


def result(publisher: Publisher, got: Future[list[AnyEvent]]) -> list[AnyEvent]:
    """Serve until somebody has all, and return it."""
    publisher.serve_until(got.done)
    return got.result()


@pytest.mark.parametrize("run", [RUN, None])
def test_who_is_there_from_the_beginning_gets_all(publisher: Publisher, run: str | None) -> None:
    events = a_run(5)
    with following(publisher.endpoint, run) as got:
        await_subscriber(publisher)
        publisher.records.more = False
        publisher.publish(*events)
        assert result(publisher, got) == events


@pytest.mark.parametrize("run", [RUN, None])
@pytest.mark.parametrize("before", [1, 500, 501, 1999, 2000])
def test_who_is_late_gets_all(publisher: Publisher, run: str | None, before: int) -> None:
    events = a_run(2000)
    publisher.records.more = False
    publisher.publish(*events[:before])
    with following(publisher.endpoint, run) as got:
        publisher.serve_until(lambda: publisher.event_publisher.subscribers)
        publisher.publish(*events[before:])
        assert result(publisher, got) == events


def test_who_joins_while_thousands_come_gets_all_once(publisher: Publisher) -> None:
    events = a_run(50_000)
    with following(publisher.endpoint, RUN) as got:
        for at in range(0, len(events), 100):
            publisher.publish(*events[at : at + 100])
            publisher.event_publisher.serve(publisher.records)
        assert result(publisher, got) == events


@pytest.mark.parametrize("lost", [[1], [2, 3], [1, 2, 3, 4], [4], [5], [1, 3, 5], [1, 2, 3, 4, 5]])
def test_what_was_dropped_on_the_way_is_brought(publisher: Publisher, lost: list[int]) -> None:
    events = a_run(5)
    with following(publisher.endpoint, RUN) as got:
        await_subscriber(publisher)
        for event in events:
            publisher.publish(event, dropped=event.g in lost)
        assert result(publisher, got) == events


def test_more_events_than_a_queue_holds_reach_who_looks_at_none_of_them(
    publisher: Publisher,
) -> None:
    events = a_run(30_000)
    with ThreadPoolExecutor(1) as elsewhere:
        slow = subscribe(publisher.endpoint, RUN)
        first = elsewhere.submit(next, slow)
        await_subscriber(publisher)
        publisher.publish(events[0])
        publisher.serve_until(first.done)
        publisher.publish(*events[1:])
        rest = elsewhere.submit(list, slow)
        assert [first.result(), *result(publisher, rest)] == events


def test_several_runs_are_followed_to_the_last(publisher: Publisher) -> None:
    runs = {run: a_run(300, run) for run in ("a1", "b2", "c3")}
    publisher.publish(*runs["a1"])
    with following(publisher.endpoint) as got:
        await_subscriber(publisher)
        for second, third in zip(runs["b2"], runs["c3"], strict=True):
            publisher.publish(second, third)
        publisher.records.more = False
        seen = result(publisher, got)
    for run, events in runs.items():
        assert [event for event in seen if event.run == run] == events


def test_one_run_of_several_can_be_selected(publisher: Publisher) -> None:
    ours, longer = a_run(5), a_run(5, f"{RUN}0")
    with following(publisher.endpoint, RUN) as got:
        await_subscriber(publisher)
        for one, other in zip(ours, longer, strict=True):
            publisher.publish(other, one)
        assert result(publisher, got) == ours


@pytest.mark.parametrize("end", ["completed", "failed", "stopped"])
def test_every_verdict_ends_a_run(publisher: Publisher, end: str) -> None:
    events = [state("running", 1), state("paused", 2), state("running", 3), state(end, 4)]  # type: ignore[arg-type]
    with following(publisher.endpoint, RUN) as got:
        await_subscriber(publisher)
        publisher.publish(*events)
        assert result(publisher, got) == events


def test_what_is_no_event_is_skipped_and_what_is_unknown_ignored(publisher: Publisher) -> None:
    events = a_run(3)
    newer = msgpack.packb(msgpack.unpackb(encode(events[1])) | {"mood": "sunny"})
    with following(publisher.endpoint, RUN) as got:
        await_subscriber(publisher)
        publisher.publish(events[0])
        publisher.event_publisher.publish(b"a1.alice.mood", b"\xc1")
        publisher.event_publisher.publish(topic(events[1]), newer)
        publisher.publish(events[1], dropped=True)
        publisher.publish(events[2])
        assert result(publisher, got) == events


def test_a_newer_stream_is_said_to_be_one(publisher: Publisher) -> None:
    newer = msgpack.packb(msgpack.unpackb(encode(said(1))) | {"v": 2})
    with following(publisher.endpoint, RUN) as got:
        await_subscriber(publisher)
        publisher.event_publisher.publish(topic(said(1)), newer)
        publisher.serve_until(got.done)
    with pytest.raises(UsageError, match="version 2 of the wire format"):
        got.result()


def test_a_coordinator_may_come_later(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/s"
    with following(endpoint, RUN) as got, publishing(tmp_path, endpoint) as publisher:
        publisher.records.more = True
        await_subscriber(publisher)
        publisher.publish(*a_run(3))
        assert result(publisher, got) == a_run(3)


def test_a_coordinator_that_has_to_be_there_and_is_not_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenStreamError, match="run a1 broke off after event 0"):
        next(iter(subscribe(f"ipc://{tmp_path}/nobody", RUN, wait=0.05)))


def test_a_run_that_will_not_be_is_the_users_mistake(publisher: Publisher) -> None:
    publisher.publish(said(1, "b2"))
    publisher.records.more = False
    with following(publisher.endpoint, RUN) as got:
        publisher.serve_until(got.done)
    with pytest.raises(RunNotFoundError, match="there are: b2"):
        got.result()


def test_a_coordinator_that_is_gone_before_the_end_is_an_error(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        with publishing(tmp_path) as publisher:
            publisher.publish(*a_run(9)[:4])
            stream = subscribe(publisher.endpoint, RUN)
            first = elsewhere.submit(lambda: [next(stream) for _ in range(4)])
            assert result(publisher, first) == a_run(9)[:4]
        with pytest.raises(BrokenStreamError) as error:
            next(stream)
    assert str(error.value).endswith("run a1 broke off after event 4: its coordinator is gone")


def test_another_coordinator_at_the_same_place_is_not_mixed_up(tmp_path: Path) -> None:
    endpoint = f"ipc://{tmp_path}/s"
    with following(endpoint) as got:
        with publishing(tmp_path, endpoint) as first:
            first.records.more = True
            await_subscriber(first)
            first.publish(*a_run(3))
            await_subscriber(first, 2)  # it has seen the end and asks for other runs
        with publishing(tmp_path, endpoint) as second:
            second.records.more = True
            second.publish(*a_run(2, "b2"))
            second.records.more = False
            assert result(second, got) == [*a_run(3), *a_run(2, "b2")]


def test_who_stops_following_leaves_nothing_open(publisher: Publisher) -> None:
    publisher.publish(said(1))
    with ThreadPoolExecutor(1) as elsewhere:
        stream = subscribe(publisher.endpoint)
        first = elsewhere.submit(next, stream)
        publisher.serve_until(first.done)
    assert isinstance(stream, Generator)
    stream.close()
    publisher.serve_until(lambda: publisher.event_publisher.subscribers == 0)


@pytest.mark.parametrize("endpoint", ["", "nonsense", "tcp://", "x://y", "tcp://a b", "\udcff"])
def test_an_endpoint_that_is_none_is_the_users_mistake(endpoint: str) -> None:
    with pytest.raises(UsageError, match="is no endpoint to subscribe to") as error:
        next(iter(subscribe(endpoint)))
    assert str(error.value).isprintable()


def test_it_is_what_the_package_offers() -> None:
    assert sipflow.subscribe is subscribe


def test_who_is_slow_has_all_that_there_was_when_the_coordinator_went(tmp_path: Path) -> None:
    events = a_run(2000)
    may_take = Semaphore()

    def slowly(endpoint: str) -> list[AnyEvent]:
        got = []
        for event in subscribe(endpoint, RUN):
            may_take.acquire()
            got.append(event)
        return got

    with ThreadPoolExecutor(1) as elsewhere:
        with publishing(tmp_path) as publisher:
            publisher.event_publisher.socket.linger = int(LIMIT) * 1000
            publisher.publish(*events)
            got = elsewhere.submit(slowly, publisher.endpoint)
            # One event at each look, while 500 come with each of four questions.
            for _ in range(40):
                publisher.serve()
                may_take.release()
        may_take.release(len(events))
        assert got.result(LIMIT) == events


def test_a_coordinator_that_goes_as_somebody_connects_has_refused_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with following(endpoint, RUN, wait=0.5) as got:
            listener.accept()[0].close()
            listener.close()
            with pytest.raises(BrokenStreamError):
                got.result(LIMIT)
