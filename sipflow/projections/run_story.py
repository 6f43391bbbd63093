"""What one of many runs has told so far, kept so cheaply that every event can be kept.

Pure. Most runs complete and are never looked at, so events are folded into a picture only when
somebody asks for it, or when there are so many that keeping them would cost memory.
"""

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent
from sipflow.scenario.model.graph import Scenario

# Many times what a short call tells; some 100 KB for a run that tells more.
_MOST_KEPT = 512


class LazyRunProjection:
    """The events of a living run."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._events: list[AnyEvent] = []
        self._projection: RunProjection | None = None

    def add(self, event: AnyEvent) -> None:
        """Take the next event of the run."""
        self._events.append(event)
        if len(self._events) >= _MOST_KEPT:
            self.projection()

    def projection(self) -> RunProjection:
        """Return the picture of the run as it is now."""
        projection = self._projection = self._projection or RunProjection(self._scenario)
        for event in self._events:
            projection.apply(event)
        self._events.clear()
        return projection
