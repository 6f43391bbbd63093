"""Events as workers publish them, in a few words, and a small scenario that they belong to."""

from sipflow.protocol.events import ActionLog, NodeState, NodeStateName
from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.scenario.model.actions import Place, Timeout
from sipflow.scenario.model.graph import Instance, Node, Scenario

RUN = "a1"
NOW = 1_700_000_000.0
PLACE = Place(file="two.yaml", line=1, column=1)


def said(instance: str, seq: int) -> ActionLog:
    """Return an instance's event of this number."""
    return ActionLog(
        run=RUN, instance=instance, seq=seq, ts=NOW, cause="test", message=f"event {seq}"
    )


def entered(instance: str, node: str, new: NodeStateName, seq: int = 1) -> NodeState:
    """Return the event of a node that entered a state."""
    return NodeState(
        run=RUN,
        instance=instance,
        seq=seq,
        ts=NOW,
        cause="test",
        node=node,
        previous="pending",
        new=new,
    )


def scenario() -> Scenario:
    """Return a scenario of alice, who waits twice, and bob, who has nothing to do."""
    nodes = tuple(
        Node(id=name, instance="alice", action=Timeout(timeout=0.0), place=PLACE, success=success)
        for name, success in (("alice-1", "alice-2"), ("alice-2", None))
    )
    alice = Instance(
        id="alice", name="Alice", number="100", place=PLACE, starts=("alice-1",), nodes=nodes
    )
    bob = Instance(id="bob", name="Bob", number="200", place=PLACE)
    return Scenario(name="two", file="two.yaml", instances=(alice, bob))


def plan(instance: str, port: int, media: MediaPorts, run: str = RUN) -> InstancePlan:
    """Return the plan of an instance that has nothing to do."""
    return InstancePlan(
        run=run,
        instance=instance,
        name=instance,
        number="100",
        host="127.0.0.1",
        port=port,
        media_ports=media,
        starts=(),
        nodes=(),
        peers={},
    )
