"""How wide a stream's lines may be."""

import fcntl
import io
import os
import pty
import struct
import termios
from collections.abc import Mapping

import pytest

from sipflow.console.terminal_width import line_width


@pytest.mark.parametrize(
    ("environment", "width"),
    [({}, 72), ({"COLUMNS": "40"}, 40), ({"COLUMNS": "0"}, 72), ({"COLUMNS": "wide"}, 72)],
)
def test_a_terminal_is_as_wide_as_it_says_unless_columns_says_otherwise(
    environment: Mapping[str, str], width: int
) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 72, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        assert line_width(stream, environment) == width
    os.close(ours)


def test_a_terminal_that_says_nothing_has_room_for_everything() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        assert line_width(stream, {}) is None
    os.close(ours)


def test_a_pipe_has_room_for_everything_whatever_columns_says() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        assert line_width(stream, {"COLUMNS": "80"}) is None
    os.close(reader)
    assert line_width(io.StringIO(), {}) is None
