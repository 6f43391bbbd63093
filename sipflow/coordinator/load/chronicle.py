"""What a load tells the world: its own events as they happen, and those of single runs.

The events of a run are in the recorders of its workers. They are read when the run is over and
told then, in the order of their time, between the run's first state and its last.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sipflow import clock
from sipflow.coordinator.announcer import Announcer
from sipflow.coordinator.event_flow import EventFlow
from sipflow.coordinator.journal import read_recorder
from sipflow.coordinator.load.slot import Playing
from sipflow.coordinator.node_book import NodeBook
from sipflow.coordinator.premises import Premises
from sipflow.coordinator.run_directory import load_record as record
from sipflow.coordinator.subscribers import Subscriber
from sipflow.errors import SipflowError
from sipflow.protocol.events import (
    COORDINATOR,
    AnyEvent,
    LoadNumbers,
    LoadState,
    LoadStateName,
    NodeState,
    RunFailed,
)
from sipflow.protocol.scenario import Scenario


class Chronicle:
    """The events of one load; ``failure`` is what kept them from being kept, if anything did."""

    def __init__(
        self,
        premises: Premises,
        scenario: Scenario,
        load: str,
        directory: Path,
        subscribers: Sequence[Subscriber],
    ) -> None:
        self._premises = premises
        self._scenario = scenario
        self._load = load
        self._directory = directory
        self._subscribers = list(subscribers)
        self._flow = self._open(load)
        self._seq = 0
        self._state: LoadStateName | None = None

    @property
    def failure(self) -> SipflowError | None:
        """Why events are not kept any more."""
        return self._flow.failure

    @property
    def last_g(self) -> int:
        """The number of the load's last event so far."""
        return self._flow.last_g

    def state(
        self, cause: str, new: LoadStateName, rate: float | None, message: str = ""
    ) -> None:
        """Tell of the load's new state, or of its new rate."""
        previous, self._state = self._state, new
        self._flow.add(
            LoadState(
                run=self._load,
                instance=COORDINATOR,
                seq=self._next_seq(),
                ts=clock.wall(),
                cause=cause,
                scenario=self._scenario.name,
                previous=previous,
                new=new,
                rate=rate,
                message=message,
            )
        )

    def numbers(self, numbers: Mapping[str, object]) -> None:
        """Tell the numbers of one second."""
        self._flow.add(
            LoadNumbers(
                run=self._load,
                instance=COORDINATOR,
                seq=self._next_seq(),
                ts=clock.wall(),
                cause="a second has passed",
                **numbers,  # type: ignore[arg-type]
            )
        )

    def failed(self, playing: Playing, *, example: bool) -> None:
        """Tell that a run has failed."""
        assert playing.reason is not None
        self._flow.add(
            RunFailed(
                run=self._load,
                instance=COORDINATOR,
                seq=self._next_seq(),
                ts=clock.wall(),
                cause="run ended",
                number=playing.run.number,
                of=playing.run.id,
                reason=playing.reason,
                example=example,
            )
        )

    def run(self, playing: Playing, recorders: Mapping[str, Path]) -> None:
        """Tell all events of one run that is over."""
        flow = self._open(playing.run.id)
        events: list[AnyEvent] = []
        for recorder in recorders.values():
            events += [event for event in read_recorder(recorder) if event.run == playing.run.id]
        events.sort(key=lambda event: event.ts)
        announcer = Announcer(playing.run.id, self._scenario.name)
        began = clock.wall() - (clock.monotonic() - playing.run.began)
        flow.add(announcer.scenario_state(began, "go", "running"))
        for event in events:
            flow.take_in(event)
        ended = clock.wall()
        flow.add(announcer.clean_up_started(ended, "run ended"))
        flow.add(announcer.clean_up_finished(ended, playing.released, playing.left))
        flow.add(
            announcer.scenario_state(ended, "verdict", playing.verdict, playing.reason)
        )
        flow.finish()

    def finish(self) -> None:
        """Take in that the last event has been told."""
        self._flow.finish()

    def _open(self, run: str) -> EventFlow:
        path = record(self._directory, run)
        events = self._premises.records.open(run, path)
        path.unlink()  # an open file is all that is needed: nothing piles up
        book = NodeBook(self._scenario)
        return EventFlow(self._premises.channels.outlet, events, book, {}, self._subscribers)

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq


def running_node(recorder: Path) -> str | None:
    """Return the node that a worker was at when it wrote down its last event."""
    node: str | None = None
    for event in read_recorder(recorder):
        if isinstance(event, NodeState):
            node = event.node if event.new == "running" else None
    return node
