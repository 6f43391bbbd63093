"""The current state of every node of a run, computed from its events. Pure."""

from sipflow.protocol.events import Event, NodeState, NodeStateName
from sipflow.scenario.model.graph import Scenario


class NodeStates:
    """The last state of each node, by instance and node; all of them begin ``pending``."""

    def __init__(self, scenario: Scenario) -> None:
        self._states: dict[str, dict[str, NodeStateName]] = {
            instance.id: {node.id: "pending" for node in instance.nodes}
            for instance in scenario.instances
        }
        self._current: dict[str, str] = {}

    def handle(self, event: Event) -> None:
        """Apply an event."""
        if isinstance(event, NodeState):
            self._states[event.instance][event.node] = event.new
            self._current[event.instance] = event.node

    def current(self, instance: str) -> tuple[str, NodeStateName] | None:
        """Return an instance's current or last node, and the node's state."""
        node = self._current.get(instance)
        return (node, self._states[instance][node]) if node is not None else None

    def running(self, instance: str) -> str | None:
        """Return the node that runs in an instance, None if none does."""
        current = self.current(instance)
        return current[0] if current is not None and current[1] == "running" else None

    def of(self, instance: str) -> dict[str, str]:
        """Return the states of an instance's nodes, in the order of the file."""
        return dict(self._states[instance])
