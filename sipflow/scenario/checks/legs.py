"""Warns of nodes on a leg that no earlier node can have made.

The earlier nodes are all those on any path from the instance's start, and all those that its
earlier start nodes lead to. Sets of legs are the bits of an integer, so that thousands of legs in
thousands of nodes stay cheap; an invalid node may make any leg: all bits.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from sipflow.scenario.checks.edges import Links
from sipflow.scenario.checks.node import Checked
from sipflow.scenario.model.actions import (
    Action,
    AttendedTransfer,
    Incoming,
    LegAction,
    MakeCall,
    Message,
    SendMessage,
    legs_of,
    word,
)
from sipflow.scenario.model.properties import DEFAULT_LEG
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawNode
from sipflow.text import listed, shown

MAKERS = (MakeCall, Incoming)
# Words with an optional leg.
ON_LEG_IF_NAMED = (SendMessage, Message)
_ANY_LEG = -1


def check_legs(raw: RawGraph, links: Links, actions: Mapping[str, Checked], report: Report) -> None:
    """Warn of nodes on legs that cannot exist, wherever invalid edges were meant to lead."""
    starts: dict[str, list[str]] = {}
    following: dict[str, list[str]] = {}
    for edge in links.valid:
        to = starts if edge.branch == "start" else following
        to.setdefault(edge.source, []).append(edge.target)
    doubtful: set[str] = set()
    nodes = {node.id: node for node in raw.nodes}
    for source, target in links.loose:
        owners = [links.owners.get(end, end) for end in (source, target)]
        is_clear = target in nodes and raw.ambiguous.isdisjoint((source, target))
        if owners[0] == owners[1] and is_clear:
            to = starts if source == owners[0] else following
            to.setdefault(source, []).append(target)
        else:
            # An invalid edge at the node that makes the leg may have been meant to lead here.
            doubtful.update(owners)
    legs = _Legs(nodes, actions, following, report)
    for instance in raw.instances:
        if instance.declared and instance.id not in doubtful:
            legs.check_instance(starts.get(instance.id, ()))


class _Legs:
    def __init__(
        self,
        nodes: Mapping[str, RawNode],
        actions: Mapping[str, Checked],
        following: Mapping[str, Sequence[str]],
        report: Report,
    ) -> None:
        self._nodes = nodes
        self._actions = actions
        self._following = following
        self._report = report
        self._bits: dict[str, int] = {}
        self._seen: set[str] = set()

    def check_instance(self, starts: Sequence[str]) -> None:
        made = 0
        # A node that an earlier start leads to was checked with fewer legs: no second check.
        for start in starts:
            if start not in self._seen:
                made |= self._check_chain(start, made)

    def _check_chain(self, start: str, made: int) -> int:
        """Check all nodes that a start node leads to; return the legs that they may make."""
        before = {start: made}
        everything = 0
        for node in self._in_order(start):
            legs = before.pop(node)
            self._check_node(node, legs)
            made_here = self._makes(node)
            everything |= made_here
            for target in self._following.get(node, ()):
                before[target] = before.get(target, 0) | legs | made_here
        return everything

    def _in_order(self, start: str) -> Iterator[str]:
        """Yield the nodes that a start leads to in topological order; none behind a cycle."""
        waiting_for = self._count_incoming(start)
        ready = deque(node for node in (start,) if not waiting_for[node])
        while ready:
            node = ready.popleft()
            yield node
            for target in self._following.get(node, ()):
                if target in waiting_for:
                    waiting_for[target] -= 1
                    if not waiting_for[target]:
                        ready.append(target)

    def _count_incoming(self, start: str) -> dict[str, int]:
        """Return the number of edges to each node of a chain, without nodes seen before."""
        incoming = {start: 0}
        pending = [start]
        while pending:
            for target in self._following.get(pending.pop(), ()):
                if target not in self._seen:
                    if target not in incoming:
                        pending.append(target)
                    incoming[target] = incoming.get(target, 0) + 1
        self._seen.update(incoming)
        return incoming

    def _makes(self, node: str) -> int:
        action = self._actions[node]
        if action.kind is None:
            return _ANY_LEG
        if not issubclass(action.kind, MAKERS):
            return 0
        leg = self._leg(node)
        return _ANY_LEG if leg is None else self._bit(leg)

    def _leg(self, node: str) -> str | None:
        """Return the leg of a node, None if it is unknown because the node is invalid."""
        action = self._actions[node]
        if "leg" in action.wrong:
            return None
        return str(action.fields.get("leg", DEFAULT_LEG))

    def _bit(self, leg: str) -> int:
        return 1 << self._bits.setdefault(leg, len(self._bits))

    def _check_node(self, node: str, legs: int) -> None:
        kind = self._actions[node].kind
        if kind is None or not self._is_on_leg(node, kind):
            return
        makers = listed([word(maker) for maker in MAKERS])
        for leg in self._legs_of(node, kind):
            if not legs & self._bit(leg):
                self._report.warning(
                    self._nodes[node].place,
                    "unknown-leg",
                    f"nothing before this {word(kind)} can have made its leg {shown(leg)}",
                    f"let a {makers} of this leg come first, or name the leg that was made",
                )

    def _is_on_leg(self, node: str, kind: type[Action]) -> bool:
        """Return whether a node needs a leg that an earlier node has made."""
        if issubclass(kind, ON_LEG_IF_NAMED):
            return self._actions[node].fields.get("leg") is not None
        return issubclass(kind, LegAction) and not issubclass(kind, MAKERS)

    def _legs_of(self, node: str, kind: type[Action]) -> tuple[str, ...]:
        """Return the legs that a node names, none if they are invalid."""
        action = self._actions[node]
        if action.wrong & {"leg", "primary", "consult"}:
            return ()
        known = {name for name in ("leg", "primary", "consult") if name in action.fields}
        if issubclass(kind, AttendedTransfer):
            named = {name: str(action.fields[name]) for name in known}
            return legs_of(AttendedTransfer(**named))  # type: ignore[arg-type]
        return (str(action.fields.get("leg", DEFAULT_LEG)),)
