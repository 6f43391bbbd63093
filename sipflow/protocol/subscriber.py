"""Subscribers: a subscriber gets every event of a run in ``g`` order, and nothing else of the run.

The engine does not depend on what a subscriber does, and a saved log reproduces its output.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import NotStarted, Verdict
from sipflow.scenario.model.graph import Scenario


class Subscriber(Protocol):
    """A subscriber of a run. ``close`` is called exactly once, also after a failure."""

    def handle(self, event: AnyEvent) -> None:
        """Handle the next event; must neither wait nor raise anything but a ``SipflowError``."""

    def close(self) -> None:
        """Release all resources; no event follows."""


class Audience(Subscriber, Protocol):
    """A subscriber of all runs of a command; ``index``: a file's place on the command line."""

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        """Handle the start of a run; ``ports``: each instance's SIP port."""

    def run_ended(self, index: int, verdict: Verdict) -> None:
        """Handle the verdict of a run."""

    def not_started(self, index: int, entry: NotStarted) -> None:
        """Handle a file that never becomes a run."""

    def tick(self, now: float) -> None:
        """Handle the passing of time; ``now``: Unix seconds. Called several times a second."""


class BatchView(Audience, Protocol):
    """The view of a whole command, with output at its beginning and at its end."""

    def begin(self, events: str, control: str | None = None) -> None:
        """Show the endpoints of the events and of the control API; called first."""

    def conclude(self) -> None:
        """Show the outcome of the command; no event follows."""

    def obstruct(self, why: str) -> None:
        """Mark the runs as failed, because some of their output could not be written."""

    def report(self) -> int:
        """Print the result for programs, at the very end, and return the command's exit code.

        Raises ``OutputError`` if the verdict cannot be written.
        """


@runtime_checkable
class Ticking(Protocol):
    """A subscriber that is also called several times a second, whether there are events or not."""

    def tick(self, now: float) -> None:
        """Handle the passing of time; ``now``: Unix seconds, as in an event's ``ts``."""
