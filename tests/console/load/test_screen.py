"""What the live view of a load looks like."""

import io
from textwrap import dedent

import pytest
from rich.console import Console

from sipflow.console.load.screen import KEYS, LoadScreen, last_view, view
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.projections.load import LoadProjection
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import RunReason
from tests.projections.load_transcript import HOSTILE, LoadTranscript, bad_load, durations, latency
from tests.projections.transcript import PAIR, START

NAMES = RunProjection(PAIR)
PROFILE = Profile(stages=(Stage(50.0, 50.0, 60.0),), duration=60.0)


def told(load: LoadTranscript) -> LoadProjection:
    projection = LoadProjection()
    for event in load.events:
        projection.apply(event)
    return projection


def shown(
    projection: LoadProjection,
    *,
    width: int = 80,
    height: int = 24,
    keys: str = KEYS,
    last: bool = False,
) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=True, color_system=None, width=width, height=height
    )
    now = START + 4.5
    with console.capture() as captured:
        console.print(
            last_view(projection, now, console)
            if last
            else view(projection, now, console, NAMES, (keys, PROFILE))
        )
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def in_the_middle() -> LoadProjection:
    load = bad_load()
    del load.events[-3:]
    return told(load)


def test_in_the_middle_it_looks_like_this() -> None:
    assert shown(in_the_middle()) == dedent("""\
        busy callee  running  4.5 s  about 56 s left
        80.0 runs/s of 80.0 asked   12 in flight   8 workers
        230 started   227 completed   3 failed   2 late

                in this second                       in all
        ms                 p50      p95        p99      p50      p95      p99
        srd               2.00     4.00       6.00     2.00     4.00     6.00
        answer            10.0     20.0       30.0     10.0     20.0     30.0
        sdd               0.50     1.00       1.50     0.50     1.00     1.50
        run               24.0     48.0       72.0     24.0     48.0     72.0
        srd INVITE to 18x  answer INVITE to 2xx  sdd BYE to its answer  run whole run

              100    ▂
                     █
                  ████
        started/s ████
         failed/s   ▄█
                  the last 4 seconds
        2 x bob bob-2 Answer 408 Request Timeout  run r9
        1 x alice alice-1 MakeCall 486 <script>alert(1)</script>�[2J  run r10
        + faster by 10 %   - slower   p pause or go on   q stop
        """)


def test_a_terminal_without_room_for_it_has_no_legend() -> None:
    legend = "srd INVITE to 18x"

    assert legend in shown(in_the_middle(), width=50)
    assert legend not in shown(in_the_middle(), width=30)
    assert legend not in shown(in_the_middle(), height=23)


def test_before_anything_is_told_it_looks_like_this() -> None:
    lines = shown(LoadProjection(), keys="").splitlines()

    assert lines[:3] == ["starting  0.0 s", "0.00 runs/s", "no numbers yet"]
    assert lines[6].split() == ["srd", *"-" * 6]
    assert KEYS not in lines


def test_what_is_not_usual_is_shown_where_it_was_measured() -> None:
    load = LoadTranscript()
    load.numbers(measured=durations() | {"rrd": latency(srd=7.0)})

    assert "rrd" in shown(told(load))
    assert "rrd" not in shown(in_the_middle())


def test_a_load_without_a_rate_shows_what_there_is() -> None:
    load = LoadTranscript()
    load.state("paused", None, "for a while")
    load.numbers(asked=None)

    first, second, _, message, *_ = shown(told(load)).splitlines()

    assert first == "busy callee  paused  4.5 s"
    assert message == "for a while"
    assert second == "50.0 runs/s   12 in flight   8 workers"


@pytest.mark.parametrize(
    ("width", "height"), [(200, 60), (80, 24), (72, 20), (60, 18), (40, 12), (20, 5)]
)
def test_it_fits_any_terminal_whatever_happens(width: int, height: int) -> None:
    load = bad_load()
    for number in range(30):
        load.failed(RunReason(instance="bob", message=f"{number} \x1b[2J\n long" * 9))
    for _ in range(200):
        load.numbers(started=123_456, failed=77_777, late=99_999)

    lines = shown(told(load), width=width, height=height).splitlines()

    assert len(lines) < height
    assert max(map(len, lines)) <= width
    assert "\x1b" not in "".join(lines)


def test_failures_that_have_no_room_are_counted() -> None:
    load = bad_load()
    for number in range(60):
        load.failed(RunReason(message=f"reason {number}"))

    lines = shown(told(load), height=40).splitlines()

    assert lines[-2] == "and 55 runs that failed in other ways"
    assert lines[-1] == KEYS
    assert sum(" x " in line for line in lines) == 7


def test_a_narrow_terminal_gets_the_durations_of_all_of_it() -> None:
    lines = shown(in_the_middle(), width=60).splitlines()

    assert lines[5].split() == ["ms", "p50", "p95", "p99"]


def test_what_stays_has_neither_keys_nor_what_the_summary_has() -> None:
    lines = shown(told(bad_load()), last=True).splitlines()

    assert lines[0] == "busy callee  failed  5.0 s  3 of 230 runs failed"
    assert lines[-2].strip() == "the last 5 seconds"
    assert not any("started  " in line or "srd" in line for line in lines)


def test_a_terminal_without_utf_8_gets_an_ascii_chart() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="backslashreplace")
    console = Console(file=stream, force_terminal=True, color_system=None, width=80, height=20)

    console.print(view(in_the_middle(), START, console, NAMES, ("", Profile())))

    assert b"started/s :::#\n" in raw.getvalue()


def test_the_screen_draws_over_what_it_drew_and_gives_the_cursor_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, force_interactive=True, width=80, height=24)
    screen = LoadScreen(console, NAMES, has_keys=True)

    screen.draw(in_the_middle(), START, is_last=False)
    assert KEYS in stream.getvalue()
    first = len(stream.getvalue())
    screen.draw(told(bad_load()), START, is_last=True)

    assert KEYS not in stream.getvalue()[first:]
    assert stream.getvalue().count("\x1b[?25h") == 1
    assert HOSTILE.message not in stream.getvalue()
