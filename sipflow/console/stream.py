"""Writes lines to a terminal, pipe or file, so that a slow or closed reader does not affect a run.

Lines that the reader does not accept at once are buffered here. The first error ends the writing
for good, while the run goes on. It does not interpret the lines.
"""

import select
from collections import deque
from io import TextIOWrapper
from typing import TextIO

from sipflow import output
from sipflow.text import one_line

# POSIX: a pipe that poll calls writable takes this much without waiting, and takes it whole.
_PIPE_BUF = 4096
# No encoding needs more than four bytes a character; one character is the end of the line.
_LONGEST_LINE = _PIPE_BUF // 4 - 1


class ConsoleStream:
    """Writes whole lines, each flushed, to a text stream that may be slow, full or closed.

    ``failure``: the error that ended the writing, None if there is none.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self.failure: OSError | ValueError | None = None
        self._poll = _poll(stream)
        if isinstance(stream, TextIOWrapper):
            # A character that the encoding lacks is shown as its number.
            stream.reconfigure(errors="backslashreplace")

    @property
    def is_ready(self) -> bool:
        """Whether output can be written now without waiting for the reader."""
        return self.failure is None and (self._poll is None or bool(self._poll.poll(0)))

    def line(self, text: str) -> None:
        """Write one line now, or buffer it until the reader accepts it."""
        self._waiting.append(one_line(text)[:_LONGEST_LINE] + "\n")
        self.drain()

    def drain(self) -> None:
        """Write buffered lines, as far as the reader accepts them."""
        while self._waiting and self.is_ready:
            self._write(self._waiting.popleft())

    def close(self) -> None:
        """Write all buffered lines, however long the reader takes; the stream itself stays open."""
        while self._waiting and self.failure is None:
            self._write(self._waiting.popleft())

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream has been closed
            self.failure = error
            self._waiting.clear()


def say(text: str, stream: TextIO) -> bool:
    """Print a text before or after the runs, however long the reader takes.

    Returns False only if the disk of the stream is full; a closed reader is no error.
    """
    error = output.write(text, stream)
    return error is None or error.errno not in output.NO_ROOM


def _poll(stream: TextIO) -> "select.poll | None":
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # a stream in memory: always ready
        return None
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return poll
