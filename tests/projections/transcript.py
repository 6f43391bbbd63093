"""Transcripts of runs for the tests: a scenario in a few words, and its events one call each."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    CleanUpState,
    ErrorRaised,
    LegState,
    Level,
    NodeState,
    NodeStateName,
    Reason,
    RunReason,
    ScenarioState,
    ScenarioStateName,
)
from sipflow.scenario.model.actions import (
    Answer,
    Disconnected,
    Incoming,
    MakeCall,
    NodeAction,
    Place,
    Release,
    Response,
    Timeout,
)
from sipflow.scenario.model.graph import COORDINATOR, Instance, Node, Scenario

START = 1_700_000_000.0
RUN = "r1"
NAME = "busy callee"
FILE = "calls/busy.yaml"


def node(
    name: str,
    action: NodeAction,
    line: int,
    *,
    success: str | None = None,
    failure: str | None = None,
) -> Node:
    """Return a node ``alice-1`` of ``alice``, on the given line of the file."""
    place = Place(file=FILE, line=line, column=7)
    owner = name.rpartition("-")[0]
    return Node(
        id=name, instance=owner, action=action, place=place, success=success, failure=failure
    )


def instance(name: str, number: str, *nodes: Node, starts: tuple[str, ...] = ()) -> Instance:
    """Return an instance that starts with its first node."""
    return Instance(
        id=name,
        name=name,
        number=number,
        place=Place(file=FILE, line=2, column=3),
        starts=starts or tuple(one.id for one in nodes[:1]),
        nodes=nodes,
    )


def scenario_of(*instances: Instance) -> Scenario:
    """Return a scenario of instances."""
    return Scenario(name=NAME, file=FILE, instances=instances)


ALICE = instance(
    "alice",
    "100",
    node("alice-1", MakeCall(to="200"), 7, success="alice-3", failure="alice-2"),
    node("alice-2", Timeout(timeout=0.1), 9),
    node("alice-3", Release(), 10),
)
BOB = instance(
    "bob",
    "200",
    node("bob-1", Incoming(timeout=5.0), 12, success="bob-2"),
    node("bob-2", Answer(), 13, success="bob-3"),
    node("bob-3", Disconnected(), 14),
)
REFUSING_BOB = instance(
    "bob",
    "200",
    node("bob-1", Incoming(timeout=5.0), 12, success="bob-2"),
    node("bob-2", Response(code=486), 13),
)
CAROL = instance("carol", "300", node("carol-1", Incoming(timeout=1.0, leg="desk"), 16))
DAVE = instance("dave", "400")
FOUR = scenario_of(ALICE, BOB, CAROL, DAVE)
PAIR = scenario_of(ALICE, BOB)


@dataclass
class Transcript:
    """The events of a run; every call tells one more, ``at`` seconds after the start."""

    events: list[AnyEvent] = field(default_factory=list)
    _seq: Counter[str] = field(default_factory=Counter)
    _nodes: dict[str, NodeStateName] = field(default_factory=dict)
    _state: ScenarioStateName | None = None

    def scenario(self, at: float, new: ScenarioStateName, reason: RunReason | None = None) -> None:
        """The run entered a state."""
        self._add(
            ScenarioState(
                run=RUN,
                instance=COORDINATOR,
                seq=0,
                ts=START + at,
                cause="test",
                scenario=NAME,
                previous=self._state,
                new=new,
                reason=reason,
            )
        )
        self._state = new

    def node(self, at: float, node: str, new: NodeStateName, reason: Reason | None = None) -> None:
        """A node entered a state; its id says whose it is."""
        self._add(
            NodeState(
                run=RUN,
                instance=node.rpartition("-")[0],
                seq=0,
                ts=START + at,
                cause="test",
                node=node,
                previous=self._nodes.get(node, "pending"),
                new=new,
                reason=reason,
            )
        )
        self._nodes[node] = new

    def leg(
        self, at: float, instance: str, new: str, code: int | None = None, leg: str = "call-1"
    ) -> None:
        """A leg entered a state."""
        self._add(
            LegState(
                run=RUN,
                instance=instance,
                seq=0,
                ts=START + at,
                cause="test",
                leg=leg,
                new=new,
                code=code,
            )
        )

    def log(
        self,
        at: float,
        instance: str,
        message: str,
        level: Level = "info",
        node: str | None = None,
        leg: str | None = None,
    ) -> None:
        """An instance said something."""
        self._add(
            ActionLog(
                run=RUN,
                instance=instance,
                seq=0,
                ts=START + at,
                cause="test",
                message=message,
                level=level,
                node=node,
                leg=leg,
            )
        )

    def error(
        self,
        at: float,
        instance: str,
        message: str,
        node: str | None = None,
        code: int | None = None,
    ) -> None:
        """The run is aborted."""
        self._add(
            ErrorRaised(
                run=RUN,
                instance=instance,
                seq=0,
                ts=START + at,
                cause="test",
                message=message,
                node=node,
                code=code,
            )
        )

    def cleanup(
        self, at: float, phase: Literal["started", "finished"], released: int = 0, left: int = 0
    ) -> None:
        """The clean-up began or ended."""
        self._add(
            CleanUpState(
                run=RUN,
                instance=COORDINATOR,
                seq=0,
                ts=START + at,
                cause="test",
                phase=phase,
                calls_released=released,
                calls_left=left,
            )
        )

    def _add(self, event: AnyEvent) -> None:
        self._seq[event.instance] += 1
        number = len(self.events) + 1
        self.events.append(replace(event, seq=self._seq[event.instance], g=number))

    def told_to(self, projection: RunProjection) -> RunProjection:
        """Return the picture with all events folded in."""
        for event in self.events:
            projection.apply(event)
        return projection


def basic_call() -> Transcript:
    """Alice calls bob, bob answers, alice releases."""
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.001, "bob-1", "running")
    run.node(0.002, "alice-1", "running")
    run.log(0.002, "alice", "MakeCall to sip:200@127.0.0.1:5062", node="alice-1", leg="call-1")
    run.leg(0.003, "alice", "trying")
    run.leg(0.010, "bob", "early", 180)
    run.node(0.010, "bob-1", "completed")
    run.node(0.011, "bob-2", "running")
    run.leg(0.012, "alice", "early", 180)
    run.leg(0.020, "alice", "confirmed", 200)
    run.node(0.020, "alice-1", "completed")
    run.node(0.021, "alice-3", "running")
    run.leg(0.022, "bob", "confirmed", 200)
    run.node(0.022, "bob-2", "completed")
    run.node(0.023, "bob-3", "running")
    run.leg(0.030, "bob", "terminated")
    run.node(0.031, "bob-3", "completed")
    run.leg(0.032, "alice", "terminated", 200)
    run.node(0.032, "alice-3", "completed")
    run.cleanup(0.040, "started")
    run.cleanup(0.050, "finished")
    run.scenario(0.060, "completed")
    return run


def aborted_talk() -> Transcript:
    """Alice and bob talk when carol's wait runs out; dave was never needed."""
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.0, "carol-1", "running")
    run.node(0.0, "bob-1", "running")
    run.node(0.0, "alice-1", "running")
    run.node(0.1, "bob-1", "completed")
    run.node(0.1, "bob-2", "running")
    run.leg(0.2, "bob", "confirmed", 200)
    run.leg(0.2, "alice", "confirmed", 200)
    run.node(0.2, "bob-2", "completed")
    run.node(0.2, "bob-3", "running")
    run.node(1.0, "carol-1", "failed", Reason(message="no INVITE within 1 s"))
    run.error(1.0, "carol", "no INVITE within 1 s", node="carol-1")
    run.cleanup(1.01, "started")
    run.node(1.4, "bob-3", "cancelled")
    run.node(1.4, "alice-1", "cancelled")
    run.leg(1.5, "alice", "terminated", 200)
    run.leg(1.5, "bob", "terminated", 200)
    run.cleanup(1.6, "finished", released=1)
    reason = RunReason(instance="carol", node="carol-1", message="no INVITE within 1 s")
    run.scenario(1.7, "failed", reason)
    return run
