"""The output of ``start`` for several files: a bar or plain lines, and a table.

It chooses and connects the view; it judges nothing, and its failures do not affect the runs.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO

from msgspec.structs import replace

from sipflow import clock, output
from sipflow.console.folding import fitted
from sipflow.console.refresh import can_show
from sipflow.console.run.summary import summary
from sipflow.console.stream import ConsoleStream, say
from sipflow.console.suite.lines import Ending, SuiteLines, table
from sipflow.console.suite.live import SuiteLive
from sipflow.console.terminal_width import line_width
from sipflow.coordinator.run.verdict import obstructed
from sipflow.projections.run import RunProjection
from sipflow.projections.run_story import LazyRunProjection
from sipflow.projections.suite import Entry, SuiteProjection, exit_code
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import NotStarted, Verdict
from sipflow.reports.result_json import verdicts_json
from sipflow.scenario.model.graph import Scenario
from sipflow.text import counted
from sipflow.wording.run import endpoints, wall_clock
from sipflow.wording.suite import blame, cause, totals

# One plain line per finished file, for pipes and CI; no colours, no cursor.


class SuitePlain:
    """Writes the lines to a stream as far as its reader accepts them."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = ConsoleStream(stream)

    def show(self, ending: Ending) -> None:
        """Write the text about a file."""
        for line in (ending.line, *ending.below):
            self._lines.line(line)

    def tick(self, now: float) -> None:
        """Write lines buffered for a slow reader."""
        self._lines.drain()

    def close(self) -> None:
        """Write all remaining lines."""
        self._lines.close()


class _View(Protocol):
    """Shows the text about each file as it finishes."""

    def show(self, ending: Ending) -> None: ...

    def tick(self, now: float) -> None: ...

    def close(self) -> None: ...


class SuiteConsole:
    """The view of several files; with ``json`` only the verdicts go to standard output.

    ``plain``: plain lines on a terminal too.
    ``verbose``: with the time of day.
    ``files``: all files, also those that cannot be run; an index is a file's place in it.
    """

    def __init__(
        self, files: Sequence[str], *, json: bool, plain: bool = False, verbose: bool = False
    ) -> None:
        self._json = json
        self._verbose = verbose
        self._stream: TextIO = sys.stderr if json else sys.stdout
        self._began = clock.monotonic()
        self._files = files
        self._projection = SuiteProjection(files, clock.wall())
        self._lines = SuiteLines(len(files))
        self._stories: dict[str, LazyRunProjection] = {}
        self._closed = False
        self._is_said = True
        self._view: _View = (
            SuiteLive(self._stream, self._projection)
            if not plain and can_show(self._stream, os.environ.get("TERM", ""))
            else SuitePlain(self._stream)
        )

    def begin(self, events: str, control: str | None = None) -> None:
        """Show the number of files, and the endpoints of the events and of the control API."""
        head = f"{counted(len(self._files), 'scenario')}  {endpoints(events, control)}"
        self._is_said = say(head, self._stream)

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        """Handle the start of a file's run; its events follow."""
        self._stories[run] = LazyRunProjection(scenario)
        self._lines.expect(scenario.name)
        self._projection.started(index, scenario.name)

    def handle(self, event: AnyEvent) -> None:
        """Handle an event of any of the runs."""
        story = self._stories.get(event.run)
        if story is not None:
            story.add(event)

    def tick(self, now: float) -> None:
        """Handle the passing of time; ``now``: Unix seconds."""
        self._view.tick(now)

    def run_ended(self, index: int, verdict: Verdict) -> None:
        """Handle the verdict of a run; if it did not complete, show at once why."""
        verdict = replace(verdict, file=verdict.file or self._files[index])
        story = self._stories.pop(verdict.run, None)
        if verdict.verdict == "completed":
            self._ended(index, Entry(verdict), [])
            return
        projection = story.projection() if story is not None else RunProjection()
        _head, *below = summary(verdict, projection).split("\n")
        self._ended(index, Entry(verdict, blame(verdict.reason, projection)), below)

    def not_started(self, index: int, entry: NotStarted) -> None:
        """Handle a file that cannot be run, which gets a line, or that was not reached."""
        reason = cause(entry)
        self._ended(index, Entry(entry, reason), entry.problems or (f"  {reason}",))

    @property
    def exit_code(self) -> int:
        """The one exit code of all files so far."""
        return exit_code(entry.outcome for entry in self._projection.entries)

    def close(self) -> None:
        """Restore the terminal."""
        if not self._closed:
            self._closed = True
            self._view.close()

    def conclude(self) -> None:
        """Show the table and the totals."""
        self.close()
        width = line_width(self._stream, os.environ)
        lines = fitted(totals(self._projection, clock.monotonic() - self._began), width)
        rows = table(self._projection.entries, width)
        text = "\n".join(["", *rows, "", *lines] if rows else lines)
        self._is_said &= say(text, self._stream)

    def obstruct(self, why: str) -> None:
        """Mark every run as failed, because some of their output could not be written."""
        say(f"error: {why}", sys.stderr)
        for index, entry in enumerate(self._projection.entries):
            if isinstance(entry.outcome, Verdict):
                self._projection.ended(index, Entry(obstructed(entry.outcome, why), why))

    def report(self) -> int:
        """Print the verdicts for programs; raises ``OutputError`` if they cannot be written."""
        if self._json:
            outcomes = (entry.outcome for entry in self._projection.entries)
            output.print_line(verdicts_json(outcomes), "the verdicts")
        elif not self._is_said:
            raise output.NoRoomError("the verdicts")
        return self.exit_code

    def _ended(self, index: int, entry: Entry, below: Sequence[str]) -> None:
        self._projection.ended(index, entry)
        if entry.standing != "not reached":
            at = wall_clock(clock.wall()) if self._verbose else ""
            self._view.show(self._lines.ending(self._projection.done, entry, below, at))
