"""The terminal as the live views write to it: one rich console for a stream."""

from typing import TextIO

from rich.console import Console


class _Terminal(Console):
    """Rich ends the process where its reader is gone; a run must not end because of that."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


def terminal(stream: TextIO) -> Console:
    """Return the console that draws on a stream."""
    return _Terminal(file=stream, highlight=False, soft_wrap=False)
