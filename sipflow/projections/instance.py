"""What is known of one instance of a run: its nodes, its legs, and where it stood at the end.

Pure: it changes only as events are folded into it. It must not decide anything for the run.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from sipflow.protocol.events import LegState, NodeState, NodeStateName, Reason
from sipflow.scenario.model.actions import word
from sipflow.scenario.model.graph import Instance, Node
from sipflow.sip.dialog import DialogState

Phase = Literal["no nodes", "not started", "running", "finished", "failed", "cancelled"]
# Where not all instances can be shown: first what went wrong, then what is in the middle of it.
INTEREST: tuple[Phase, ...] = (
    "failed",
    "cancelled",
    "running",
    "not started",
    "finished",
    "no nodes",
)
# Phases in which an instance has nothing left to do.
IDLE: tuple[Phase, ...] = ("finished", "no nodes")
_DONE = ("completed", "failed")


class NodeProjection(Struct, frozen=True):
    """One node; ``node`` is what the scenario says of it, where the scenario is known."""

    id: str
    node: Node | None = None
    state: NodeStateName = "pending"
    since: float = 0.0
    reason: Reason | None = None
    cause: str = ""

    @property
    def label(self) -> str:
        """Its id and its word: ``alice-1 MakeCall``."""
        return f"{self.id} {word(self.node.action)}" if self.node is not None else self.id


class LegProjection(Struct, frozen=True):
    """One leg: its dialog's state and the response behind it."""

    leg: str
    state: str
    code: int | None = None
    message: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is still a dialog that somebody has to end."""
        return self.state != DialogState.TERMINATED


class Stand(Struct, frozen=True):
    """What an instance was doing at one moment, ``at`` in Unix seconds."""

    phase: Phase
    node: NodeProjection | None
    at: float
    legs: tuple[LegProjection, ...]
    error: Reason | None


class InstanceProjection(Struct):
    """One instance; ``graph`` is what the scenario says of it, where the scenario is known."""

    id: str
    label: str
    graph: Instance | None = None
    nodes: dict[str, NodeProjection] = field(default_factory=dict)
    legs: dict[str, LegProjection] = field(default_factory=dict)
    current: str | None = None
    error: Reason | None = None
    frozen: Stand | None = None

    @property
    def node(self) -> NodeProjection | None:
        """The node that it is in, or else the last one that it was in."""
        return self.nodes[self.current] if self.current is not None else None

    @property
    def phase(self) -> Phase:
        """How far it is with its chain as a whole."""
        last = self.node
        if self.error is not None:
            return "failed"
        if last is None:
            return "no nodes" if self.graph is not None and not self.nodes else "not started"
        if last.state == "running" or last.state == "cancelled":
            return last.state
        follower = _follower(last)
        if last.state == "failed" and last.node is not None and follower is None:
            return "failed"
        return "finished" if follower is None and not self._has_more_starts() else "running"

    def progress(self) -> tuple[int, int]:
        """Return how many nodes have run to their end, and how many can do so at most.

        A branch that a finished instance has passed by is no longer counted.
        """
        done = sum(node.state in _DONE for node in self.nodes.values())
        return done, done if self.phase == "finished" else len(self.nodes)

    def apply_node(self, event: NodeState) -> None:
        """Fold a node's new state in."""
        if event.new == "cancelled":
            self.freeze(event.ts)
        known = self.nodes.get(event.node) or NodeProjection(event.node)
        self.nodes[event.node] = replace(
            known,
            state=event.new,
            since=event.ts,
            reason=event.reason,
            cause=event.cause,
        )
        if event.new != "pending":
            self.current = event.node

    def apply_leg(self, event: LegState) -> None:
        """Fold a leg's new state in."""
        self.legs[event.leg] = LegProjection(event.leg, event.new, event.code, event.message)

    def freeze(self, at: float) -> None:
        """Keep what it is doing now, before the end of the run undoes it; only the first counts."""
        self.frozen = self.frozen or self.stand(at)

    def stand(self, at: float) -> Stand:
        """Return what it is doing now."""
        return Stand(self.phase, self.node, at, tuple(self.legs.values()), self.error)

    def _has_more_starts(self) -> bool:
        starts: Iterable[str] = self.graph.starts if self.graph is not None else ()
        return any(self.nodes[start].state == "pending" for start in starts)


def from_graph(graph: Instance, label: str) -> InstanceProjection:
    """Return the picture of an instance that has done nothing yet."""
    nodes = {node.id: NodeProjection(node.id, node) for node in graph.nodes}
    return InstanceProjection(graph.id, label, graph, nodes)


def _follower(last: NodeProjection) -> str | None:
    if last.node is None:
        return None
    if last.state == "completed":
        return last.node.success
    code = last.reason.code if last.reason is not None else None
    return last.node.after_failure(code, last.cause)
