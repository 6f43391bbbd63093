"""What an instance plays, as far as it is the same in every run: made once, not at each begin."""

from collections.abc import Mapping

from msgspec import Struct

from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.scenario import Node
from sipflow.protocol.sip import address
from sipflow.worker.listening import watched_legs


class Script(Struct, frozen=True):
    """An instance's nodes by id, where its peers are, and which legs' media it asks about."""

    nodes: Mapping[str, Node]
    peers: frozenset[str]
    watched: dict[str, bool]


def script_of(plan: InstancePlan) -> Script:
    """Return what a plan has to be played."""
    return Script(
        nodes={node.id: node for node in plan.nodes},
        peers=frozenset(address(uri) for uri in plan.peers.values()),
        watched=watched_legs(plan.nodes),
    )
