"""What the live view looks like on terminals of several sizes."""

import io
from textwrap import dedent

import pytest
from rich.console import Console

from sipflow.console.rich_console import terminal
from sipflow.console.run.screen import LiveScreen, choose, view
from sipflow.projections.run import RunProjection
from sipflow.scenario.model.actions import Timeout
from tests.projections.transcript import (
    FOUR,
    PAIR,
    START,
    Transcript,
    aborted_talk,
    basic_call,
    instance,
    node,
    scenario_of,
)

PORTS = {"alice": 5060, "bob": 5062, "carol": 5064, "dave": 5066}


def shown(
    projection: RunProjection,
    now: float,
    *,
    width: int = 80,
    height: int = 24,
    is_last: bool = False,
) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=True, color_system=None, width=width, height=height
    )
    with console.capture() as captured:
        console.print(view(projection, START + now, console, PORTS, is_last=is_last))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def talking() -> RunProjection:
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.0, "bob-1", "completed")
    run.node(0.0, "alice-1", "running")
    run.log(0.012, "alice", "MakeCall to sip:200@127.0.0.1:5062", node="alice-1")
    run.leg(0.1, "alice", "early", 180)
    run.node(0.1, "bob-2", "completed")
    run.node(0.1, "bob-3", "running")
    run.leg(0.1, "bob", "confirmed", 200)
    run.log(0.2, "bob", "late", level="warning")
    return run.told_to(RunProjection(FOUR))


def crowd(count: int) -> RunProjection:
    names = [f"i{number:03}" for number in range(count)]
    scenario = scenario_of(
        *(instance(name, name[1:], node(f"{name}-1", Timeout(timeout=9.0), 5)) for name in names)
    )
    run = Transcript()
    run.scenario(0.0, "running")
    for name in names[: count // 2]:
        run.node(0.0, f"{name}-1", "completed")
    for name in names[count // 2 : -1]:
        run.node(0.0, f"{name}-1", "running")
    for number in range(20):
        run.log(0.0, names[0], f"line {number}")
    run.error(0.5, names[-2], "no INVITE", node=f"{names[-2]}-1")
    return run.told_to(RunProjection(scenario))


def test_a_run_that_goes_on_looks_like_this() -> None:
    assert shown(talking(), 1.3) == dedent("""\
        busy callee  running  1.3 s  2 of 7 nodes  ━━━━━───────────────

        instance  address    nodes  now                                  for  legs
        alice     100 :5060  ▶··    alice-1 MakeCall to 200    1.3 s of 10 s  early 180
        bob       200 :5062  ✓✓▶    bob-3 DISCONNECTED         1.2 s of 10 s  confirmed
        carol     300 :5064  ·      not started
        dave      400 :5066         no nodes

          0.012  alice  MakeCall to sip:200@127.0.0.1:5062
          0.200  bob    late
        """)


def test_before_the_first_event_it_shows_what_is_coming() -> None:
    assert (
        shown(RunProjection(FOUR), 0.0).splitlines()[0].startswith("busy callee  starting  0.0 s")
    )


def test_without_a_scenario_and_an_event_it_is_empty_but_no_error() -> None:
    assert "  starting  0.0 s  0 of 0 nodes  " in shown(RunProjection(), 0.0)


def test_while_it_cleans_up_it_says_so() -> None:
    run = aborted_talk()
    del run.events[-2:]

    head, *_ = shown(run.told_to(RunProjection(FOUR)), 1.5).splitlines()

    assert head.startswith("busy callee  cleaning up  1.5 s  3 of 7 nodes")


def test_the_last_one_is_compact_and_stands_apart_from_what_follows() -> None:
    projection = aborted_talk().told_to(RunProjection(FOUR))

    assert shown(projection, 9.0, is_last=True) == dedent("""\
        busy callee  failed  1.7 s  3 of 7 nodes  ━━━━━━━━────────────

        instance  address    nodes  now                                       legs
        alice     100 :5060  ■··    alice-1 MakeCall cancelled                terminated
        bob       200 :5062  ✓✓■    bob-3 DISCONNECTED cancelled              terminated
        carol     300 :5064  ✗      carol-1 INCOMING failed  no INVITE with…
        dave      400 :5066         no nodes

        """)


def test_a_completed_run_has_a_full_bar() -> None:
    projection = basic_call().told_to(RunProjection(scenario_of(*FOUR.instances[:2])))

    head, *_ = shown(projection, 9.0, is_last=True).splitlines()

    assert head == f"busy callee  completed  0.1 s  5 of 5 nodes  {'━' * 20}"


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (140, "instance address nodes now for legs"),
        (76, "instance address nodes now for legs"),
        (75, "instance nodes now for legs"),
        (63, "instance now for legs"),
        (49, "instance now for"),
        (39, "instance now"),
        (24, "instance now"),
    ],
)
def test_a_narrow_terminal_leaves_out_what_matters_less(width: int, head: str) -> None:
    lines = shown(talking(), 1.0, width=width).splitlines()

    assert max(len(line) for line in lines) <= width
    assert lines[2].split() == head.split()
    assert lines[3].startswith("alice     ")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (140, 40), (40, 10), (80, 8)])
