"""When the live view of several runs is drawn, and what it survives."""

import contextlib
import io
import os

import pytest

from sipflow.console.suite.lines import Ending
from sipflow.console.suite.live import SuiteLive
from sipflow.projections.suite import Entry, SuiteProjection
from tests.projections.outcomes import verdict

START = 1_700_000_000.0
FAILED = Ending("failed", " 1/9  failed", ("      alice  failed",))


class Terminal(io.StringIO):
    """A terminal in memory that counts the drawings on it."""

    def isatty(self) -> bool:
        return True

    @property
    def drawings(self) -> int:
        return self.getvalue().count(" running")


class HungUp(Terminal):
    """A terminal whose line has gone after so many writings."""

    def __init__(self, writings: int) -> None:
        super().__init__()
        self._left = writings

    def write(self, text: str) -> int:
        if not self._left:
            raise OSError(5, "Input/output error")
        self._left -= 1
        return super().write(text)


@pytest.fixture(autouse=True)
def _a_good_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "24")
    for name in ("TTY_INTERACTIVE", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def suite() -> SuiteProjection:
    return SuiteProjection([f"{number}.yaml" for number in range(9)], START)


def test_it_is_drawn_with_the_tick_and_not_more_than_about_ten_times_a_second() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())
    drawn = []

    for number in range(8):
        live.tick(START + number * 0.03)
        drawn.append(stream.drawings)

    assert drawn == [1, 1, 1, 2, 2, 2, 3, 3]


def test_a_clock_that_is_set_back_does_not_stop_the_drawing() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())

    live.tick(START)
    live.tick(START - 3600)

    assert stream.drawings == 2


def test_a_run_that_completes_is_seen_in_the_bar_alone() -> None:
    stream = Terminal()
    projection = suite()
    live = SuiteLive(stream, projection)

    projection.ended(0, Entry(verdict("0.yaml")))
    live.show(Ending("completed", " 1/9  completed"))
    live.tick(START)

    assert "completed" not in stream.getvalue()
    assert "1/9  " in stream.getvalue()


def test_a_run_that_fails_is_told_with_the_next_tick() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())

    live.show(FAILED)
    assert stream.getvalue() == ""
    live.tick(START)

    assert " 1/9  failed" in stream.getvalue()
    assert "      alice  failed\n" in stream.getvalue()


def test_many_failures_at_once_are_told_in_pieces_and_none_is_lost() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())

    for number in range(100):
        live.show(Ending("failed", f"({number})", ("      alice  failed",) * 4))
    live.tick(START)

    assert [f"({number})" in stream.getvalue() for number in range(100)] == [True] * 100
    assert stream.drawings == 20


def test_what_has_not_been_told_is_told_at_the_end() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())

    live.tick(START)
    live.show(FAILED)
    live.close()

    assert " 1/9  failed" in stream.getvalue()
    assert "\x1b[?25h" in stream.getvalue()


def test_where_nothing_was_drawn_there_is_nothing_to_give_back() -> None:
    stream = Terminal()
    live = SuiteLive(stream, suite())

    live.show(Ending("completed", " 1/9  completed"))
    live.close()

    assert stream.getvalue() == ""


@pytest.mark.parametrize("writings", [0, 2, 3])
def test_a_terminal_that_has_gone_is_not_drawn_on_again_and_breaks_nothing(writings: int) -> None:
    live = SuiteLive(HungUp(writings), suite())

    live.show(FAILED)
    live.tick(START)
    live.show(FAILED)
    live.tick(START + 1)
    live.show(FAILED)
    live.close()
    live.close()


def test_a_terminal_that_is_full_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream, os.fdopen(reading, "rb") as reader:
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 4096)
        live = SuiteLive(stream, suite())
        live.show(FAILED)

        live.tick(START)

        assert set(os.read(reader.fileno(), 1_000_000)) == set(b"x")
        live.tick(START + 1)
        live.close()
        assert b" 1/9  failed" in reader.read1()
