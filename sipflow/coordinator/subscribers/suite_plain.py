"""One plain line per file that has come to its end, for pipes and CI; no colours, no cursor."""

from typing import TextIO

from sipflow.coordinator.subscribers.console_stream import ConsoleStream
from sipflow.coordinator.subscribers.suite_lines import Ending


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