@pytest.mark.parametrize("is_last", [False, True])
def test_a_crowd_fits_the_terminal(width: int, height: int, is_last: bool) -> None:
    lines = shown(crowd(200), 1.0, width=width, height=height, is_last=is_last).splitlines()

    assert len(lines) < height
    assert lines[3].startswith("i198")


def test_a_crowd_shows_who_failed_and_then_who_is_busy_and_counts_the_rest() -> None:
    lines = shown(crowd(200), 1.0).splitlines()

    assert [line[:4] for line in lines[3:6]] == ["i198", "i100", "i101"]
    assert lines[15] == "and 188 more: 87 running, 1 not started, 100 finished"
    assert [line[9:] for line in lines[17:]] == [
        *(f"i000  line {number}" for number in range(15, 20)),
        "i198  no INVITE",
    ]


@pytest.mark.parametrize(
    ("rows", "names", "hidden"),
    [(4, ["alice", "bob", "carol", "dave"], 0), (3, ["carol", "alice"], 2), (0, ["carol"], 3)],
)
def test_those_that_have_room_are_chosen_by_interest_only_where_not_all_have(
    rows: int, names: list[str], hidden: int
) -> None:
    instances = aborted_talk().told_to(RunProjection(FOUR)).instances

    fitting, others = choose(list(instances.values()), rows)

    assert ([one.id for one in fitting], len(others)) == (names, hidden)


def test_where_not_all_have_room_those_that_finished_are_only_counted() -> None:
    names = [f"i{number:02}" for number in range(20)]
    crowded = scenario_of(
        *(instance(name, name[1:], node(f"{name}-1", Timeout(timeout=9.0), 5)) for name in names)
    )
    run = Transcript()
    for name in names:
        run.node(0.0, f"{name}-1", "running")
    for name in names[3:]:
        run.node(0.0, f"{name}-1", "completed")
    for number in range(20):
        run.log(0.0, "i00", f"line {number}")

    lines = shown(run.told_to(RunProjection(crowded)), 1.0).splitlines()

    assert [line[:3] for line in lines[3:6]] == ["i00", "i01", "i02"]
    assert lines[6] == "and 17 more: 17 finished"
    assert [line.split()[-1] for line in lines[8:]] == [str(number) for number in range(12, 20)]


def test_when_all_have_finished_as_many_are_shown_as_have_room() -> None:
    instances = basic_call().told_to(RunProjection(PAIR)).instances

    fitting, others = choose(list(instances.values()), 1)

    assert ([one.id for one in fitting], len(others)) == (["alice"], 1)


def test_many_legs_leave_room_for_what_an_instance_does() -> None:
    run = Transcript()
    run.node(0.0, "alice-1", "running")
    for leg in ("to-bob", "to-carol", "to-dave"):
        run.leg(0.0, "alice", "confirmed", 200, leg=leg)

    first = shown(run.told_to(RunProjection(FOUR)), 1.0).splitlines()[3]

    assert first.startswith("alice     100 :5060  ▶··    alice-1 Make")
    assert first.endswith("  to-bob confirmed, t…")


def test_a_long_name_leaves_room_for_the_rest() -> None:
    projection = RunProjection(scenario_of(instance("n" * 80, "1")))

    assert shown(projection, 0.0).splitlines()[3].startswith("n" * 19 + "…  1")


def test_markup_and_control_characters_are_shown_and_not_obeyed() -> None:
    run = Transcript()
    run.log(0.0, "alice", "[red]x[/red] \x1b[2Jy")

    assert "alice  [red]x[/red] �[2Jy" in shown(run.told_to(RunProjection(FOUR)), 0.0)


def test_a_terminal_without_utf_8_gets_ascii_marks() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    console = Console(file=stream, force_terminal=True, color_system=None, width=80, height=24)

    console.print(view(talking(), START, console, PORTS))

    assert b"#####---------------" in raw.getvalue()
    assert b"++>" in raw.getvalue()


def test_the_screen_replaces_what_it_drew_and_gives_the_cursor_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, force_interactive=True, width=80, height=24)
    screen = LiveScreen(console, PORTS)

    screen.draw(talking(), START + 1.0, is_last=False)
    first = stream.getvalue()
    screen.draw(talking(), START + 2.0, is_last=False)
    screen.draw(aborted_talk().told_to(RunProjection(FOUR)), START + 2.0, is_last=True)

    assert first.startswith("\x1b[?25l")
    assert "\x1b[1A\x1b[2K" in stream.getvalue()[len(first) :]
    assert stream.getvalue().endswith("\n\x1b[?25h")


def test_a_reader_that_has_gone_does_not_end_the_process() -> None:
    console = terminal(io.StringIO())

    console.on_broken_pipe()

    assert console.quiet
