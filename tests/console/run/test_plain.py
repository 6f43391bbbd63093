"""One plain line per change, as text."""

import io
from textwrap import dedent
from typing import Literal

import pytest

from sipflow.console.run.plain import HOLD, Plain
from sipflow.protocol.events import AnyEvent, MediaState, Reason, Refusal, RunCounts, RunReason
from sipflow.scenario.model.actions import Timeout
from sipflow.scenario.model.graph import Scenario
from sipflow.wording.run import wall_clock
from tests.projections.load_events import load_numbers, load_state, run_failed
from tests.projections.transcript import (
    ALICE,
    FOUR,
    PAIR,
    REFUSING_BOB,
    RUN,
    START,
    Transcript,
    aborted_talk,
    basic_call,
    instance,
    node,
    scenario_of,
)


def lines(events: list[AnyEvent], scenario: Scenario | None = None) -> str:
    stream = io.StringIO()
    plain = Plain(stream, scenario)
    for event in events:
        plain.handle(event)
    plain.tick(0.0)
    plain.close()
    return stream.getvalue()


def refused() -> Transcript:
    run = Transcript()
    run.scenario(0.0, "running")
    run.log(0.1, "alice", "the time is 12", level="debug")
    run.node(0.111, "alice-1", "pending")
    run.node(0.112, "alice-1", "running")
    run.leg(0.3, "bob", "early", 180)
    run.log(0.4, "bob", "late 100", level="warning", leg="call-1")
    run.node(0.54, "alice-1", "failed", Reason(code=486, message="Busy Here"))
    return run


def test_a_completed_run_reads_like_this() -> None:
    assert dedent(lines(basic_call().events, PAIR)) == dedent("""\
          0.000  -      busy callee         running
          0.001  bob    bob-1 INCOMING      running
          0.002  alice  alice-1 MakeCall    running
          0.002  alice  alice-1 MakeCall    info        MakeCall to sip:200@127.0.0.1:5062
          0.003  alice  leg call-1          trying
          0.010  bob    leg call-1          early       180 Ringing
          0.010  bob    bob-1 INCOMING      completed
          0.011  bob    bob-2 Answer        running
          0.012  alice  leg call-1          early       180 Ringing
          0.020  alice  leg call-1          confirmed   200 OK
          0.020  alice  alice-1 MakeCall    completed
          0.021  alice  alice-3 Release     running
          0.022  bob    leg call-1          confirmed   200 OK
          0.022  bob    bob-2 Answer        completed
          0.023  bob    bob-3 DISCONNECTED  running
          0.030  bob    leg call-1          terminated
          0.031  bob    bob-3 DISCONNECTED  completed
          0.032  alice  leg call-1          terminated  200 OK
          0.032  alice  alice-3 Release     completed
          0.040  -      clean-up            started
          0.050  -      clean-up            finished
          0.060  -      busy callee         completed
        """)


def test_an_aborted_run_reads_like_this() -> None:
    assert dedent(lines(aborted_talk().events[10:], FOUR)) == dedent("""\
          0.000  carol  carol-1 INCOMING    failed      no INVITE within 1 s
          0.000  carol  carol-1 INCOMING    error       no INVITE within 1 s
          0.010  -      clean-up            started
          0.400  bob    bob-3 DISCONNECTED  cancelled
          0.400  alice  alice-1 MakeCall    cancelled
          0.500  alice  leg call-1          terminated  200 OK
          0.500  bob    leg call-1          terminated  200 OK
          0.600  -      clean-up            finished    1 call released
          0.700  -      busy callee         failed      carol carol-1: no INVITE within 1 s
        """)


def test_a_refused_message_is_one_line_which_is_that_of_the_action_log() -> None:
    refused = Refusal(
        run="r1", instance="bob", seq=1, ts=0.0, cause="INVITE received", peer="127.0.0.1:9",
        method="INVITE", code=420,
    )  # fmt: skip

    assert lines([refused], FOUR) == ""


def test_warnings_are_shown_and_debug_and_pending_are_not() -> None:
    shown = lines(refused().events, scenario_of(ALICE, REFUSING_BOB))

    assert dedent(shown) == dedent("""\
          0.000  -      busy callee       running
          0.112  alice  alice-1 MakeCall  running
          0.300  bob    leg call-1        early       180 Ringing
          0.400  bob    leg call-1        warning     late 100
          0.540  alice  alice-1 MakeCall  failed      486 Busy Here
        """)


