"""Checks the edges of a file: separates the valid ones, and reports the others.

An invalid edge is kept as loose, so that the nodes behind it are not reported as unreachable, too.
"""

from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from sipflow.scenario.model.causes import ELSE
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawEdge, RawGraph, RawInstance, RawNode
from sipflow.text import shown


class Links(Struct, frozen=True):
    """The checked edges of a graph.

    owners: the instance of each node, where known
    valid: the edges without errors
    loose: pairs of ids that an invalid edge may have been meant to join
    """

    owners: dict[str, str]
    valid: tuple[RawEdge, ...]
    loose: tuple[tuple[str, str], ...]


def check_edges(raw: RawGraph, report: Report) -> Links:
    """Return the valid edges, and report the others."""
    check = _EdgesCheck(raw, report)
    for edge in raw.edges:
        check.one(edge)
    return Links(check.owners, tuple(check.valid), tuple(check.loose))


def owners_of(raw: RawGraph) -> dict[str, str]:
    """Return the instance of each node: as the file says, else the first that leads to it."""
    said = {node.id: node.owner for node in raw.nodes}
    owners = {node: owner for node, owner in said.items() if owner is not None}
    following: dict[str, list[str]] = {}
    pending: deque[str] = deque(owners)
    for edge in raw.edges:
        if edge.branch == "start" and edge.target in said:
            if said[edge.target] is None and edge.target not in owners:
                owners[edge.target] = edge.source
                pending.append(edge.target)
        elif edge.branch != "start" and edge.source in said and edge.target in said:
            following.setdefault(edge.source, []).append(edge.target)
    while pending:
        node = pending.popleft()
        for target in following.get(node, ()):
            if target not in owners:
                owners[target] = owners[node]
                pending.append(target)
    return owners


class _EdgesCheck:
    def __init__(self, raw: RawGraph, report: Report) -> None:
        self.owners = owners_of(raw)
        self.valid: list[RawEdge] = []
        self.loose: list[tuple[str, str]] = []
        self._raw = raw
        self._report = report
        self._nodes: dict[str, RawNode] = {node.id: node for node in raw.nodes}
        self._instances: dict[str, RawInstance] = {one.id: one for one in raw.instances}
        self._taken: dict[tuple[str, str, str], str] = {}
        self._starts: set[tuple[str, str]] = set()

    def one(self, edge: RawEdge) -> None:
        if self._source_is_wrong(edge) or self._target_is_wrong(edge):
            return
        if self._is_ambiguous(edge) or self._is_second(edge) or self._crosses(edge):
            self.loose.append((edge.source, edge.target))
        else:
            self.valid.append(edge)

    def _source_is_wrong(self, edge: RawEdge) -> bool:
        if edge.branch == "start" or edge.source in self._nodes:
            return False
        if edge.source in self._instances:
            if self._instances[edge.source].declared:
                self._report.error(
                    edge.place,
                    "bad-edge",
                    "a failure edge leaves an instance, which cannot fail",
                    "draw it from the node that may fail",
                )
            self.loose.append((edge.source, edge.target))
            return True
        near = self._dangling(edge, "leaves", edge.source)
        if near is not None:
            self.loose.append((near, edge.target))
        return True

    def _target_is_wrong(self, edge: RawEdge) -> bool:
        if edge.target in self._nodes:
            return False
        instance = self._instances.get(edge.target)
        if instance is None:
            near = self._dangling(edge, "leads to", edge.target)
            if near is not None:
                self.loose.append((edge.source, near))
        elif instance.declared:
            self._report.error(
                edge.place,
                "bad-edge",
                f"{self._what()} leads to {shown(edge.target)}, which is an instance",
                f"let it lead to a {self._raw.noun}: only an instance's own chain begins at it",
            )
        else:
            self.loose.append((edge.source, edge.target))
        return True

    def _dangling(self, edge: RawEdge, verb: str, end: str) -> str | None:
        noun = self._raw.noun
        near = self._report.near(end, self._nodes)
        written = f"a {edge.branch} edge {verb} {shown(end)}"
        if noun == "step":
            written = f"goto names {shown(end)}"
        self._report.error(
            edge.place,
            "unknown-step",
            f"{written}, and there is no such {noun}",
            f"did you mean {shown(near)}?" if near else f"give the id of a {noun} of the file",
        )
        return near

    def _is_ambiguous(self, edge: RawEdge) -> bool:
        ends = {edge.source, edge.target}
        return self._raw.format == "xyflow" and not ends.isdisjoint(self._raw.ambiguous)

    def _is_second(self, edge: RawEdge) -> bool:
        if edge.branch == "start":
            known = (edge.source, edge.target) in self._starts
            self._starts.add((edge.source, edge.target))
            if known:
                self._report.error(
                    edge.place,
                    "duplicate-edge",
                    f"two edges lead from this instance to {shown(edge.target)}",
                    "keep one of them",
                )
            return known
        first = self._taken.setdefault((edge.source, edge.branch, edge.cause), edge.target)
        return first is not edge.target and self._report_second(edge, first)

    def _report_second(self, edge: RawEdge, first: str) -> bool:
        self._report.error(
            edge.place,
            "duplicate-edge",
            f"two {edge.branch} edges {_cause(edge)}leave this {self._raw.noun}, "
            f"to {shown(first)} and to {shown(edge.target)}",
            "keep one: steps run in parallel only in different instances",
        )
        return True

    def _crosses(self, edge: RawEdge) -> bool:
        source = edge.source if edge.branch == "start" else self.owners.get(edge.source)
        target = self.owners.get(edge.target)
        if source == target or not self._is_declared(source) or not self._is_declared(target):
            return False
        self._report.error(
            edge.place,
            "bad-edge",
            f"{self._what()} leads from the chain of {self._name(source)} to {shown(edge.target)}, "
            f"a {self._raw.noun} of {self._name(target)}",
            "keep each chain within its instance; instances are synchronised only by SIP",
        )
        return True

    def _is_declared(self, owner: str | None) -> bool:
        return owner in self._instances and self._instances[owner].declared

    def _name(self, instance: str | None) -> str:
        return shown(str(instance))

    def _what(self) -> str:
        """Return the file format's word for an edge: in YAML it is a goto."""
        return "goto" if self._raw.format == "yaml" else "an edge"


def _cause(edge: RawEdge) -> str:
    return "" if edge.cause == ELSE else f"for {edge.cause} "


def check_owners(raw: RawGraph, report: Report) -> None:
    """Report nodes that belong to an instance that does not exist."""
    instances = {instance.id for instance in raw.instances}
    known = _ids(raw.instances)
    for node in raw.nodes:
        if node.owner is not None and node.owner not in instances:
            near = report.near(node.owner, known)
            report.error(
                node.place,
                "unknown-instance",
                f"it belongs to the instance {shown(node.owner)}, which does not exist",
                f"did you mean {shown(near)}?" if near else "give the id of an instance",
            )


def _ids(instances: Iterable[RawInstance]) -> list[str]:
    return [instance.id for instance in instances if instance.declared]
