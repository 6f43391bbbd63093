"""How the things of a run are said."""

import time

import pytest

from sipflow.projections.instance import LegProjection, NodeProjection, Phase, Stand
from sipflow.protocol.events import NodeStateName, Reason, RunReason
from sipflow.scenario.model.actions import Answer, Incoming, MakeCall, NodeAction, Response, Timeout
from sipflow.text import column_width, counted, duration, one_line, roughly
from sipflow.wording.run import (
    and_more,
    clean_up,
    details,
    doing,
    endpoints,
    failure,
    outcome,
    run_outcome,
    wall_clock,
)
from tests.projections.transcript import BOB

WAITS = NodeProjection("bob-3", BOB.nodes[2], "running", 10.0)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Busy Here", "Busy Here"),
        ("Zoë ☎", "Zoë ☎"),
        ("\x1b[2J", "�[2J"),
        ("two\nlines\t\x00", "two�lines��"),
        ("abc\u202ecba", "abc�cba"),
        ("\udc80", "�"),
    ],
)
def test_no_text_can_act_on_a_terminal(text: str, safe: str) -> None:
    assert one_line(text) == safe


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-0.001, "0.00 s"),
        (0.412, "0.41 s"),
        (1.24, "1.2 s"),
        (59.9, "59.9 s"),
        (125, "2 min 05 s"),
        (3725, "1 h 02 min"),
    ],
)
def test_a_duration_is_as_exact_as_people_want_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "1 s"), (1.4, "1 s"), (40.2, "40 s"), (150, "2 min"), (3599, "60 min"), (7300, "2 h")],
)
def test_an_estimate_is_not_more_exact_than_it_is(seconds: float, text: str) -> None:
    assert roughly(seconds) == text


@pytest.mark.parametrize(
    ("texts", "least", "width"),
    [([], 0, 0), ([], 3, 3), (["a", "abc"], 0, 3), (["a"], 3, 3), (["a", "x" * 41], 0, 1)],
)
def test_a_column_is_as_wide_as_its_texts_but_for_very_long_ones(
    texts: list[str], least: int, width: int
) -> None:
    assert column_width(texts, least) == width


@pytest.mark.parametrize(("count", "text"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls")])
def test_nouns_are_counted(count: int, text: str) -> None:
    assert counted(count, "call") == text


@pytest.mark.parametrize(
    ("code", "message", "text"),
    [
        (486, "Busy Here", "486 Busy Here"),
        (486, "", "486 Busy Here"),
        (486, "486 Go away", "486 Go away"),
        (500, "expected 486, got 500 Oh", "expected 486, got 500 Oh"),
        (499, "", "499"),
        (None, "no INVITE within 1 s", "no INVITE within 1 s"),
        (None, "", ""),
    ],
)
def test_an_outcome_is_the_code_and_the_phrase_once(
    code: int | None, message: str, text: str
) -> None:
    assert outcome(code, message) == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (None, ""),
        (RunReason(), ""),
        (RunReason(message="no port is free"), "no port is free"),
        (RunReason(instance="bob"), "bob"),
        (RunReason(instance="bob", node="bob-1", code=408), "bob bob-1: 408 Request Timeout"),
    ],
)
def test_the_reason_of_a_run_is_said_as_far_as_it_is_known(
    reason: RunReason | None, text: str
) -> None:
    assert run_outcome(reason) == text


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (MakeCall(to="200"), "to 200"),
        (MakeCall(to="200", until="ringing", leg="b"), "to 200 until ringing on b"),
        (Response(code=486), "486 Busy Here"),
        (Response(code=486, reason="Later"), "486 Later"),
        (Incoming(leg="desk"), "on desk"),
        (Answer(), ""),
        (Timeout(timeout=1.0), ""),
    ],
)
def test_an_action_says_what_its_word_does_not(action: NodeAction, text: str) -> None:
    assert details(action) == text


@pytest.mark.parametrize(
    ("released", "left", "text"),
    [
        (0, 0, ""),
        (1, 0, "1 call released"),
        (0, 2, "2 calls left"),
        (2, 1, "2 calls released, 1 call left"),
    ],
)
def test_zeros_of_a_clean_up_are_left_out(released: int, left: int, text: str) -> None:
    assert clean_up(released, left) == text


def test_instances_that_are_not_shown_are_counted_by_what_they_do() -> None:
    phases: list[Phase] = ["finished", "running", "failed", "running"]

    assert and_more(phases) == "and 4 more: 1 failed, 2 running, 1 finished"


@pytest.mark.parametrize(
    ("phase", "state", "legs", "text"),
    [
        ("not started", None, [], "not started"),
        ("no nodes", None, [], "no nodes"),
        ("finished", "completed", [], "finished"),
        ("finished", "completed", ["confirmed"], "finished, leg call-1 confirmed"),
        ("finished", "completed", ["terminated"], "finished"),
        ("running", "running", [], "waiting in bob-3 DISCONNECTED for 1.2 s"),
        (
            "running",
            "running",
            ["confirmed", "early"],
            "waiting in bob-3 DISCONNECTED for 1.2 s, leg call-1 confirmed, leg call-2 early",
        ),
        ("running", "completed", [], "after bob-3 DISCONNECTED"),
        ("cancelled", "cancelled", [], "cancelled in bob-3 DISCONNECTED"),
        ("failed", "failed", [], "failed in bob-3 DISCONNECTED"),
    ],
)
def test_what_an_instance_was_doing_is_said_in_one_line(
    phase: Phase, state: NodeStateName | None, legs: list[str], text: str
) -> None:
    node = NodeProjection("bob-3", BOB.nodes[2], state, 10.0) if state is not None else None
    shown = tuple(LegProjection(f"call-{number}", leg) for number, leg in enumerate(legs, 1))

    assert doing(Stand(phase, node, 11.2, shown, None)) == text


@pytest.mark.parametrize(
    ("node", "error", "text"),
    [
        (WAITS, None, "killed in bob-3 DISCONNECTED"),
        (WAITS, Reason(message="by signal 9"), "killed in bob-3 DISCONNECTED: by signal 9"),
        (None, Reason(code=408), "killed: 408 Request Timeout"),
        (
            NodeProjection("bob-9", None, "failed", 1.0, Reason(code=486, message="Busy Here")),
            None,
            "killed in bob-9: 486 Busy Here",
        ),
    ],
)
def test_a_failure_is_said_with_its_place_and_its_cause(
    node: NodeProjection | None, error: Reason | None, text: str
) -> None:
    assert failure("killed", Stand("failed", node, 1.0, (), error)) == text


@pytest.mark.parametrize(
    ("code", "message", "local", "said"),
    [
        (486, "Busy Here", None, "486 Busy Here"),
        (None, "no answer within 2 s", "no answer within 2 s", "no answer within 2 s"),
        (200, "OK", "leg call-1 was ended by a BYE", "200 OK (leg call-1 was ended by a BYE)"),
        (401, "", "the password is wrong", "401 Unauthorized (the password is wrong)"),
    ],
)
def test_a_local_cause_follows_where_the_text_does_not_have_it(
    code: int | None, message: str, local: str | None, said: str
) -> None:
    assert outcome(code, message, local) == said


def test_the_time_of_day_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert wall_clock(1_700_000_000.1239) == "03:43:20.123"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_where_events_are_and_runs_can_be_steered_is_one_line() -> None:
    assert endpoints("ipc:///a", None) == "events ipc:///a"
    assert endpoints("ipc:///a", "ipc:///b") == "events ipc:///a  control ipc:///b"
