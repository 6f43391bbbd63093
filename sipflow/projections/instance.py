"""The state of one instance of a run, computed from events: its nodes, its legs, its last state.

Pure: it changes only as events are applied. It must not decide anything for the run.
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
# The order of interest if not all instances can be shown: failed ones first, then running ones.
INTEREST: tuple[Phase, ...] = (
    "failed",
    "cancelled",
    "running",
    "not started",
    "finished",
    "no nodes",
)
# The phases of an instance that has finished.
IDLE: tuple[Phase, ...] = ("finished", "no nodes")
_DONE = ("completed", "failed")


class NodeProjection(Struct, frozen=True):
    """One node; ``node``: its definition in the scenario, if the scenario is known."""

    id: str
    node: Node | None = None
    state: NodeStateName = "pending"
    since: float = 0.0
    reason: Reason | None = None
    cause: str = ""

    @property
    def label(self) -> str:
        """The node's id and word: ``alice-1 MakeCall``."""
        return f"{self.id} {word(self.node.action)}" if self.node is not None else self.id


class LegProjection(Struct, frozen=True):
    """One leg: its dialog's state and the response behind it."""

    leg: str
    state: str
    code: int | None = None
    message: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the leg still has a dialog, which has to be ended."""
        return self.state != DialogState.TERMINATED


class Stand(Struct, frozen=True):
    """The state of an instance at one moment, ``at`` in Unix seconds."""

    phase: Phase
    node: NodeProjection | None
    at: float
    legs: tuple[LegProjection, ...]
    error: Reason | None


class InstanceProjection(Struct):
    """One instance; ``graph``: its definition in the scenario, if the scenario is known."""

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
        """The current node, or else the last one."""
        return self.nodes[self.current] if self.current is not None else None

    @property
    def phase(self) -> Phase:
        """The phase of the instance's chain as a whole."""
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
        """Apply a node's new state."""
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
        """Apply a leg's new state."""
        self.legs[event.leg] = LegProjection(event.leg, event.new, event.code, event.message)

    def freeze(self, at: float) -> None:
        """Keep the state before the end of the run changes it; only the first call counts."""
        self.frozen = self.frozen or self.stand(at)

    def stand(self, at: float) -> Stand:
        """Return the state at the moment ``at``."""
        return Stand(self.phase, self.node, at, tuple(self.legs.values()), self.error)

    def _has_more_starts(self) -> bool:
        starts: Iterable[str] = self.graph.starts if self.graph is not None else ()
        return any(self.nodes[start].state == "pending" for start in starts)


def from_graph(graph: Instance, label: str) -> InstanceProjection:
    """Return the projection of an instance before its first event."""
    nodes = {node.id: NodeProjection(node.id, node) for node in graph.nodes}
    return InstanceProjection(graph.id, label, graph, nodes)


def _follower(last: NodeProjection) -> str | None:
    if last.node is None:
        return None
    if last.state == "completed":
        return last.node.success
    code = last.reason.code if last.reason is not None else None
    return last.node.after_failure(code, last.cause)
