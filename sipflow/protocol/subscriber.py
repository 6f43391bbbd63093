"""What looks at a run: a subscriber gets every event in ``g`` order, and nothing else of the run.

The engine does not know what a subscriber makes of them, and a saved log makes the same again.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import NotStarted, Verdict
from sipflow.scenario.model.graph import Scenario


class Subscriber(Protocol):
    """Anything that follows a run. ``close`` is called exactly once, also after a failure."""

    def handle(self, event: AnyEvent) -> None:
        """Take the next event; it must neither wait nor raise anything but a ``SipflowError``."""

    def close(self) -> None:
        """Give back what is held; no event comes after it."""


class Audience(Subscriber, Protocol):
    """Who looks at all runs of a command; ``index`` is a file's place on the command line."""

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        """Take in that a run has its resources; ``ports``: each instance's SIP port."""

    def run_ended(self, index: int, verdict: Verdict) -> None:
        """Take the verdict of a run."""

    def not_started(self, index: int, entry: NotStarted) -> None:
        """Take in that a file never becomes a run."""

    def tick(self, now: float) -> None:
        """Take the time, several times a second: Unix seconds, as in an event's ``ts``."""


class BatchView(Audience, Protocol):
    """An audience that also speaks at the beginning and at the end of a command."""

    def begin(self, events: str, control: str | None = None) -> None:
        """Take where the events are and where runs can be steered, before anything else."""

    def conclude(self) -> None:
        """Say how it all went; no event comes after it."""

    def obstruct(self, why: str) -> None:
        """Take in that something of the runs could not be kept: they are failed for it."""

    def report(self) -> int:
        """Print what programs read, when all else is over, and return the command's exit code.

        Raises ``OutputError`` where the verdict cannot be written.
        """


@runtime_checkable
class Ticking(Protocol):
    """A subscriber that also wants the time, several times a second, events or not."""

    def tick(self, now: float) -> None:
        """Take the time: Unix seconds, as in an event's ``ts``."""