def test_without_the_scenario_ids_serve_and_the_columns_grow() -> None:
    assert dedent(lines(refused().events)) == dedent("""\
          0.000  -  busy callee  running
          0.112  alice  alice-1      running
          0.300  bob    leg call-1   early       180 Ringing
          0.400  bob    leg call-1   warning     late 100
          0.540  alice  alice-1      failed      486 Busy Here
        """)


def test_a_very_long_id_moves_no_other_line() -> None:
    long_one = instance("z" * 60, "9", node("z" * 60 + "-1", Timeout(timeout=1.0), 20))
    run = Transcript()
    run.node(0.0, "z" * 60 + "-1", "running")
    run.node(0.1, "alice-1", "running")

    shown = lines(run.events, scenario_of(ALICE, long_one)).splitlines()

    assert shown[1] == "  0.100  alice  alice-1 MakeCall  running"


def test_a_reason_of_the_run_is_shown() -> None:
    run = Transcript()
    run.scenario(0.0, "failed", RunReason(message="no port is free"))

    assert lines(run.events) == "  0.000  -  busy callee  failed      no port is free\n"


@pytest.mark.parametrize("text", ["\x1b[31mred", "two\nlines"])
def test_what_a_called_party_says_stays_within_its_line(text: str) -> None:
    run = Transcript()
    run.log(0.0, "alice", text)

    shown = lines(run.events)

    assert "\x1b" not in shown
    assert shown.count("\n") == 1


@pytest.mark.parametrize(
    ("by", "codec", "line"),
    [
        ("remote", "PCMA/8000", "leg call-1  recvonly    offered by the other side  PCMA/8000"),
        ("local", None, "leg call-1  recvonly    offered here"),
    ],
)
def test_a_change_of_the_media_is_shown(
    by: Literal["local", "remote"], codec: str | None, line: str
) -> None:
    event = MediaState(
        run=RUN, instance="bob", seq=1, ts=START, cause="offer received", g=1,
        leg="call-1", direction="recvonly", by=by, held=True, codec=codec,
    )  # fmt: skip

    assert lines([event]) == f"  0.000  bob  {line}\n"


def test_a_load_is_a_line_for_each_state_failure_and_second() -> None:
    events: list[AnyEvent] = [
        load_state("running"),
        run_failed(at=0.5, example=True),
        load_numbers(1, RunCounts(started=49, completed=47, failed=1)),
        load_state("stopped", at=1.5, message="stopped by a signal"),
    ]

    assert dedent(lines(events)) == dedent("""\
          0.000  -  busy callee  running     50/s asked
          0.500  -  run 17       failed      bob bob-2: 486 Busy Here  (its events: run l1-17)
          1.000  -  second 1     49/s        50/s asked, 47 completed, 1 failed, 4 in flight
          1.500  -  busy callee  stopped     50/s asked, stopped by a signal
        """)


def test_lines_stand_in_the_order_of_time_where_the_time_is_known() -> None:
    run = Transcript()
    run.node(0.3, "bob-1", "running")
    run.node(0.1, "alice-1", "running")
    run.log(0.2, "alice", "a")
    run.log(0.2, "alice", "b")
    stream = io.StringIO()
    plain = Plain(stream, PAIR, is_ticked=True)
    for event in run.events:
        plain.handle(event)

    plain.tick(START + 0.1 + HOLD / 2)
    assert stream.getvalue() == ""
    plain.tick(START + 0.2 + HOLD)
    first = stream.getvalue()
    plain.tick(START + 0.3 + HOLD / 2)
    assert stream.getvalue() == first
    plain.close()

    said = [line.split()[1:] for line in stream.getvalue().splitlines()]
    assert [(words[0], words[-1]) for words in said] == [
        ("alice", "running"),
        ("alice", "a"),
        ("alice", "b"),
        ("bob", "running"),
    ]
    assert len(first.splitlines()) == 3


def test_a_clock_that_is_set_back_keeps_no_line_waiting() -> None:
    stream = io.StringIO()
    plain = Plain(stream, PAIR, is_ticked=True)
    plain.handle(basic_call().events[0])

    plain.tick(START - 3600)

    assert stream.getvalue().count("\n") == 1


def test_who_wants_more_gets_the_time_of_day_and_what_is_only_for_debugging() -> None:
    stream = io.StringIO()
    plain = Plain(stream, PAIR, verbose=True)
    for event in refused().events:
        plain.handle(event)
    plain.close()

    first, second, *_ = stream.getvalue().splitlines()
    assert first.startswith(f"{wall_clock(START)}    0.000  -      busy callee")
    assert second.split()[0] == wall_clock(START + 0.1)
    assert second.endswith("  0.100  alice                      debug       the time is 12")
