"""The state of a load, computed from its events; the model of every view of a load.

Pure, and independent of the view: a saved log gives the same state. Its memory is bounded: it keeps
a limited number of seconds, kinds of failure and events.
"""

from collections import deque

from msgspec import Struct, field

from sipflow.protocol.events import (
    AnyEvent,
    LoadNumbers,
    LoadState,
    LoadStateName,
    RunFailed,
    RunReason,
)

# More seconds than the widest terminal has columns.
_RECENT = 400
# The most kinds of failure, and examples of them; further ones are only counted.
MOST_KINDS = 50
# The most events of one example: many times those of a short call.
MOST_EVENTS = 1000
# The states that end a load.
FINAL = ("completed", "failed", "stopped")


class Failures(Struct):
    """Runs that failed in the same way: their number, the first one's time and its id."""

    reason: RunReason
    example: str
    since: float
    count: int = 0


class Example(Struct):
    """A run with its events; ``left_out``: the number of events beyond the limit."""

    number: int
    events: list[AnyEvent] = field(default_factory=list)
    left_out: int = 0


class LoadProjection(Struct):
    """The state of a load. Times are Unix seconds, None before the first event.

    ``paused``: seconds in pauses that have ended.
    ``paused_at``: when the present pause began.
    ``rate``: the requested runs per second, if any.
    ``uncounted``: the number of failures beyond the limit of kinds.
    """

    load: str = ""
    name: str = ""
    state: LoadStateName | None = None
    message: str = ""
    rate: float | None = None
    began: float | None = None
    ended: float | None = None
    paused: float = 0.0
    paused_at: float | None = None
    latest: LoadNumbers | None = None
    recent: deque[LoadNumbers] = field(default_factory=lambda: deque(maxlen=_RECENT))
    failures: dict[RunReason, Failures] = field(default_factory=dict)
    uncounted: int = 0
    examples: dict[str, Example] = field(default_factory=dict)

    def apply(self, event: AnyEvent) -> None:
        """Apply an event of the load, or of a run that is an example."""
        match event:
            case LoadNumbers():
                self._begin(event)
                self.latest = event
                self.rate = event.asked
                self.recent.append(event)
            case RunFailed():
                self._begin(event)
                self._failed(event)
            case LoadState():
                self._begin(event)
                self._state(event)
            case _:
                self._example(event)

    def elapsed(self, now: float) -> float:
        """Return seconds from the first event to ``now``, or to the end of the load."""
        if self.began is None:
            return 0.0
        return max(0.0, (self.ended if self.ended is not None else now) - self.began)

    def active(self, now: float) -> float:
        """Return the seconds of ``elapsed`` in which the load was not paused."""
        standing = now - self.paused_at if self.paused_at is not None else 0.0
        return max(0.0, self.elapsed(now) - self.paused - standing)

    def most_frequent(self) -> list[Failures]:
        """Return the kinds of failure, the most frequent first; of equals the older one first."""
        return sorted(self.failures.values(), key=lambda kind: -kind.count)

    def _begin(self, event: LoadState | RunFailed | LoadNumbers) -> None:
        if self.began is None:
            self.began = event.ts
            self.load = event.run

    def _state(self, event: LoadState) -> None:
        self.name = event.scenario
        if event.new == "paused" and self.paused_at is None:
            self.paused_at = event.ts
        elif event.new != "paused" and self.paused_at is not None:
            self.paused += event.ts - self.paused_at
            self.paused_at = None
        self.state = event.new
        self.rate = event.rate
        self.message = event.message
        if event.new in FINAL:
            self.ended = event.ts

    def _failed(self, event: RunFailed) -> None:
        kind = self.failures.get(event.reason)
        if kind is None:
            if len(self.failures) >= MOST_KINDS:
                self.uncounted += 1
                return
            kind = self.failures[event.reason] = Failures(event.reason, event.of, event.ts)
        kind.count += 1
        if event.example and len(self.examples) < MOST_KINDS:
            self.examples.setdefault(event.of, Example(event.number))

    def _example(self, event: AnyEvent) -> None:
        example = self.examples.get(event.run)
        if example is None:
            return
        if len(example.events) < MOST_EVENTS:
            example.events.append(event)
        else:
            example.left_out += 1
