"""Follows the events of runs from a stream of messages, in order and to their ends. Pure.

Invariant: an event comes out once every event of its run with a smaller ``g`` has. Missing events
are requested, one piece at a time; a request without an answer within ``ANSWER_LIMIT`` is repeated.
The list of runs with their last events is requested every ``LOOK`` seconds: it shows events that
were dropped where no later event shows the gap.

Events that can no longer be received are an error, never skipped in silence.
"""

import math
from collections.abc import Sequence

from msgspec import Struct

from sipflow.client.reorder import Merge
from sipflow.errors import BrokenStreamError, RunNotFoundError, SipflowError, UsageError
from sipflow.protocol.events import WIRE_VERSION, AnyEvent, LoadState, ScenarioState
from sipflow.protocol.replay import PREFIX, Replay, Runs, request_topic
from sipflow.protocol.wire import MalformedError, decode_envelope, decode_event, decode_replay

ENDED = ("completed", "failed", "stopped")
ANSWER_LIMIT = 1.0
LOOK = 1.0
# How long a lost connection may take to be restored, in seconds.
LOST_LIMIT = 3.0
_RUNS = ""


def is_last(event: AnyEvent | None) -> bool:
    """Return whether an event is the last of its run, or of its load."""
    return isinstance(event, ScenarioState | LoadState) and event.new in ENDED


class _Asked(Struct, frozen=True):
    topic: bytes
    at: float


