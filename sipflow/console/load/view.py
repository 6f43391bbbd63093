"""The output of ``load`` for people: a live view or plain lines, a summary, and an HTML page.

It chooses and connects the subscribers; each of them formats its own output.
"""

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from sipflow import output
from sipflow.console.folding import fitted
from sipflow.console.load.live import LoadLive
from sipflow.console.load.plain import LoadPlain
from sipflow.console.load.summary import load_summary
from sipflow.console.refresh import can_show
from sipflow.console.stream import say
from sipflow.console.terminal_width import line_width
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.coordinator.load.verdict import obstructed
from sipflow.coordinator.options import LoadOptions
from sipflow.errors import ResourceError
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.load_result import LoadResult
from sipflow.reports.load_html import LoadHtml
from sipflow.reports.result_json import result_json
from sipflow.scenario.model.graph import Scenario
from sipflow.text import one_line
from sipflow.wording.run import endpoints


class LoadConsole:
    """The view of one load; with ``json`` only the result goes to standard output.

    ``has_keys``: whether keys are read.
    ``profile``: the profile of the load.

    Raises ``UsageError`` if the requested page cannot be written, before anything is started.
    """

    def __init__(
        self,
        scenario: Scenario,
        options: LoadOptions,
        *,
        json: bool,
        has_keys: bool = False,
        profile: Profile | None = None,
    ) -> None:
        self._json = json
        self._stream: TextIO = sys.stderr if json else sys.stdout
        self._names = RunProjection(scenario)
        self._page = LoadHtml(options.html, scenario) if options.html is not None else None
        self._view: LoadLive | LoadPlain = (
            LoadLive(self._stream, self._names, has_keys=has_keys, profile=profile)
            if not options.is_plain and can_show(self._stream, os.environ.get("TERM", ""))
            else LoadPlain(self._stream, self._names, verbose=options.verbose)
        )
        self._is_view_closed = False
        self._result: LoadResult | None = None
        self._is_said = True

    def begin(
        self, load_id: str, scenario: Scenario, plan_text: Sequence[str], events_endpoint: str
    ) -> None:
        """Show the load's id, its resources, and the endpoint of its events."""
        head = f"load {load_id}  {scenario.name}  {endpoints(events_endpoint, None)}"
        lines = [head, *(f"  {line}" for line in plan_text)]
        width = line_width(self._stream, os.environ)
        text = "\n".join(fitted(map(one_line, lines), width))
        self._is_said = say(text, self._stream)
        if self._page is not None:
            self._page.begin(load_id, plan_text)

    def handle(self, event: AnyEvent) -> None:
        """Handle an event of the load, or of one of its examples."""
        self._view.handle(event)
        if self._page is not None:
            self._page.handle(event)

    def tick(self, now: float) -> None:
        """Handle the passing of time; ``now``: Unix seconds. Called several times a second."""
        self._view.tick(now)

    def finished(self, result: LoadResult) -> None:
        """Write the page, and show the summary."""
        self._close_view()
        if self._page is not None:
            try:
                self._page.finished(result)
            except ResourceError as error:
                result = obstructed(result, str(error))
        width = line_width(self._stream, os.environ)
        ascii_only = not _has_marks(self._stream)
        text = load_summary(result, self._names, width, ascii_only=ascii_only)
        self._is_said &= say(text, self._stream)
        self._result = result

    def obstruct(self, why: str) -> None:
        """Mark the load as failed, because some of its output could not be written."""
        say(f"error: {why}", sys.stderr)
        if self._result is not None:
            self._result = obstructed(self._result, why)

    def report(self) -> int:
        """Print the result for programs, at the very end, and return the exit code.

        Raises ``OutputError`` if it cannot be written.
        """
        assert self._result is not None, "a load that has ended has a result"
        if self._json:
            output.print_line(result_json(self._result), "the result")
        elif not self._is_said:
            raise output.NoRoomError("the result")
        return self._result.exit_code

    def close(self) -> None:
        """Restore the terminal; without a result there is no page."""
        self._close_view()
        if self._page is not None:
            self._page.close()

    def _close_view(self) -> None:
        if not self._is_view_closed:
            self._is_view_closed = True
            self._view.close()


def _has_marks(stream: TextIO) -> bool:
    """Return whether a stream's encoding has ✓ and ✗."""
    try:
        "✓✗".encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
