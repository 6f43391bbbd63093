"""What the live view of several runs looks like."""

import io
from textwrap import dedent

import pytest
from rich.console import Console

from sipflow.console.suite.lines import Ending
from sipflow.console.suite.screen import SuiteScreen, view
from sipflow.projections.suite import Entry, SuiteProjection
from tests.projections.outcomes import bad, not_reached, verdict

START = 1_700_000_000.0


def in_the_middle() -> SuiteProjection:
    projection = SuiteProjection([f"{number}.yaml" for number in range(100)], START)
    for number in range(23):
        projection.ended(number, Entry(verdict(f"{number}.yaml")))
    projection.ended(23, Entry(verdict("23.yaml", "failed")))
    projection.ended(24, Entry(bad("24.yaml")))
    projection.started(25, "busy callee")
    projection.started(26, "caller cancels")
    return projection


def shown(projection: SuiteProjection, now: float, width: int = 100) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=True, color_system=None, width=width, height=24
    )
    with console.capture() as captured:
        console.print(view(projection, START + now, console))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def test_in_the_middle_it_looks_like_this() -> None:
    assert shown(in_the_middle(), 10.0) == dedent("""\
         25/100  ━━━━━━───────────────────  1 failed, 1 not started  10.0 s  about 30 s left
        2 running  busy callee, caller cancels
        """)


def test_before_anything_has_ended_nothing_is_estimated() -> None:
    assert shown(SuiteProjection(["a.yaml", "b.yaml"], START), 1.0) == dedent(f"""\
        0/2  {"─" * 25}  1.0 s
        0 running
        """)


def test_at_the_end_the_bar_is_full_and_nothing_is_left() -> None:
    projection = SuiteProjection(["a.yaml"], START)
    projection.ended(0, Entry(verdict("a.yaml")))

    assert shown(projection, 1.0).splitlines()[0] == f"1/1  {'━' * 25}  1.0 s"


def test_files_that_are_not_reached_are_not_called_bad() -> None:
    projection = SuiteProjection(["a.yaml"], START)
    projection.ended(0, Entry(not_reached("a.yaml")))

    assert shown(projection, 1.0).splitlines()[0] == f"0/1  {'─' * 25}  1.0 s"


@pytest.mark.parametrize("width", [120, 80, 40, 20])
def test_it_is_two_lines_on_any_terminal(width: int) -> None:
    projection = in_the_middle()
    for number in range(30, 90):
        projection.started(number, "a scenario with a \x1b[2J long\n name")

    lines = shown(projection, 10.0, width).splitlines()

    assert len(lines) == 2
    assert max(map(len, lines)) <= width
    assert "\x1b" not in lines[1]


def test_a_terminal_without_utf_8_gets_an_ascii_bar() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console = Console(file=stream, force_terminal=True, color_system=None, width=100, height=24)

    console.print(view(in_the_middle(), START, console))

    assert b" 25/100  ######-------------------  " in raw.getvalue()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setenv("TERM", "xterm-256color")
    return Console(
        file=io.StringIO(), force_terminal=True, force_interactive=True, width=60, height=24
    )


def written(console: Console) -> str:
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_endings_stay_above_the_newest_bar_with_their_long_lines_whole(terminal: Console) -> None:
    screen = SuiteScreen(terminal)
    projection = in_the_middle()
    screen.draw(projection, START, [])
    first = written(terminal)
    projection.ended(25, Entry(verdict("25.yaml", "failed")))

    screen.draw(
        projection, START, [Ending("failed", " 26/100  failed", ("x" * 90, "[red]y[/red]"))]
    )

    second = written(terminal)[len(first) :]
    assert f"\n{'x' * 90}\n[red]y[/red]\n" in second
    assert " 26/100  " in second[second.rindex("[/red]") :]
    assert " 25/100" not in second


def test_at_the_end_the_bar_is_gone_and_the_cursor_comes_back(terminal: Console) -> None:
    screen = SuiteScreen(terminal)
    screen.draw(in_the_middle(), START, [])
    assert written(terminal).startswith("\x1b[?25l")

    screen.close()

    assert "\x1b[?25h" in written(terminal)
    assert written(terminal).endswith("\x1b[1A\x1b[2K\x1b[1A\x1b[2K")
