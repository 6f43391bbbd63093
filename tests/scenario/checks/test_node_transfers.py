"""Transfers: who is to be called is said in one way, and wholly."""

import pytest

from sipflow.scenario.model.actions import AttendedTransfer, BlindTransfer, MuteTransfer, NodeAction
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    BOB,
    command,
    edge,
    lines,
    nodes,
    read_json,
    read_yaml,
)

CALLS = ALICE_DOES + '    - MakeCall: "200"\n    - '
WANTED = (
    "give the user that the other end is to call: a number of the scenario, an instance's name, or "
    'a SIP URI, for example "200" or "sip:200@127.0.0.1:5070"'
)


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("BlindTransfer: bob", BlindTransfer(to="bob")),
        (
            'BlindTransfer: {to: "200", expect: accepted}',
            BlindTransfer(to="200", expect="accepted"),
        ),
        ('BlindTransfer: {targetUri: "200"}', BlindTransfer(to="200")),
        ('BlindTransfer: {user: "200"}', BlindTransfer(user="200")),
        (
            'BlindTransfer: {targetUser: "200", targetHost: "127.0.0.1:5070"}',
            BlindTransfer(user="200", host="127.0.0.1:5070"),
        ),
        (
            "AttendedTransfer: {primary: call-1, consult: call-1}",
            AttendedTransfer(primary="call-1", consult="call-1"),
        ),
        (
            "MuteTransfer: {primaryCallId: call-1, consultCallId: call-1}",
            MuteTransfer(primary="call-1", consult="call-1"),
        ),
        ("TRANSFERRED", None),
    ],
)
def test_a_transfer_is_read_under_all_its_names(step: str, action: NodeAction | None) -> None:
    read = nodes(read_yaml(CALLS + step))["alice-2"].action

    assert action is None or read == action


@pytest.mark.parametrize(
    "data",
    [
        {"targetUser": "200", "targetHost": ""},
        {"targetUser": "200", "targetHost": None},
        {"targetUser": "200", "targetUri": None},
    ],
)
def test_what_the_desktop_application_leaves_empty_is_not_there(data: dict[str, object]) -> None:
    drawn = {
        "nodes": [ALICE, BOB, command("a", targetUri="200"), command("b", "BlindTransfer", **data)],
        "edges": [edge("i", "a"), edge("a", "b")],
    }
    action = nodes(read_json(drawn))["b"].action

    assert isinstance(action, BlindTransfer)
    assert (action.to, action.user, action.host or None) == (None, "200", None)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("BlindTransfer", [f'BlindTransfer has no "to" or "user"; {WANTED}']),
        ("BlindTransfer: {expect: accepted}", [f'BlindTransfer has no "to" or "user"; {WANTED}']),
        (
            'BlindTransfer: {to: "200", user: "300"}',
            ['BlindTransfer has "to" and "user"; keep one of them'],
        ),
        (
            'BlindTransfer: {to: "200", host: 127.0.0.1}',
            ['BlindTransfer has "host" but no "user"; give "user", too'],
        ),
    ],
)
def test_a_target_that_is_missing_or_there_twice_is_found(step: str, expected: list[str]) -> None:
    said = lines(read_yaml(CALLS + step))

    assert said == [f"call.yaml:5:7: error: {line}" for line in expected]


def test_a_target_that_nobody_answers_to_is_found() -> None:
    (said,) = lines(read_yaml(CALLS + "BlindTransfer: bbo"))

    assert '"bbo" is no number or name of the scenario and no SIP URI' in said


def test_a_wrong_target_is_not_missing_as_well() -> None:
    (said,) = lines(read_yaml(CALLS + "BlindTransfer: {user: a b, host: 127.0.0.1}"))

    assert '"user" of BlindTransfer' in said
