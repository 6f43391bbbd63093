"""What ``start`` shows of several files: a bar on a terminal, plain lines elsewhere, a table.

Chooses and wires the view; it judges nothing, and nobody who looks can harm the runs.
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

# One plain line per file that has come to its end, for pipes and CI; no colours, no cursor.


class SuitePlain:
    """Writes the lines to a stream as far as its reader takes them."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = ConsoleStream(stream)

    def show(self, ending: Ending) -> None:
        """Write what is said of a file."""
        for line in (ending.line, *ending.below):
            self._lines.line(line)

    def tick(self, now: float) -> None:
        """Write what a slow reader had no room for."""
        self._lines.drain()

    def close(self) -> None:
        """Write what is left."""
        self._lines.close()


class _View(Protocol):
    """What shows the endings as they come."""

    def show(self, ending: Ending) -> None: ...

    def tick(self, now: float) -> None: ...

    def close(self) -> None: ...


class SuiteConsole:
    """The view of several files; with ``json`` standard output is the verdicts' alone.

    ``plain``: lines on a terminal, too; ``verbose``: with the time of day. An index is a file's
    place in ``files``, which names all of them, also those that cannot be run.
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
        """Say how many there are, where their events are, and where they can be steered."""
        head = f"{counted(len(self._files), 'scenario')}  {endpoints(events, control)}"
        self._is_said = say(head, self._stream)

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        """A file became a run; its events come after this."""
        self._stories[run] = LazyRunProjection(scenario)
        self._lines.expect(scenario.name)
        self._projection.started(index, scenario.name)

    def handle(self, event: AnyEvent) -> None:
        """Take an event of any of the runs."""
        story = self._stories.get(event.run)
        if story is not None:
            story.add(event)

    def tick(self, now: float) -> None:
        """Take the time, in Unix seconds."""
        self._view.tick(now)

    def run_ended(self, index: int, verdict: Verdict) -> None:
        """A run has its verdict; if it did not complete, say at once what happened."""
        verdict = replace(verdict, file=verdict.file or self._files[index])
        story = self._stories.pop(verdict.run, None)
        if verdict.verdict == "completed":
            self._ended(index, Entry(verdict), [])
            return
        projection = story.projection() if story is not None else RunProjection()
        _head, *below = summary(verdict, projection).split("\n")
        self._ended(index, Entry(verdict, blame(verdict.reason, projection)), below)

    def not_started(self, index: int, entry: NotStarted) -> None:
        """A file cannot be run, or was not reached; only the first is worth a line."""
        reason = cause(entry)
        self._ended(index, Entry(entry, reason), entry.problems or (f"  {reason}",))

    @property
    def exit_code(self) -> int:
        """The one exit code of all files so far."""
        return exit_code(entry.outcome for entry in self._projection.entries)

    def close(self) -> None:
        """Give the terminal back."""
        if not self._closed:
            self._closed = True
            self._view.close()

    def conclude(self) -> None:
        """Say how it went."""
        self.close()
        width = line_width(self._stream, os.environ)
        lines = fitted(totals(self._projection, clock.monotonic() - self._began), width)
        rows = table(self._projection.entries, width)
        text = "\n".join(["", *rows, "", *lines] if rows else lines)
        self._is_said &= say(text, self._stream)

    def obstruct(self, why: str) -> None:
        """Make the verdict of every run one of a run that failed for this."""
        say(f"error: {why}", sys.stderr)
        for index, entry in enumerate(self._projection.entries):
            if isinstance(entry.outcome, Verdict):
                self._projection.ended(index, Entry(obstructed(entry.outcome, why), why))

    def report(self) -> int:
        """Print the verdicts for programs; raises ``OutputError`` where it cannot be written."""
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
