"""The output of ``start`` for people: a live view or plain lines, and a summary.

It chooses and connects the subscribers; each of them formats its own output.
"""

import os
import sys
from collections.abc import Mapping
from typing import TextIO

from sipflow import output
from sipflow.console.folding import fitted
from sipflow.console.refresh import can_show
from sipflow.console.run.live import Live
from sipflow.console.run.plain import Plain
from sipflow.console.run.summary import summary
from sipflow.console.stream import say
from sipflow.console.terminal_width import line_width
from sipflow.coordinator.run.verdict import obstructed
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.subscriber import Subscriber, Ticking
from sipflow.protocol.verdict import NOT_STARTED, NotStarted, Verdict
from sipflow.reports.result_json import verdict_json
from sipflow.scenario.model.graph import Scenario
from sipflow.wording.run import endpoints


class Console:
    """The view of one run; with ``json`` only the verdict goes to standard output.

    ``plain``: plain lines on a terminal too.
    ``verbose``: with the time of day, and more lines.
    ``exit_code``: known once the run has ended.
    """

    def __init__(
        self, scenario: Scenario, *, json: bool, plain: bool = False, verbose: bool = False
    ) -> None:
        self._json = json
        self._stream: TextIO = sys.stderr if json else sys.stdout
        self._projection = RunProjection(scenario)
        self._ports: dict[str, int] = {}
        self._where = ""
        self._view: Subscriber = (
            Live(self._stream, scenario, self._ports)
            if not plain and can_show(self._stream, os.environ.get("TERM", ""))
            else Plain(self._stream, scenario, is_ticked=True, verbose=verbose)
        )
        self._closed = False
        self._verdict: Verdict | None = None
        self._is_said = True
        self.exit_code = NOT_STARTED

    def begin(self, events: str, control: str | None = None) -> None:
        """Record the endpoints of the events and of the control API."""
        self._where = endpoints(events, control)

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        """Show the run's id and the endpoint of its events."""
        self._ports.update(ports)
        self._is_said = self._say([f"run {run}  {self._where}"])

    def handle(self, event: AnyEvent) -> None:
        """Handle an event of the run."""
        self._projection.apply(event)
        self._view.handle(event)

    def tick(self, now: float) -> None:
        """Handle the passing of time; ``now``: Unix seconds."""
        if isinstance(self._view, Ticking):
            self._view.tick(now)

    def run_ended(self, index: int, verdict: Verdict) -> None:
        """Show the summary."""
        self.close()
        self._is_said &= self._say(summary(verdict, self._projection).split("\n"))
        self._verdict = verdict
        self.exit_code = verdict.exit_code

    def not_started(self, index: int, entry: NotStarted) -> None:
        """Show why there was no run."""
        say(f"error: {entry.reason.message}", sys.stderr)
        self.exit_code = entry.exit_code

    def conclude(self) -> None:
        """Do nothing: the single run has its summary already."""

    def obstruct(self, why: str) -> None:
        """Mark the run as failed, because some of its output could not be written."""
        say(f"error: {why}", sys.stderr)
        if self._verdict is not None:
            self._verdict = obstructed(self._verdict, why)
            self.exit_code = self._verdict.exit_code

    def report(self) -> int:
        """Print the verdict for programs; raises ``OutputError`` if it cannot be written."""
        if self._json and self._verdict is not None:
            output.print_line(verdict_json(self._verdict), "the verdict")
        elif not self._json and not self._is_said:
            raise output.NoRoomError("the verdict")
        return self.exit_code

    def close(self) -> None:
        """Restore the terminal."""
        if not self._closed:
            self._closed = True
            self._view.close()

    def _say(self, lines: list[str]) -> bool:
        width = line_width(self._stream, os.environ)
        return say("\n".join(fitted(lines, width)), self._stream)
