"""One plain line per file that has come to its end."""

import contextlib
import io
import os

from sipflow.console.suite.lines import Ending
from sipflow.console.suite.view import SuitePlain


def test_an_ending_is_its_line_and_the_lines_below() -> None:
    stream = io.StringIO()
    plain = SuitePlain(stream)

    plain.show(Ending("completed", " 1/2  completed"))
    plain.show(Ending("failed", " 2/2  failed", ("        alice", "        bob")))
    plain.close()

    assert stream.getvalue() == " 1/2  completed\n 2/2  failed\n        alice\n        bob\n"


def test_a_slow_reader_gets_what_waited_with_the_tick() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream, os.fdopen(reading, "rb") as reader:
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 4096)
        plain = SuitePlain(stream)
        plain.show(Ending("completed", " 1/1  completed"))
        os.read(reader.fileno(), 1_000_000)

        plain.tick(0.0)

        assert reader.read1() == b" 1/1  completed\n"


def test_a_reader_that_has_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", encoding="utf-8")
    plain = SuitePlain(stream)

    plain.show(Ending("completed", " 1/1  completed"))
    plain.tick(0.0)
    plain.close()

    with contextlib.suppress(BrokenPipeError):
        stream.close()
