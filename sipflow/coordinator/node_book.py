"""Which state every node of a run is in, folded from its events. Pure."""

from sipflow.protocol.events import Event, NodeState
from sipflow.protocol.scenario import Scenario


class NodeBook:
    """The last state of each node, by instance and node; all of them begin ``pending``."""

    def __init__(self, scenario: Scenario) -> None:
        self._states: dict[str, dict[str, str]] = {
            instance.id: {node.id: "pending" for node in instance.nodes}
            for instance in scenario.instances
        }

    def handle(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, NodeState):
            self._states[event.instance][event.node] = event.new

    def running(self, instance: str) -> str | None:
        """Return the node that runs in an instance, None if none does."""
        for node, state in self._states[instance].items():
            if state == "running":
                return node
        return None

    def of(self, instance: str) -> dict[str, str]:
        """Return the states of an instance's nodes, in the order of the file."""
        return dict(self._states[instance])
