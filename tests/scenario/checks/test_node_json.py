"""Words and properties of drawn graphs, under the names of the desktop application."""

from typing import Any

import pytest

from tests.scenario.snippets import (
    ALICE,
    ALL_COMMANDS,
    BOB,
    command,
    edge,
    event,
    lines,
    nodes,
    read_json,
)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": [ALICE, command(word="Juggle")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: unknown command "Juggle"; the commands are '
                    f"{ALL_COMMANDS}"
                ),
            ],
            id="an unknown command",
        ),
        pytest.param(
            {"nodes": [ALICE, command(word="INCOMING")], "edges": [edge("i", "a")]},
            [
                (
                    "call.json: node a: error: INCOMING is no command but an event; give the "
                    'node the type "event" and name the word as data.event'
                ),
            ],
            id="an event as a command",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event(word="Answer"), event("f")],
                "edges": [edge("i", "f"), edge("f", "e")],
            },
            [
                (
                    "call.json: node e: error: Answer is no event but a command; give the node "
                    'the type "command" and name the word as data.command'
                ),
            ],
            id="a command as an event",
        ),
        pytest.param(
            {"nodes": [ALICE, event(word="RINING")], "edges": [edge("i", "e")]},
            [
                'call.json: node e: error: unknown event "RINING"; did you mean RINGING?',
                "call.json: node e: warning: nothing before this RINGING can have made its leg "
                '"call-1"; let a MakeCall or INCOMING of this leg come first, or name the leg that '
                "was made",
            ],
            id="an unknown event",
        ),
        pytest.param(
            {"nodes": [ALICE, command()], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: MakeCall has no "targetUri"; give the user to call: '
                    "a number of the scenario, an instance's name, or a SIP URI, for example "
                    '"200" or "sip:200@127.0.0.1:5070"'
                ),
            ],
            id="a missing property",
        ),
        pytest.param(
            {"nodes": [ALICE, command(targeturi="100")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: MakeCall has no property "targeturi"; did you '
                    "mean targetUri?"
                ),
            ],
            id="a misspelt required property",
        ),
        pytest.param(
            {"nodes": [ALICE, command(targetUri="100", timeoutMs=500)], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: warning: MakeCall has no property "timeoutMs"; did you '
                    "mean timeout?"
                ),
            ],
            id="a misspelt other property",
        ),
        pytest.param(
            {
                "nodes": [ALICE, command(targetUri="100", targeturi="100")],
                "edges": [edge("i", "a")],
            },
            [
                (
                    'call.json: node a: warning: MakeCall has no property "targeturi"; did you '
                    "mean targetUri?"
                ),
            ],
            id="a misspelt property whose right name is there",
        ),
        pytest.param(
            {"nodes": [ALICE, command(targetUri="100", to="100")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: "targetUri" and "to" are two names of one '
                    "property; keep one of them"
                ),
            ],
            id="both names of a property",
        ),
        pytest.param(
            {"nodes": [ALICE, command(targetUri=100, timeout="5h")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: "targetUri" of MakeCall is the number 100, not a '
                    'text; put it in quotes: "100"'
                ),
                (
                    'call.json: node a: error: "timeout" of MakeCall is the text "5h", which is '
                    "not a duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a wrong type",
        ),
        pytest.param(
            {
                "nodes": [ALICE, command(targetUri="100", timeout=None, callId={})],
                "edges": [edge("i", "a")],
            },
            [
                (
                    'call.json: node a: error: "timeout" of MakeCall is empty, which is not a '
                    "duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds"
                ),
                (
                    'call.json: node a: error: "callId" of MakeCall is a mapping, not a text; '
                    "give the leg: the scenario's name for one dialog of the instance, for "
                    'example "call-1" or "primary"'
                ),
            ],
            id="null",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event(), command(word="Response", statusCode=200)],
                "edges": [edge("i", "e"), edge("e", "a")],
            },
            [
                (
                    'call.json: node a: error: "statusCode" of Response is the number 200, which '
                    "is a 2xx; use Answer to accept a call"
                ),
            ],
            id="a 2xx",
        ),
    ],
)
def test_every_mistake_in_a_node_is_found(graph: object, expected: list[str]) -> None:
    reading = read_json(graph)
    assert lines(reading) == expected
    assert (reading.scenario is None) == any(" error: " in line for line in expected)


def test_what_the_application_saves_besides_is_ignored() -> None:
    more: dict[str, Any] = {"digits": "9", "statusCode": 5, "colour": "red", "sipInstanceName": "A"}
    graph = {
        "nodes": [ALICE, BOB, command(targetUri="200", **more), event("t", "TIMEOUT", timeout=5)],
        "edges": [edge("i", "a"), edge("a", "t")],
    }
    assert list(nodes(read_json(graph))) == ["a", "t"]


def test_a_drawing_has_milliseconds_in_its_form() -> None:
    graph = {"nodes": [ALICE, event(word="TIMEOUT", timeout=5)], "edges": [edge("i", "e")]}
    assert lines(read_json(graph)) == []
