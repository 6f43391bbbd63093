"""The part of an instance's plan that is the same in every run, compiled once."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import CheckMedia, DTMFReceived
from sipflow.scenario.model.graph import Node
from sipflow.sip.uri import address

# Which legs of an instance have to be counted and analysed: what its nodes ask for. Pure.
#
# Counting costs a call little and analysing its sound more, so neither is done unless a node asks.


def watched_legs(nodes: Iterable[Node]) -> dict[str, bool]:
    """Return the legs whose media is to be counted, each with whether its sound is analysed too."""
    watched: dict[str, bool] = {}
    for action in (node.action for node in nodes):
        if isinstance(action, CheckMedia):
            watched[action.leg] = watched.get(action.leg, False) or _analyses_sound(action)
        elif isinstance(action, DTMFReceived) and action.inband:
            watched[action.leg] = True
    return watched


def _analyses_sound(action: CheckMedia) -> bool:
    return action.sound is not None or action.tone is not None


class CompiledPlan(Struct, frozen=True):
    """An instance's nodes by id, where its peers are, and which legs' media it asks about."""

    nodes: Mapping[str, Node]
    peers: frozenset[str]
    watched: dict[str, bool]


def script_of(plan: InstancePlan) -> CompiledPlan:
    """Compile a plan."""
    return CompiledPlan(
        nodes={node.id: node for node in plan.nodes},
        peers=frozenset(address(uri) for uri in plan.peers.values()),
        watched=watched_legs(plan.nodes),
    )
