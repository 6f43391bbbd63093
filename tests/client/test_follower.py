"""What a reader asks for and what comes out, without any socket: the test is the coordinator."""

import math

import msgpack
import msgspec
import pytest

from sipflow.client.follower import Follower, is_last
from sipflow.errors import BrokenStreamError, RunNotFoundError, UsageError
from sipflow.protocol.events import AnyEvent, LoadState, LoadStateName
from sipflow.protocol.replay import KnownRun, Replay, Runs, read_request
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import encode
from tests.stream_events import RUN, a_run, said

ENDPOINT = "tcp://127.0.0.1:7000"


class Reader:
    """A follower at a moment, and what it has given out."""

    def __init__(self, run: str | None = RUN, patience: float = math.inf) -> None:
        self.now = 100.0
        self.follower = Follower(ENDPOINT, run, "me", self.now, patience)
        self.out: list[AnyEvent] = []

    @property
    def questions(self) -> list[tuple[str, int]]:
        """What it wants to know: runs, each with the first number that is missing."""
        requests = [read_request(one) for one in self.follower.topics]
        return sorted((one.run, one.first) for one in requests if one is not None)

    def question(self, run: str) -> bytes:
        """Return the topic of the request that is about a run."""
        return next(one for one in self.follower.topics if one.split(b"/")[1] == run.encode())

    def join(self, *known: KnownRun, more: bool = False) -> "Reader":
        """Connect, and have the first question answered."""
        self.follower.connected(self.now)
        return self.tell_runs(*known, more=more)

    def tell_runs(self, *known: KnownRun, more: bool = False) -> "Reader":
        """Answer which runs there are."""
        self._take(self.question(""), Runs(runs=known, more=more))
        return self

    def see(self, *events: AnyEvent) -> "Reader":
        """Bring events live."""
        for event in events:
            self._take(topic(event), event)
        return self

    def replay(self, first: int, last: int, *events: AnyEvent, run: str = RUN) -> "Reader":
        """Answer what is asked about a run."""
        raw = tuple(msgspec.Raw(encode(event)) for event in events)
        self._take(self.question(run), Replay(run=run, first=first, last=last, events=raw))
        return self

    def wait(self, seconds: float) -> "Reader":
        """Let time pass."""
        self.now += seconds
        self.follower.tick(self.now)
        return self

    def take(self, name: bytes, data: bytes) -> "Reader":
        """Bring any bytes."""
        self.out.extend(self.follower.take(name, data, self.now))
        return self

    def _take(self, name: bytes, message: msgspec.Struct) -> None:
        self.take(name, encode(message))


def known(last: int, run: str = RUN, *, ended: bool = False) -> KnownRun:
    """Return what a coordinator says of a run."""
    return KnownRun(run=run, last=last, ended=ended)


def test_nothing_is_asked_before_the_coordinator_is_there() -> None:
    reader = Reader()
    assert reader.follower.deadline == math.inf
    assert reader.wait(100).questions == []


def test_the_first_question_is_which_runs_there_are() -> None:
    reader = Reader()
    reader.follower.connected(reader.now)
    assert reader.questions == [("", 1)]
    assert reader.follower.deadline == reader.now + 1
    assert reader.tell_runs(known(0)).follower.deadline == reader.now + 1


def test_a_run_that_begins_later_is_seen_live() -> None:
    events = a_run(3)
    reader = Reader().join(more=True).see(*events)
    assert (reader.out, reader.follower.over) == (events, True)


def load_state(new: LoadStateName, g: int) -> LoadState:
    """Return the event of a load's state."""
    return LoadState(
        run=RUN, instance="-", seq=g, ts=1.0, cause="test", g=g, scenario="two", previous=None,
        new=new,
    )  # fmt: skip


def test_a_load_ends_with_its_last_state_and_not_while_it_is_ending() -> None:
    events: list[AnyEvent] = [load_state("running", 1), said(2), load_state("ending", 3)]
    reader = Reader().join(more=True).see(*events)
    assert (reader.out, reader.follower.over) == (events, False)
    assert reader.see(load_state("stopped", 4)).follower.over


def test_no_event_is_no_last_event() -> None:
    assert not is_last(None)
    assert not is_last(said(1))


def test_what_was_before_is_asked_for_piece_by_piece_until_it_meets_what_is_live() -> None:
    events = a_run(5)
    reader = Reader().join(known(2))
    assert reader.questions == [(RUN, 1)]
    reader.see(events[3]).replay(1, 4, *events[:2])
    assert (reader.out, reader.questions) == (events[:2], [(RUN, 3)])
    reader.replay(3, 4, events[2], events[3])
    assert (reader.out, reader.questions) == (events[:4], [])
    assert reader.see(events[4]).out == events
    assert reader.follower.over


