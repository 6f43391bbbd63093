"""Publishes the events of a load: its own as they happen, and those of single runs.

The events of a run are in the recorder files of its workers. They are read when the run has ended,
and published in the order of their time, between the run's first state and its last.
"""

from collections.abc import Sequence
from heapq import merge
from operator import attrgetter
from pathlib import Path

from sipflow import clock
from sipflow.coordinator.events.bus import EventBus
from sipflow.coordinator.events.journal import read_recorder
from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.run_events import RunEvents
from sipflow.coordinator.load.slots.slot import ActiveRun, FinishedRun
from sipflow.coordinator.load.stats.stats import NumbersFields
from sipflow.coordinator.resources import SharedResources
from sipflow.coordinator.runtime_directory import load_record as record
from sipflow.errors import SipflowError
from sipflow.protocol.events import (
    AnyEvent,
    LoadNumbers,
    LoadState,
    LoadStateName,
    NodeState,
    RunFailed,
)
from sipflow.protocol.masking import mask_of
from sipflow.protocol.subscriber import Subscriber
from sipflow.scenario.model.graph import COORDINATOR, Scenario


class LoadPublisher:
    """Publishes the events of one load; ``failure``: why they cannot be stored, if so."""

    def __init__(
        self,
        resources: SharedResources,
        scenario: Scenario,
        load: str,
        directory: Path,
        subscribers: Sequence[Subscriber],
    ) -> None:
        self._resources = resources
        self._scenario = scenario
        self._load = load
        self._directory = directory
        self._subscribers = list(subscribers)
        self._mask = mask_of(scenario.secrets)
        self._flow = self._open(load)
        self._seq = 0
        self._state: LoadStateName | None = None
        self._failure: SipflowError | None = None

    @property
    def failure(self) -> SipflowError | None:
        """The error that prevents events from being stored, None if there is none."""
        return self._failure or self._flow.failure

    @property
    def last_g(self) -> int:
        """The number of the load's last event so far."""
        return self._flow.last_g

    @property
    def state_name(self) -> LoadStateName | None:
        """The load's state as last published; None before the first."""
        return self._state

    def state(
        self, cause: str, new: LoadStateName | None, rate: float | None, message: str = ""
    ) -> None:
        """Publish the load's state; ``new`` is None if only the rate or message has changed."""
        previous, new = self._state, new or self._state or "running"
        self._state = new
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

    def numbers(self, fields: NumbersFields) -> None:
        """Publish the numbers of one second."""
        self._flow.add(
            LoadNumbers(
                run=self._load,
                instance=COORDINATOR,
                seq=self._next_seq(),
                ts=clock.wall(),
                cause="a second has passed",
                **fields,
            )
        )

    def failed(self, playing: ActiveRun, *, example: bool) -> None:
        """Publish the failure of a run."""
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

    def run(self, over: FinishedRun) -> None:
        """Publish all events of one ended run."""
        playing = over.playing
        flow = self._open(playing.run.id)
        run_events = RunEvents(playing.run.id, self._scenario.name)
        began = clock.wall() - (clock.monotonic() - playing.run.began)
        flow.add(run_events.scenario_state(began, "go", "running"))
        for event in _written(over):
            flow.take_in(event)
        ended = clock.wall()
        for death in playing.deaths:
            who = (death.instance, flow.last_seq(death.instance))
            for event in run_events.death(ended, who, death.how, death.node, ""):
                flow.add(event)
        flow.add(run_events.clean_up_started(ended, "run ended"))
        flow.add(run_events.clean_up_finished(ended, playing.released, playing.left))
        flow.add(run_events.scenario_state(ended, "verdict", playing.verdict, playing.reason))
        flow.finish()
        self._failure = self._failure or flow.failure

    def finish(self) -> None:
        """Finish: the last event has been published."""
        self._flow.finish()

    def _open(self, run: str) -> EventBus:
        path = record(self._directory, run)
        events = self._resources.records.open(run, path)
        path.unlink()  # an open file is all that is needed: nothing piles up
        book = NodeStates(self._scenario)
        return EventBus(
            self._resources.channels.event_publisher,
            events,
            book,
            {},
            self._subscribers,
            self._mask,
        )

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq


def _written(over: FinishedRun) -> list[AnyEvent]:
    """Return the recorded events of a run: in order for each worker, merged by time."""
    run = over.playing.run.id
    written = (read_recorder(path) for path in over.recorders.values())
    own = ([event for event in events if event.run == run] for events in written)
    return list(merge(*own, key=attrgetter("ts")))


def running_node(recorder: Path) -> str | None:
    """Return the current node of a worker at its last recorded event."""
    node: str | None = None
    for event in read_recorder(recorder):
        if isinstance(event, NodeState):
            node = event.node if event.new == "running" else None
    return node
