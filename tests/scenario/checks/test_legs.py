"""Legs: what is done on a leg comes after what can have made it."""

import pytest

from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    BOB,
    command,
    edge,
    event,
    lines,
    read_json,
    read_yaml,
    scenario,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ALICE_DOES + "    - Release",
            [
                (
                    "call.yaml:4:7: warning: nothing before this Release can have made its leg "
                    '"call-1"; let a MakeCall or INCOMING of this leg come first, or name the '
                    "leg that was made"
                ),
            ],
            id="a leg that nothing makes",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", leg: first}\n    - Release',
            [
                (
                    "call.yaml:5:7: warning: nothing before this Release can have made its leg "
                    '"call-1"; let a MakeCall or INCOMING of this leg come first, or name the '
                    "leg that was made"
                ),
            ],
            id="a leg of another name",
        ),
        pytest.param(
            ALICE_DOES + '    - CONNECTED\n    - MakeCall: {to: "200"}',
            [
                (
                    "call.yaml:4:7: warning: nothing before this CONNECTED can have made its leg "
                    '"call-1"; let a MakeCall or INCOMING of this leg come first, or name the '
                    "leg that was made"
                ),
            ],
            id="a leg that is made too late",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200"}\n    - DISCONNECTED: {leg: other}',
            [
                (
                    "call.yaml:5:7: warning: nothing before this DISCONNECTED can have made its "
                    'leg "other"; let a MakeCall or INCOMING of this leg come first, or name the '
                    "leg that was made"
                ),
            ],
            id="an event on a leg of its own",
        ),
    ],
)
def test_a_leg_that_nothing_before_can_have_made_is_a_warning(
    text: str, expected: list[str]
) -> None:
    reading = read_yaml(text)
    assert lines(reading) == expected
    assert reading.scenario is not None


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param('    - MakeCall: "200"\n    - Release', id="made before"),
        pytest.param("    - INCOMING\n    - Answer\n    - DISCONNECTED", id="taken before"),
        pytest.param(
            '    - MakeCall: "200"\n      on_failure: [Release]', id="made by what failed"
        ),
        pytest.param(
            '    - TIMEOUT: 1s\n      on_failure: [MakeCall: "200", goto: end]\n'
            "    - {Release: , id: end}",
            id="made on one of two paths",
        ),
    ],
)
def test_a_leg_may_be_made_on_any_path(steps: str) -> None:
    assert scenario(read_yaml(ALICE_DOES + steps))


def test_an_earlier_start_node_counts_as_before() -> None:
    call, release = command("a", targetUri="200"), command("r", "Release")
    graph = {"nodes": [ALICE, BOB, call, release], "edges": [edge("i", "a"), edge("i", "r")]}
    assert lines(read_json(graph)) == []
    backwards = {**graph, "edges": [edge("i", "r"), edge("i", "a")]}
    assert len(lines(read_json(backwards))) == 1


def test_a_node_of_two_chains_is_looked_at_once() -> None:
    graph = {
        "nodes": [ALICE, event("a"), event("b"), command("r", "Release", callId="x")],
        "edges": [edge("i", "a"), edge("i", "b"), edge("i", "r"), edge("a", "r"), edge("b", "r")],
    }
    assert len(lines(read_json(graph))) == 1


def test_nothing_is_said_of_a_leg_that_something_unreadable_may_have_made() -> None:
    unknown = read_yaml(ALICE_DOES + "    - Zzzz:\n    - Release")
    misnamed = read_yaml(ALICE_DOES + '    - MakeCall: {to: "200", leg: 5}\n    - Release')
    misplaced = read_yaml(ALICE_DOES + "    - Release: {leg: 5}")
    for reading in (unknown, misnamed, misplaced):
        assert [problem.severity for problem in reading.problems] == ["error"]


def test_nothing_is_said_of_what_hangs_on_a_wrong_edge() -> None:
    graph = {
        "nodes": [ALICE, event("take"), event("t", "TIMEOUT", timeout=5), command("r", "Release")],
        "edges": [edge("i", "t"), edge("t", "r"), edge("i", "tak")],
    }
    assert [problem.severity for problem in read_json(graph).problems] == ["error"]


def test_nothing_is_said_of_what_comes_after_a_circle() -> None:
    graph = {
        "nodes": [ALICE, command("a", "Release"), command("b", "Release")],
        "edges": [edge("i", "a"), edge("a", "b"), edge("b", "a")],
    }
    assert [problem.severity for problem in read_json(graph).problems] == ["error"]


@pytest.mark.parametrize(
    ("step", "warnings"),
    [
        ("SendMessage: {body: hi, leg: x}", 1),
        ('SendMessage: {body: hi, to: "200"}', 0),
        ("MESSAGE: {leg: call-1}", 1),
        ("MESSAGE", 0),
    ],
)
def test_a_message_is_on_a_leg_if_it_names_one(step: str, warnings: int) -> None:
    assert len(lines(read_yaml(ALICE_DOES + f"    - {step}"))) == warnings


def test_legs_are_looked_at_beside_errors_too() -> None:
    text = ALICE_DOES + (
        "    - MakeCal: {to: '200', lge: x}\n"
        "    - Hangup: {leg: x}\n"
        "    - Release: {leg: y}\n"
        "    - goto: nowhere\n"
    )
    assert [line for line in lines(read_yaml(text)) if "warning" in line] == [
        'call.yaml:6:7: warning: nothing before this Release can have made its leg "y"; '
        "let a MakeCall or INCOMING of this leg come first, or name the leg that was made"
    ]


def test_an_edge_too_many_counts_as_one_of_the_ways() -> None:
    graph = {
        "nodes": [
            ALICE, event("a", callId="x"), event("b", callId="y"),
            command("r", "Release", callId="y"), command("s", "Release", callId="z"),
        ],
        "edges": [edge("i", "a"), edge("a", "r"), edge("a", "b"), edge("b", "r"), edge("r", "s")],
    }  # fmt: skip
    found = lines(read_json(graph))
    assert [line.partition(";")[0] for line in found] == [
        'call.json: node a: error: two success edges leave this node, to "r" and to "b"',
        'call.json: node s: warning: nothing before this Release can have made its leg "z"',
    ]
