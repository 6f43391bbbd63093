"""What an instance plays, as far as it is the same in every run: made once, not at each begin."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import CheckMedia, DTMFReceived
from sipflow.scenario.model.graph import Node
from sipflow.sip.uri import address

# Which legs of an instance have to be watched and listened to: what its nodes ask for. Pure.
#
# Counting costs a call little and listening more, so that neither is done where no node asks.


def watched_legs(nodes: Iterable[Node]) -> dict[str, bool]:
    """Return the legs whose media is to be counted, each with whether it is to be heard too."""
    watched: dict[str, bool] = {}
    for action in (node.action for node in nodes):
        if isinstance(action, CheckMedia):
            watched[action.leg] = watched.get(action.leg, False) or _hears(action)
        elif isinstance(action, DTMFReceived) and action.inband:
            watched[action.leg] = True
    return watched


def _hears(action: CheckMedia) -> bool:
    return action.sound is not None or action.tone is not None


class CompiledPlan(Struct, frozen=True):
    """An instance's nodes by id, where its peers are, and which legs' media it asks about."""

    nodes: Mapping[str, Node]
    peers: frozenset[str]
    watched: dict[str, bool]


def script_of(plan: InstancePlan) -> CompiledPlan:
    """Return what a plan has to be played."""
    return CompiledPlan(
        nodes={node.id: node for node in plan.nodes},
        peers=frozenset(address(uri) for uri in plan.peers.values()),
        watched=watched_legs(plan.nodes),
    )