def test_a_hole_is_asked_for_at_once() -> None:
    events = a_run(4)
    reader = Reader().join(known(0)).see(events[0], events[3])
    assert (reader.out, reader.questions) == (events[:1], [(RUN, 2)])
    reader.replay(2, 4, *events[1:])
    assert (reader.out, reader.follower.over, reader.questions) == (events, True, [])


def test_the_end_of_a_run_that_was_dropped_is_found_by_looking() -> None:
    events = a_run(3)
    reader = Reader().join(known(0)).see(*events[:2])
    assert reader.wait(0.99).questions == []
    assert reader.wait(0.01).questions == [("", 1)]
    assert reader.tell_runs(known(3, ended=True)).questions == [(RUN, 3)]
    assert reader.replay(3, 3, events[2]).out == events


def test_what_is_not_answered_is_asked_again_with_another_topic() -> None:
    reader = Reader().join(known(1))
    before = reader.follower.topics
    assert reader.wait(0.5).follower.topics == before
    reader.wait(0.5)
    assert reader.questions == [("", 1), (RUN, 1)]
    assert reader.follower.topics.isdisjoint(before)


def test_an_answer_that_comes_after_all_is_taken_and_the_new_question_stays() -> None:
    events = a_run(2)
    reader = Reader().join(known(1))
    late = reader.question(RUN)
    raw = (msgspec.Raw(encode(events[0])),)
    reader.wait(1).take(late, encode(Replay(run=RUN, first=1, last=1, events=raw)))
    assert reader.out == events[:1]
    assert (RUN, 1) in reader.questions


def test_an_answer_that_brings_nothing_is_not_asked_for_again_at_once() -> None:
    reader = Reader().join(known(3)).replay(9, 3)
    assert reader.questions == []


def test_a_run_that_is_not_known_yet_is_waited_for() -> None:
    reader = Reader().join(more=True).wait(1).tell_runs(known(1)).replay(1, 0)
    assert (reader.out, reader.follower.over) == ([], False)


@pytest.mark.parametrize(
    ("others", "line"),
    [
        ([], "run a1 does not exist; there is none"),
        (["b2", "a2"], "run a1 does not exist; there are: a2, b2"),
    ],
)
def test_a_run_that_will_not_be_is_the_users_mistake(others: list[str], line: str) -> None:
    with pytest.raises(RunNotFoundError) as error:
        Reader().join(*(known(1, run) for run in others))
    assert str(error.value) == line


def test_another_run_is_passed_over() -> None:
    reader = Reader().join(known(0), known(3, "b2")).see(said(1, "b2"))
    raw = (msgspec.Raw(encode(said(1, "b2"))),)
    reader.take(b"replay/b2/1/x", encode(Replay(run="b2", first=1, last=1, events=raw)))
    assert (reader.out, reader.questions) == ([], [])


def test_all_runs_are_followed_each_in_its_own_order() -> None:
    first, second = a_run(2), a_run(3, "b2")
    reader = Reader(None).join(known(2, ended=True), known(1, "b2"))
    assert reader.questions == [(RUN, 1), ("b2", 1)]
    reader.see(second[2]).replay(1, 2, *first)
    assert reader.out == first
    reader.replay(1, 3, *second[:2], run="b2")
    assert reader.out == [*first, *second]
    assert reader.follower.over


def test_while_there_may_be_more_runs_it_is_asked_again() -> None:
    first, second = a_run(1), a_run(1, "b2")
    reader = Reader(None).join(more=True).see(*first)
    assert (reader.follower.over, reader.questions) == (False, [("", 1)])
    reader.tell_runs(known(1, ended=True), more=True)
    assert (reader.follower.over, reader.questions) == (False, [])
    reader.wait(1).tell_runs(known(1, ended=True), known(1, "b2", ended=True))
    assert not reader.follower.over
    reader.replay(1, 1, *second, run="b2")
    assert (reader.follower.over, reader.out) == (True, [*first, *second])


def test_no_run_and_none_to_come_is_the_end() -> None:
    assert Reader(None).join().follower.over


def test_a_run_that_ended_without_a_verdict_is_over_where_it_ended() -> None:
    reader = Reader().join(known(0)).see(said(1)).wait(1).tell_runs(known(1, ended=True))
    assert (reader.out, reader.follower.over) == ([said(1)], True)


def test_what_comes_after_the_end_of_a_run_is_passed_over() -> None:
    reader = Reader(None).join(known(0), known(0, "b2")).see(*a_run(1), said(2), said(1))
    assert (reader.out, reader.questions) == (a_run(1), [])


def test_nothing_is_asked_about_a_run_that_is_over() -> None:
    there = (known(0), known(0, "b2"))
    live = Reader(None).join(*there).see(said(9), *a_run(1))
    replayed = Reader(None).join(*there).see(said(9)).replay(1, 9, *a_run(1))
    for reader in (live, replayed):
        assert (reader.out, reader.questions) == (a_run(1), [])


