"""Lines to a reader that may be slow, gone or short of letters."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from sipflow.console.stream import ConsoleStream, say

# More than any pipe of Linux holds unless it is told to.
A_LOT = 20_000


@pytest.fixture
def pipe() -> Iterator[tuple[int, TextIO]]:
    reading, writing = os.pipe()
    stream = os.fdopen(writing, "w", encoding="utf-8")
    yield reading, stream
    os.close(reading)
    with contextlib.suppress(BrokenPipeError):
        stream.close()


def test_a_line_is_written_whole_and_at_once() -> None:
    stream = io.StringIO()

    ConsoleStream(stream).line("alice  running")

    assert stream.getvalue() == "alice  running\n"


def test_a_line_stays_one_line_and_moves_no_cursor() -> None:
    stream = io.StringIO()

    ConsoleStream(stream).line("486 Busy\r\n\x1b[31mHere")

    assert stream.getvalue() == "486 Busy���[31mHere\n"


def test_a_line_is_never_longer_than_a_pipe_takes_whole(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe

    ConsoleStream(stream).line("☎" * A_LOT)

    line = os.read(reading, A_LOT)
    assert line.endswith("☎\n".encode())
    assert len(line) <= 4096


def test_a_full_pipe_keeps_nobody_waiting_and_loses_no_line(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe
    lines = ConsoleStream(stream)

    for number in range(A_LOT):
        lines.line(f"line {number}")

    assert not lines.is_ready
    shown = b""
    while not shown.endswith(f"line {A_LOT - 1}\n".encode()):
        shown += os.read(reading, 65_536)
        lines.drain()
    assert shown.count(b"\n") == A_LOT


def test_what_waits_is_written_at_the_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(reading, "rb") as reader, os.fdopen(writing, "w", encoding="utf-8") as stream:
        lines = ConsoleStream(stream)
        while lines.is_ready:
            lines.line("x" * 1000)
        lines.line("the last")
        os.read(reader.fileno(), 65_536)

        lines.close()

        assert reader.read1().endswith(b"the last\n")


def test_a_reader_that_has_gone_ends_the_writing_and_nothing_else() -> None:
    reading, writing = os.pipe()
    stream = os.fdopen(writing, "w", encoding="utf-8")
    lines = ConsoleStream(stream)
    os.close(reading)

    lines.line("one")
    lines.line("two")
    lines.close()

    assert not lines.is_ready
    with pytest.raises(BrokenPipeError):
        stream.close()


def test_a_full_disk_ends_the_writing_and_nothing_else() -> None:
    stream = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - closing it fails
    lines = ConsoleStream(stream)

    lines.line("one")
    lines.line("two")
    lines.close()

    with pytest.raises(OSError, match="No space"):
        stream.close()


def test_a_closed_stream_is_no_error() -> None:
    stream = io.StringIO()
    lines = ConsoleStream(stream)
    stream.close()

    lines.line("one")

    assert not lines.is_ready


def test_letters_that_the_reader_lacks_are_shown_as_numbers() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    ConsoleStream(stream).line("Zoë ✓")

    assert raw.getvalue() == b"Zo\\xeb \\u2713\n"


def test_what_is_said_reaches_the_reader_at_once(pipe: tuple[int, TextIO]) -> None:
    reading, stream = pipe

    say("one\ntwo", stream)

    assert os.read(reading, 100) == b"one\ntwo\n"


def test_what_is_said_to_nobody_is_forgotten() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        say("one", stream)
        say("two", stream)
