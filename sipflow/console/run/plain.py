"""One plain line per change of a run, for pipes and CI: no colours, no cursor, aligned columns.

A line has the time (seconds since the first event), the instance, the change, and the outcome.
Lines are sorted by time, because events of several processes arrive in a slightly different order.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TextIO

from sipflow.console.stream import ConsoleStream
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    CleanUpState,
    ErrorRaised,
    LegState,
    LoadNumbers,
    LoadState,
    MediaReport,
    MediaState,
    NodeState,
    Refusal,
    RunFailed,
    ScenarioState,
)
from sipflow.scenario.model.graph import Scenario
from sipflow.text import column_width
from sipflow.wording.run import clean_up, outcome, run_outcome, wall_clock, why

# How long a line waits for earlier ones, in seconds; events of running processes arrive within
# milliseconds.
HOLD = 0.2
# The longest words in that column are "proceeding" and "terminated".
_STATE_WIDTH = 10
_OFFERS = {"local": "offered here", "remote": "offered by the other side"}


class Plain:
    """Writes the lines to a stream; it works without the scenario, with ids instead of words.

    ``moment``: formats an event's ``ts``; None for the seconds since the first event.
    ``is_ticked``: ``tick`` is called, so that lines can wait to be sorted.
    ``verbose``: with the time of day, and with lines of the level ``debug``.
    """

    def __init__(
        self,
        stream: TextIO,
        scenario: Scenario | None = None,
        moment: Callable[[float], str] | None = None,
        *,
        is_ticked: bool = False,
        verbose: bool = False,
    ) -> None:
        self._lines = ConsoleStream(stream)
        self._is_ticked = is_ticked
        self._verbose = verbose
        # The waiting lines, by their time, then by their order of arrival.
        self._held: list[tuple[float, int, str]] = []
        self._arrived = 0
        self._projection = RunProjection(scenario)
        self._moment = moment or self._elapsed
        self._who_width = column_width(known.label for known in self._projection.instances.values())
        self._subject_width = column_width(
            node.label
            for known in self._projection.instances.values()
            for node in known.nodes.values()
        )

    @property
    def failure(self) -> OSError | ValueError | None:
        """The error that ended the writing; None if there is none."""
        return self._lines.failure

    def handle(self, event: AnyEvent) -> None:
        """Write the line of an event, if it has one."""
        self._projection.apply(event)
        match event:
            case ScenarioState():
                self._line(event, event.scenario, event.new, run_outcome(event.reason))
            case NodeState():
                self._node(event)
            case LegState():
                said = outcome(event.code, event.message, event.local)
                text = "  ".join(part for part in (said, event.peer) if part)
                self._line(event, f"leg {event.leg}", event.new, text)
            case MediaState():
                text = "  ".join(part for part in (_OFFERS[event.by], event.codec) if part)
                self._line(event, f"leg {event.leg}", event.direction, text)
            case ActionLog():
                self._action(event)
            case ErrorRaised():
                subject = self._projection.subject(event.instance, event.node)
                self._line(event, subject, "error", outcome(event.code, event.message, event.local))
            case MediaReport() | Refusal():
                pass  # the action log has it in words
            case CleanUpState():
                numbers = clean_up(event.calls_released, event.calls_left)
                self._line(event, "clean-up", event.phase, numbers)
            case LoadState() | RunFailed() | LoadNumbers():
                self._load(event)

    def tick(self, now: float) -> None:
        """Write lines that are old enough, and those buffered for a slow reader."""
        # abs: the clock may have been set back.
        while self._held and abs(now - self._held[0][0]) >= HOLD:
            self._lines.line(heappop(self._held)[2])
        self._lines.drain()

    def close(self) -> None:
        """Write all remaining lines."""
        while self._held:
            self._lines.line(heappop(self._held)[2])
        self._lines.close()

    def _node(self, event: NodeState) -> None:
        if event.new == "pending":
            return
        reason = event.reason
        text = why(reason) if reason is not None else ""
        self._line(event, self._projection.subject(event.instance, event.node), event.new, text)

    def _load(self, event: LoadState | RunFailed | LoadNumbers) -> None:
        from sipflow.wording import load_events  # not for a single run

        match event:
            case LoadState():
                self._line(event, event.scenario, event.new, load_events.load_state(event))
            case RunFailed():
                text = load_events.run_failed(event)
                self._line(event, f"run {event.number}", "failed", text)
            case LoadNumbers():
                achieved = load_events.rate(event.runs.started)
                self._line(event, f"second {event.second}", achieved, load_events.numbers(event))

    def _action(self, event: ActionLog) -> None:
        if event.level == "debug" and not self._verbose:
            return
        subject = self._projection.subject(event.instance, event.node)
        if not subject and event.leg is not None:
            subject = f"leg {event.leg}"
        self._line(event, subject, event.level, event.message)

    def _elapsed(self, ts: float) -> str:
        return f"{self._projection.elapsed(ts):7.3f}"

    def _line(self, event: AnyEvent, subject: str, state: str, text: str) -> None:
        who = self._projection.who(event.instance)
        self._who_width = column_width((who,), self._who_width)
        self._subject_width = column_width((subject,), self._subject_width)
        columns = (
            *((wall_clock(event.ts),) if self._verbose else ()),
            self._moment(event.ts),
            f"{who:{self._who_width}}",
            f"{subject:{self._subject_width}}",
            f"{state:{_STATE_WIDTH}}",
            text,
        )
        text = "  ".join(columns).rstrip()
        if self._is_ticked:
            self._arrived += 1
            heappush(self._held, (event.ts, self._arrived, text))
        else:
            self._lines.line(text)