class Follower:
    """Follows one run of a stream, or all of them if ``run`` is None.

    name: the prefix of every nonce, unique for each reader
    patience: how many seconds the first contact may take
    over: whether all events have come out

    All times are ``clock.monotonic``'s.
    """

    def __init__(
        self, endpoint: str, run: str | None, name: str, now: float, patience: float = math.inf
    ) -> None:
        self.over = False
        self._endpoint = endpoint
        self._run = run
        self._name = name
        self._merges: dict[str, Merge[AnyEvent | None]] = {}
        self._finished: set[str] = set()
        self._runs: Runs | None = None
        self._asked: dict[str, _Asked] = {}
        self._questions = 0
        self._looked = now
        self._lost_at: float | None = now
        self._patience = patience

    @property
    def topics(self) -> frozenset[bytes]:
        """The topics of the open requests, to be subscribed to besides events."""
        return frozenset(asked.topic for asked in self._asked.values())

    @property
    def deadline(self) -> float:
        """The time at which ``tick`` must be called."""
        if self._lost_at is not None:
            return self._lost_at + self._patience
        answers = (asked.at + ANSWER_LIMIT for asked in self._asked.values())
        return min((self._looked + LOOK, *answers))

    def connected(self, now: float) -> None:
        """Handle a new connection: request the list of runs."""
        self._lost_at = None
        self._patience = LOST_LIMIT
        self._asked.clear()
        self._ask(_RUNS, now)

    def disconnected(self, now: float) -> None:
        """Handle a lost connection: open requests will not be answered."""
        if self._lost_at is None:
            self._lost_at = now
        self._asked.clear()

    def tick(self, now: float) -> None:
        """Check the time limits, once all received messages are handled.

        Raises ``BrokenStreamError``.
        """
        if self._lost_at is not None:
            if now >= self._lost_at + self._patience:
                self._give_up()
            return
        for key in [key for key, one in self._asked.items() if now >= one.at + ANSWER_LIMIT]:
            del self._asked[key]
            self._ask(key, now)
        if now >= self._looked + LOOK:
            self._ask(_RUNS, now)

    def take(self, topic: bytes, data: bytes, now: float) -> Sequence[AnyEvent]:
        """Handle a message; return the events that come out. Unknown messages are skipped.

        Raises a ``SipflowError`` if the stream cannot be read, or its rest is lost.
        """
        try:
            if topic.startswith(PREFIX):
                return self._take_answer(topic, data, now)
            run, g, event = _read(data)
        except MalformedError:
            return ()
        merge = self._merge_of(run)
        if merge is None:
            return ()
        out = self._come_out(run, merge.add(g, event), now)
        if merge.missing:
            self._ask_for_rest(run, now)
        return out

    def _merge_of(self, run: str) -> Merge[AnyEvent | None] | None:
        merge = self._merges.get(run)
        if merge is None and self._run in (None, run) and run not in self._finished:
            merge = self._merges[run] = Merge()
        return merge

    def _come_out(
        self, run: str, events: Sequence[AnyEvent | None], now: float
    ) -> Sequence[AnyEvent]:
        if events and is_last(events[-1]):
            self._finish(run, now)
        return [event for event in events if event is not None]

    def _finish(self, run: str, now: float) -> None:
        del self._merges[run]
        self._asked.pop(run, None)
        self._finished.add(run)
        self._conclude()
        if not self.over and not self._merges:
            self._ask(_RUNS, now)

    def _conclude(self) -> None:
        if self._run is not None:
            self.over = self._run in self._finished
        elif self._runs is not None and not self._runs.more and not self._merges:
            self.over = all(one.run in self._finished for one in self._runs.runs)

    def _ask(self, key: str, now: float) -> None:
        if key in self._asked or self._lost_at is not None:
            return
        self._questions += 1
        if key == _RUNS:
            self._looked = now
        first = self._merges[key].next if key != _RUNS else 0
        topic = request_topic(key, first, f"{self._name}-{self._questions}")
        self._asked[key] = _Asked(topic, now)

    def _ask_for_rest(self, run: str, now: float) -> None:
        if run in self._merges:  # else the run has just ended
            self._ask(run, now)

    def _take_answer(self, topic: bytes, data: bytes, now: float) -> Sequence[AnyEvent]:
        answer = decode_replay(data)
        _check_version(answer.v)
        key = answer.run if isinstance(answer, Replay) else _RUNS
        if key in self._asked and self._asked[key].topic == topic:
            del self._asked[key]
        match answer:
            case Runs():
                self._take_runs(answer, now)
                return ()
            case Replay():
                return self._take_replay(answer, now)

    def _take_runs(self, runs: Runs, now: float) -> None:
        self._runs = runs
        known = {one.run for one in runs.runs}
        for run, merge in self._merges.items():
            if run not in known:
                raise _broken(f"run {run}", merge.next - 1, "its coordinator no longer has it")
        self._finished &= known
        for one in runs.runs:
            merge_of = self._merge_of(one.run)
            if merge_of is None:
                continue
            merge_of.last = one.last
            if merge_of.missing:
                self._ask(one.run, now)
            elif one.ended:
                self._finish(one.run, now)
        if self._run is not None and self._run not in known and not runs.more:
            raise _not_found(self._run, known)
        self._conclude()

    def _take_replay(self, replay: Replay, now: float) -> Sequence[AnyEvent]:
        merge = self._merge_of(replay.run)
        if merge is None or not replay.last:
            return ()
        before = merge.next
        if not replay.events and replay.first == before <= replay.last:
            raise _broken(
                f"run {replay.run}", before - 1, "its coordinator could not keep the rest"
            )
        out: list[AnyEvent | None] = []
        for g, raw in enumerate(replay.events, replay.first):
            out.extend(merge.add(g, _event_in(bytes(raw))))
        merge.last = replay.last
        events = self._come_out(replay.run, out, now)
        if merge.missing and merge.next > before:
            self._ask_for_rest(replay.run, now)
        return events

    def _give_up(self) -> None:
        if self._run is None and self._finished and not self._merges:
            self.over = True
            return
        run = next(iter(self._merges), self._run)
        last = self._merges[run].next - 1 if run in self._merges else 0
        raise _broken(self._endpoint if run is None else f"run {run}", last)


def _read(data: bytes) -> tuple[str, int, AnyEvent | None]:
    """Return the run and number of an event, and the event if this version knows its type."""
    try:
        event = decode_event(data)
    except MalformedError:
        envelope = decode_envelope(data)
        _check_version(envelope.v)
        return envelope.run, envelope.g, None
    _check_version(event.v)
    return event.run, event.g, event


def _event_in(data: bytes) -> AnyEvent | None:
    """Return an event of a replay, whose position gives its number; None if it is unreadable."""
    try:
        return _read(data)[2]
    except MalformedError:
        return None


def _check_version(version: int) -> None:
    if version > WIRE_VERSION:
        raise UsageError(
            f"the stream has version {version} of the wire format, and this reader knows "
            f"version {WIRE_VERSION} at most: a newer sipflow can read it",
            code="wire-version",
        )


def _broken(stream: str, last: int, why: str = "its coordinator is gone") -> SipflowError:
    return BrokenStreamError(f"the stream of {stream} broke off after event {last}: {why}")


def _not_found(run: str, known: set[str]) -> SipflowError:
    there = f"there are: {', '.join(sorted(known))}" if known else "there is none"
    return RunNotFoundError(f"run {run} does not exist; {there}")
