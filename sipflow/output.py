"""The standard streams of a command: whole from the start, and no lost word on them is a success.

A stream that was closed by the caller becomes ``/dev/null``, so that no file or socket that is
opened later takes its number. It must not know what is written.
"""

import errno
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from sipflow.errors import ResourceError

# Errors of a place that has no room, as opposed to a reader that has gone away.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STREAMS = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w"))


class OutputError(ResourceError):
    """What a command had to say could not be written.

    ``is_silent``: the reader has gone away by its own choice, as ``head`` does, and needs no error
    message.
    """

    def __init__(self, what: str, error: OSError) -> None:
        super().__init__(f"cannot write {what} to standard output: {error.strerror or error}")
        self.is_silent = error.errno == errno.EPIPE


class NoRoomError(OutputError):
    """What a command had to say did not fit where its standard output is."""

    def __init__(self, what: str) -> None:
        super().__init__(what, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))


def open_closed_streams() -> None:
    """Open ``/dev/null`` in the place of each standard stream that is closed."""
    for number, (name, flags, mode) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, flags)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def write(text: str, stream: TextIO) -> OSError | None:
    """Write a text with its line end, however long the reader takes; return what prevented it."""
    try:
        stream.write(text + "\n")
        stream.flush()
    except OSError as error:
        discard(stream)
        return error
    return None


def discard(stream: TextIO) -> None:
    """Send what a stream holds, and whatever is written to it from now on, to ``/dev/null``.

    It would be tried again, and fail again, as the interpreter ends.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def print_line(text: str, what: str = "the output") -> None:
    """Print a text and its line end; raises ``OutputError`` where it cannot be written."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A letter that the reader's encoding lacks is shown as its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    error = write(text, sys.stdout)
    if error is not None:
        raise OutputError(what, error) from error
