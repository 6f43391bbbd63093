"""When the live view is drawn, and what it survives."""

import contextlib
import io
import os
from typing import TextIO

import pytest

from sipflow.console.refresh import can_show
from sipflow.console.run.live import Live
from tests.projections.transcript import PAIR, START, Transcript, basic_call


class Terminal(io.StringIO):
    """A terminal in memory that counts the drawings on it."""

    def isatty(self) -> bool:
        return True

    @property
    def drawings(self) -> int:
        return self.getvalue().count("busy callee")


class HungUp(Terminal):
    """A terminal whose line has gone."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.fixture(autouse=True)
def _a_good_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "24")
    for name in ("TTY_INTERACTIVE", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("stream", "term", "fits"),
    [
        (Terminal(), "xterm-256color", True),
        (Terminal(), "dumb", False),
        (Terminal(), "", False),
        (io.StringIO(), "xterm-256color", False),
    ],
)
def test_the_live_view_needs_a_terminal_that_moves_its_cursor(
    stream: TextIO, term: str, fits: bool
) -> None:
    assert can_show(stream, term) is fits


def test_events_are_drawn_with_the_tick_and_at_most_twelve_times_a_second() -> None:
    stream = Terminal()
    live = Live(stream, PAIR)
    drawn = []

    for number, event in enumerate(basic_call().events):
        live.handle(event)
        live.tick(START + number * 0.025)
        drawn.append(stream.drawings)

    assert drawn[:10] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_the_clock_goes_on_between_events() -> None:
    stream = Terminal()
    live = Live(stream, PAIR)
    run = Transcript()
    run.scenario(0.0, "running")
    live.handle(run.events[0])

    for tenth in range(11):
        live.tick(START + tenth / 10)

    assert stream.drawings == 6
    assert "1.0 s" in stream.getvalue()


def test_a_clock_that_is_set_back_does_not_stop_the_drawing() -> None:
    stream = Terminal()
    live = Live(stream, PAIR)

    live.tick(START)
    live.tick(START - 3600)

    assert stream.drawings == 2


def test_the_end_is_drawn_in_any_case_and_ports_may_become_known_late() -> None:
    stream = Terminal()
    ports: dict[str, int] = {}
    live = Live(stream, PAIR, ports)
    for event in basic_call().events:
        live.handle(event)
    ports["alice"] = 5080

    live.close()

    assert "completed" in stream.getvalue()
    assert ":5080" in stream.getvalue()


def test_a_terminal_that_has_gone_is_not_drawn_on_again_and_breaks_nothing() -> None:
    live = Live(HungUp(), PAIR)

    live.tick(START)
    live.tick(START + 1)
    live.close()


def fill(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(descriptor, b"x" * 4096)


def test_a_terminal_that_is_full_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream, os.fdopen(reading, "rb") as reader:
        os.set_blocking(writing, False)
        fill(writing)
        live = Live(stream, PAIR)

        live.tick(START)

        assert set(os.read(reader.fileno(), 1_000_000)) == set(b"x")
        live.close()