def test_a_type_that_is_not_known_is_passed_over_and_its_number_counts() -> None:
    fields = {"type": "mood", "run": RUN, "g": 2, "v": 1, "mood": "sunny"}
    reader = Reader().join(known(0)).see(said(1)).take(b"a1.alice.mood", msgpack.packb(fields))
    assert reader.see(said(3)).out == [said(1), said(3)]


@pytest.mark.parametrize("data", [b"\xc1", b"", b"\x80", msgpack.packb({"type": "mood"})])
def test_what_is_no_event_is_passed_over(data: bytes) -> None:
    reader = Reader().join(known(0)).take(b"a1.alice.mood", data).take(b"replay/a1/1/x", data)
    assert reader.see(said(1)).out == [said(1)]


def test_what_is_no_event_and_was_published_as_one_counts() -> None:
    reader = Reader().join(known(2))
    raw = (msgspec.Raw(b"\x80"), msgspec.Raw(encode(said(2))))
    reader.take(reader.question(RUN), encode(Replay(run=RUN, first=1, last=2, events=raw)))
    assert (reader.out, reader.questions) == ([said(2)], [])


NEWER_EVENT = msgspec.structs.replace(said(1), v=2)
NEWER_TYPE = {"type": "mood", "run": RUN, "g": 1, "v": 2}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"a1.alice.action-log", encode(NEWER_EVENT)),
        (b"a1.alice.mood", msgpack.packb(NEWER_TYPE)),
        (b"replay//0/x", encode(Runs(runs=(), more=True, v=2))),
        (
            b"replay/a1/1/x",
            encode(
                Replay(run=RUN, first=1, last=1, events=(msgspec.Raw(msgpack.packb(NEWER_TYPE)),))
            ),
        ),
    ],
)
def test_a_newer_version_of_the_format_is_said_to_be_one(name: bytes, data: bytes) -> None:
    with pytest.raises(UsageError, match=r"version 2 of the wire .* version 1 at most"):
        Reader().join(known(0)).take(name, data)


def test_a_connection_that_comes_back_in_time_breaks_nothing() -> None:
    events = a_run(3)
    reader = Reader().join(known(0)).see(events[0])
    reader.follower.disconnected(reader.now)
    reader.wait(2.9)
    reader.follower.disconnected(reader.now)  # no second one counts anew
    assert reader.questions == []
    reader.join(known(3, ended=True)).replay(2, 3, *events[1:])
    assert (reader.out, reader.follower.over) == (events, True)


def test_nothing_is_asked_while_the_connection_is_lost() -> None:
    reader = Reader().join(known(0))
    reader.follower.disconnected(reader.now)
    assert reader.see(said(3)).questions == []


@pytest.mark.parametrize(
    ("run", "events", "line"),
    [
        (RUN, a_run(9)[:2], "the stream of run a1 broke off after event 2"),
        (None, a_run(9)[:2], "the stream of run a1 broke off after event 2"),
        (RUN, [], "the stream of run a1 broke off after event 0"),
        (None, [], f"the stream of {ENDPOINT} broke off after event 0"),
    ],
)
def test_a_coordinator_that_is_gone_before_the_end_is_an_error(
    run: str | None, events: list[AnyEvent], line: str
) -> None:
    reader = Reader(run).join(more=True).see(*events)
    reader.follower.disconnected(reader.now)
    assert reader.follower.deadline == reader.now + 3
    with pytest.raises(BrokenStreamError) as error:
        reader.wait(3)
    assert str(error.value) == f"{line}: its coordinator is gone"
    assert error.value.exit_code == 3


def test_a_coordinator_that_is_gone_between_runs_ends_the_stream() -> None:
    reader = Reader(None).join(more=True).see(*a_run(1))
    reader.follower.disconnected(reader.now)
    assert reader.wait(3).follower.over


def test_a_coordinator_that_must_be_there_and_is_not_is_an_error() -> None:
    reader = Reader(RUN, patience=2)
    assert reader.follower.deadline == reader.now + 2
    with pytest.raises(BrokenStreamError, match="run a1 broke off after event 0"):
        reader.wait(2)


def test_a_run_that_is_known_no_more_is_an_error() -> None:
    reader = Reader().join(known(0)).see(said(1))
    reader.follower.disconnected(reader.now)
    with pytest.raises(BrokenStreamError, match="after event 1: its coordinator no longer has it"):
        reader.join(known(5, "b2"))


def test_events_that_could_not_be_kept_are_an_error() -> None:
    reader = Reader().join(known(0)).see(said(1), said(3))
    with pytest.raises(BrokenStreamError, match="after event 1: its coordinator could not keep"):
        reader.replay(2, 3)
