"""The rich console through which the live views write to a terminal."""

from typing import TextIO

from rich.console import Console


class _Terminal(Console):
    """A console that does not end the process when its reader is gone, as rich does."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


def terminal(stream: TextIO) -> Console:
    """Return the console that draws on a stream."""
    return _Terminal(file=stream, highlight=False, soft_wrap=False)
