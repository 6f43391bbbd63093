"""The lazily computed state of one of many runs, cheap enough to keep every event.

Pure. Most runs complete and are never shown, so events are applied to a projection only when it is
requested, or when so many have been kept that they cost memory.
"""

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent
from sipflow.scenario.model.graph import Scenario

# Many times the events of a short call; about 100 KB.
_MOST_KEPT = 512


class LazyRunProjection:
    """The events of a current run, applied to its projection on request."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._events: list[AnyEvent] = []
        self._projection: RunProjection | None = None

    def add(self, event: AnyEvent) -> None:
        """Add the next event of the run."""
        self._events.append(event)
        if len(self._events) >= _MOST_KEPT:
            self.projection()

    def projection(self) -> RunProjection:
        """Return the projection of the run as it is now."""
        projection = self._projection = self._projection or RunProjection(self._scenario)
        for event in self._events:
            projection.apply(event)
        self._events.clear()
        return projection
