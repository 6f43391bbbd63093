"""Checks chains of nodes: reports cycles, and warns of nodes that no instance reaches.

The checks are iterative and linear in the size of the graph.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from sipflow.scenario.checks.cycles import cycles
from sipflow.scenario.checks.edges import Links
from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawEdge, RawGraph
from sipflow.text import shown

_MOST_NAMED = 10


def check_cycles(raw: RawGraph, links: Links, report: Report) -> None:
    """Report one cycle for each group of nodes that lead back to one another."""
    edges = [edge for edge in links.valid if edge.branch != "start"]
    following: dict[str, list[str]] = {node.id: [] for node in raw.nodes}
    for edge in edges:
        following[edge.source].append(edge.target)
    closing: dict[tuple[str, str], RawEdge] = {(edge.source, edge.target): edge for edge in edges}
    reported: set[Place] = set()
    for cycle in cycles(following):
        place = closing[cycle[-1], cycle[0]].place
        if place in reported:  # the same goto in another round of a Repeat
            continue
        reported.add(place)
        named = [shown(node) for node in cycle[:_MOST_NAMED]]
        if len(cycle) > _MOST_NAMED:
            named.append("…")
        report.error(
            place,
            "cycle",
            f"{raw.noun}s form a cycle: {' → '.join([*named, shown(cycle[0])])}",
            "let every chain end; write steps again where they are to be repeated",
        )


def check_reach(raw: RawGraph, links: Links, report: Report) -> None:
    """Warn of nodes that no instance reaches."""
    following: dict[str, list[str]] = {}
    for edge in links.valid:
        following.setdefault(edge.source, []).append(edge.target)
    for source, target in links.loose:
        following.setdefault(source, []).append(target)
    reached = _reached((instance.id for instance in raw.instances), following)
    for node in raw.nodes:
        if node.id not in reached and node.id not in raw.ambiguous:
            report.warning(
                node.place,
                "unreachable-step",
                f"no instance reaches this {raw.noun}: it will stay pending",
                "connect it to an instance's chain, or take it out",
            )


def _reached(starts: Iterable[str], following: Mapping[str, Sequence[str]]) -> set[str]:
    reached = set(starts)
    pending = deque(reached)
    while pending:
        for target in following.get(pending.popleft(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached
