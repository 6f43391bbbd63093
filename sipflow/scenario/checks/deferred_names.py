"""The names of variables whose values are known only during the run, for each instance."""

from functools import cached_property

from sipflow.scenario.checks.condition import captured
from sipflow.scenario.checks.edges import owners_of
from sipflow.scenario.raw_graph import RawGraph, RawNode
from sipflow.scenario.variables.run_variables import instance_names


class RuntimeNames:
    """The deferred variables of a graph; computed only if a text has variables."""

    def __init__(self, raw: RawGraph) -> None:
        self._raw = raw
        self._known: dict[str | None, frozenset[str]] = {}

    @cached_property
    def of_run(self) -> frozenset[str]:
        """The names that every instance can use."""
        instances = self._raw.instances
        names = (one.name or _number(one.number) for one in instances)
        return instance_names((one.id for one in instances), names)

    @cached_property
    def _captured(self) -> dict[str | None, frozenset[str]]:
        """The names that nodes capture, by the instance of the nodes."""
        found: dict[str | None, frozenset[str]] = {}
        for node in self._raw.nodes:
            for written in node.properties or ():
                if written.name == "capture" and written.entries:
                    owner = self._owners.get(node.id)
                    found[owner] = found.get(owner, frozenset()) | captured(written)
        return found

    @cached_property
    def _owners(self) -> dict[str, str]:
        return owners_of(self._raw)

    def of_owner(self, owner: str | None) -> frozenset[str]:
        """Return the names that the steps of an instance can use."""
        if owner not in self._known:
            self._known[owner] = self.of_run | self._captured.get(owner, frozenset())
        return self._known[owner]

    def of_node(self, node: RawNode) -> frozenset[str]:
        """Return the names that a node can use."""
        if not self._captured:
            return self.of_run
        return self.of_owner(self._owners.get(node.id))


def _number(number: object) -> str:
    return str(getattr(number, "value", ""))
