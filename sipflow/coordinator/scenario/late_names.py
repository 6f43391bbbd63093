"""The variables that are known only as the run goes on, as seen from each instance."""

from functools import cached_property

from sipflow.coordinator.run_variables import instance_names
from sipflow.coordinator.scenario.raw_graph import RawGraph, RawNode


class LateNames:
    """Looked up only where there are variables at all."""

    def __init__(self, raw: RawGraph) -> None:
        self._raw = raw

    @cached_property
    def of_run(self) -> frozenset[str]:
        """The names that every instance knows."""
        instances = self._raw.instances
        names = (one.name or _number(one.number) for one in instances)
        return instance_names((one.id for one in instances), names)

    def of_owner(self, owner: str) -> frozenset[str]:
        """Return the names that the steps of an instance know."""
        return self.of_run

    def of_node(self, node: RawNode) -> frozenset[str]:
        """Return the names that a node's instance knows."""
        return self.of_run


def _number(number: object) -> str:
    return str(getattr(number, "value", ""))
