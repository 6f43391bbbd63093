"""The standard streams of a command: opens closed ones, and reports output that cannot be written.

A stream that was closed by the caller becomes ``/dev/null``, so that no file or socket that is
opened later gets its descriptor. It must not depend on the contents of the output.
"""

import errno
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from sipflow.errors import ResourceError

# Errors of a full device, as opposed to a reader that has closed its end.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STREAMS = (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w"))


class OutputError(ResourceError):
    """The output of a command could not be written.

    is_silent: whether the reader has closed its end, as ``head`` does, and needs no error message
    """

    def __init__(self, what: str, error: OSError) -> None:
        super().__init__(f"cannot write {what} to standard output: {error.strerror or error}")
        self.is_silent = error.errno == errno.EPIPE


class NoRoomError(OutputError):
    """The output of a command did not fit on the device of its standard output."""

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
    """Write a text with its line end, however long the reader takes; return the error, if any."""
    try:
        stream.write(text + "\n")
        stream.flush()
    except OSError as error:
        discard(stream)
        return error
    return None


def discard(stream: TextIO) -> None:
    """Redirect a stream to ``/dev/null``, with its buffered text and all later output.

    Else the interpreter would try to write the buffer again, and fail again, as it ends.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def print_line(text: str, what: str = "the output") -> None:
    """Print a text and its line end; raises ``OutputError`` if it cannot be written."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A character that the stream's encoding lacks is written as an escape.
        sys.stdout.reconfigure(errors="backslashreplace")
    error = write(text, sys.stdout)
    if error is not None:
        raise OutputError(what, error) from error
