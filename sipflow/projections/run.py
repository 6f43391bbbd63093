"""The state of a run, computed from its events; the model of every view of a run.

Pure, and independent of the view: a saved log, or the stream in another process, gives the same
state. It knows names and words only if it is given the scenario; otherwise it uses ids.
"""

from collections import Counter, deque

from msgspec import Struct, field

from sipflow.projections.instance import InstanceProjection, from_graph
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    CleanUpState,
    ErrorRaised,
    LegState,
    Level,
    LoadNumbers,
    LoadState,
    MediaReport,
    MediaState,
    NodeState,
    Reason,
    Refusal,
    RunFailed,
    RunReason,
    ScenarioState,
    ScenarioStateName,
)
from sipflow.scenario.model.graph import Instance, Scenario

# More lines than any terminal shows beside its table.
_LOG_LINES = 50
_FINAL = ("completed", "failed", "stopped")


class LogLine(Struct, frozen=True):
    """One line of the log: time, instance and text."""

    ts: float
    who: str
    level: Level
    text: str


class RunProjection(Struct):
    """The state of a run. Times are Unix seconds, None before the first event."""

    scenario: Scenario | None = None
    run: str = ""
    name: str = ""
    state: ScenarioStateName | None = None
    reason: RunReason | None = None
    cleanup: CleanUpState | None = None
    began: float | None = None
    latest: float = 0.0
    ended: float | None = None
    instances: dict[str, InstanceProjection] = field(default_factory=dict)
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=_LOG_LINES))

    def __post_init__(self) -> None:
        if self.scenario is None:
            return
        self.name = self.scenario.name
        names = Counter(instance.name for instance in self.scenario.instances)
        for graph in self.scenario.instances:
            self.instances[graph.id] = from_graph(graph, _label(graph, names))

    def apply(self, event: AnyEvent) -> None:
        """Apply an event; events come in ``g`` order."""
        if self.began is None:
            self.began = event.ts
            self.run = event.run
        self.latest = max(self.latest, event.ts)
        match event:
            case ScenarioState():
                self._scenario_state(event)
            case NodeState():
                self._instance(event.instance).apply_node(event)
            case LegState():
                self._instance(event.instance).apply_leg(event)
            case MediaReport() | MediaState() | Refusal():
                pass  # its node says what came of it, and what is talked in is no state of the leg
            case ActionLog():
                self._log(event, event.level, event.message)
            case ErrorRaised():
                self._error(event)
            case CleanUpState():
                self._freeze(event.ts)
                self.cleanup = event
            case LoadState() | RunFailed() | LoadNumbers():
                pass  # a load is many runs, and none of them is this one

    def who(self, instance: str) -> str:
        """Return the display name of an instance; the coordinator's is ``-``."""
        known = self.instances.get(instance)
        return known.label if known is not None else instance

    def subject(self, instance: str, node: str | None) -> str:
        """Return the display name of a node: ``alice-1 MakeCall``, or its id if unknown."""
        if node is None:
            return ""
        owner = self.instances.get(instance) or self._owner(node)
        known = owner.nodes.get(node) if owner is not None else None
        return known.label if known is not None else node

    def elapsed(self, now: float) -> float:
        """Return seconds from the first event to ``now``, or to the end of the run."""
        if self.began is None:
            return 0.0
        return max(0.0, (self.ended if self.ended is not None else now) - self.began)

    def progress(self) -> tuple[int, int]:
        """Return how many nodes have run to their end, and how many can, over all instances."""
        parts = [instance.progress() for instance in self.instances.values()]
        return sum(done for done, _ in parts), sum(total for _, total in parts)

    def _scenario_state(self, event: ScenarioState) -> None:
        self.name = event.scenario
        self.state = event.new
        self.reason = event.reason
        if event.new not in _FINAL:
            return
        self.ended = event.ts
        reason = event.reason
        if event.new == "failed" and reason is not None and reason.instance in self.instances:
            blamed = self.instances[reason.instance]
            blamed.error = blamed.error or Reason(
                code=reason.code, message=reason.message, local=reason.local
            )
        self._freeze(event.ts)

    def _error(self, event: ErrorRaised) -> None:
        # The coordinator reports for an exited worker; the node determines the instance.
        owner = self.instances.get(event.instance)
        if owner is None and event.node is not None:
            owner = self._owner(event.node)
        reason = Reason(code=event.code, message=event.message, local=event.local)
        if owner is not None:
            owner.error = owner.error or reason
        self._log(event, "error", event.message)
        self._freeze(event.ts)

    def _freeze(self, at: float) -> None:
        for instance in self.instances.values():
            instance.freeze(at)

    def _log(self, event: ActionLog | ErrorRaised, level: Level, text: str) -> None:
        if level != "debug":
            self.log.append(LogLine(event.ts, self.who(event.instance), level, text))

    def _instance(self, instance: str) -> InstanceProjection:
        return self.instances.setdefault(instance, InstanceProjection(instance, instance))

    def _owner(self, node: str) -> InstanceProjection | None:
        owners = (known for known in self.instances.values() if node in known.nodes)
        return next(owners, None)


def _label(graph: Instance, names: Counter[str]) -> str:
    return graph.name if names[graph.name] == 1 else f"{graph.name} ({graph.id})"
