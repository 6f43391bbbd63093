"""When the live view of a load is drawn, and what it survives."""

import io
import os

import pytest

from sipflow.console.load.live import LoadLive
from sipflow.console.load.screen import KEYS
from sipflow.projections.run import RunProjection
from tests.console.run.test_live import HungUp, Terminal, fill
from tests.projections.load_transcript import LoadTranscript, bad_load
from tests.projections.transcript import PAIR, START

NAMES = RunProjection(PAIR)


@pytest.fixture(autouse=True)
def _a_good_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "30")
    for name in ("TTY_INTERACTIVE", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


def drawings(stream: io.StringIO) -> int:
    return stream.getvalue().count("in this second")


def test_numbers_are_drawn_about_twice_a_second() -> None:
    stream = Terminal()
    live = LoadLive(stream, NAMES, has_keys=False)
    load = LoadTranscript()
    load.numbers()
    drawn = []

    for tenth in range(11):
        live.handle(load.events[0])
        live.tick(START + tenth / 10)
        drawn.append(drawings(stream))

    assert drawn == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]
    assert KEYS not in stream.getvalue()


def test_what_a_key_did_is_drawn_with_the_next_tick() -> None:
    stream = Terminal()
    live = LoadLive(stream, NAMES, has_keys=True)
    live.tick(START)
    load = LoadTranscript()
    load.state("paused")

    live.handle(load.events[0])
    live.tick(START + 0.1)

    assert drawings(stream) == 2
    assert "paused" in stream.getvalue()
    assert KEYS in stream.getvalue()


def test_a_clock_that_is_set_back_does_not_stop_the_drawing() -> None:
    stream = Terminal()
    live = LoadLive(stream, NAMES, has_keys=False)

    live.tick(START)
    live.tick(START - 3600)

    assert drawings(stream) == 2


def test_the_end_is_drawn_in_any_case() -> None:
    stream = Terminal()
    live = LoadLive(stream, NAMES, has_keys=True)
    for event in bad_load().events:
        live.handle(event)

    live.close()

    assert "3 of 230 runs failed" in stream.getvalue()
    assert KEYS not in stream.getvalue()


def test_a_terminal_that_has_gone_is_not_drawn_on_again_and_breaks_nothing() -> None:
    live = LoadLive(HungUp(), NAMES, has_keys=False)

    live.tick(START)
    live.tick(START + 1)
    live.close()


def test_a_terminal_that_is_full_is_not_waited_for() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as stream, os.fdopen(reading, "rb") as reader:
        os.set_blocking(writing, False)
        fill(writing)
        live = LoadLive(stream, NAMES, has_keys=False)

        live.tick(START)

        assert set(os.read(reader.fileno(), 1_000_000)) == set(b"x")
        live.close()
