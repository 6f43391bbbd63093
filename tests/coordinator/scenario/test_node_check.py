"""Words and properties against the vocabulary."""

from typing import Any

import pytest

from tests.coordinator.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    BOB,
    command,
    edge,
    event,
    lines,
    nodes,
    read_json,
    read_yaml,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ALICE_DOES + '    - MakeCal: "200"',
            [
                (
                    'call.yaml:4:7: error: unknown command or event "MakeCal"; did you mean '
                    "MakeCall?"
                ),
            ],
            id="an unknown word",
        ),
        pytest.param(
            ALICE_DOES + "    - Frobnicate",
            [
                (
                    'call.yaml:4:7: error: unknown command or event "Frobnicate"; the commands '
                    "are MakeCall, Answer, Response and Release; the events are INCOMING, "
                    "RINGING, CONNECTED, DISCONNECTED and TIMEOUT"
                ),
            ],
            id="a word quite unknown",
        ),
        pytest.param(
            ALICE_DOES + "    - incoming",
            [
                (
                    'call.yaml:4:7: error: unknown command or event "incoming"; did you mean '
                    "INCOMING?"
                ),
            ],
            id="a word of another case",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: 200}",
            [
                (
                    'call.yaml:4:22: error: "to" of MakeCall is the number 200, not a text; put '
                    'it in quotes: "200"'
                ),
            ],
            id="a number for a text",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: true}",
            [
                (
                    'call.yaml:4:22: error: "to" of MakeCall is true, not a text; give whom to '
                    "call: a number of the scenario, an instance's name, or a SIP URI, for "
                    'example "200" or "sip:200@127.0.0.1:5070"'
                ),
            ],
            id="true for a text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: ["200"]}',
            [
                (
                    'call.yaml:4:22: error: "to" of MakeCall is a list, not a text; give whom to '
                    "call: a number of the scenario, an instance's name, or a SIP URI, for "
                    'example "200" or "sip:200@127.0.0.1:5070"'
                ),
            ],
            id="a list for a text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: ""}',
            [
                (
                    'call.yaml:4:22: error: "to" of MakeCall is an empty text; give whom to '
                    "call: a number of the scenario, an instance's name, or a SIP URI, for "
                    'example "200" or "sip:200@127.0.0.1:5070"'
                ),
            ],
            id="an empty text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", leg: ' + "x" * 65 + "}",
            [
                (
                    'call.yaml:4:34: error: "leg" of MakeCall has 65 characters, more than 64; '
                    "give the leg: the scenario's name for one dialog of the instance, for "
                    'example "call-1" or "primary"'
                ),
            ],
            id="a long text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", leg: "a\\e[31m"}',
            [
                (
                    'call.yaml:4:34: error: "leg" of MakeCall is the text "a\\x1b[31m", which '
                    "holds control characters; give the leg: the scenario's name for one dialog "
                    'of the instance, for example "call-1" or "primary"'
                ),
            ],
            id="a text with control characters",
        ),
        pytest.param(
            ALICE_DOES + '    - INCOMING\n    - Response: {code: 486, reason: "a\\r\\nb: c"}',
            [
                (
                    'call.yaml:5:37: error: "reason" of Response is the text "a\\r\\nb: c", which '
                    "holds characters that are not allowed; give the reason phrase, instead of "
                    'the usual one of the code, for example "Gone fishing"'
                ),
            ],
            id="a reason with a line break",
        ),
        pytest.param(
            ALICE_DOES + '    - INCOMING\n    - Response: {code: "486"}',
            [
                (
                    'call.yaml:5:24: error: "code" of Response is the text "486", not a whole '
                    "number; write it without quotes: 486"
                ),
            ],
            id="a text for a number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: {code: busy}",
            [
                (
                    'call.yaml:5:24: error: "code" of Response is the text "busy", not a whole '
                    "number; give a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to 699, "
                    "for example 183 or 486"
                ),
            ],
            id="another text for a number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 486.5",
            [
                (
                    'call.yaml:5:17: error: "code" of Response is the number 486.5, not a whole '
                    "number; give a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to 699, "
                    "for example 183 or 486"
                ),
            ],
            id="a fraction for a whole number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: true",
            [
                (
                    'call.yaml:5:17: error: "code" of Response is true, not a whole number; give '
                    "a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to 699, for example "
                    "183 or 486"
                ),
            ],
            id="true for a whole number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 700",
            [
                (
                    'call.yaml:5:17: error: "code" of Response is the number 700, which is out '
                    "of range; give a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to "
                    "699, for example 183 or 486"
                ),
            ],
            id="a number out of range",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 48600000000000000000000000",
            [
                (
                    'call.yaml:5:17: error: "code" of Response is a huge number, not a whole '
                    "number; give a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to 699, "
                    "for example 183 or 486"
                ),
            ],
            id="a huge number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 202",
            [
                (
                    'call.yaml:5:17: error: "code" of Response is the number 202, which is a '
                    "2xx; use Answer to accept a call"
                ),
            ],
            id="a 2xx for Response",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING: {ring: no}",
            [
                (
                    'call.yaml:4:24: error: "ring" of INCOMING is the text "no", not true or '
                    "false; write true or false"
                ),
            ],
            id="a text for a boolean",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", until: rining}',
            [
                (
                    'call.yaml:4:36: error: "until" of MakeCall is the text "rining", not '
                    "answered, ringing or sent; write answered, ringing or sent"
                ),
            ],
            id="a value that is no choice",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall",
            [
                (
                    'call.yaml:4:7: error: MakeCall has no "to"; give whom to call: a number of '
                    'the scenario, an instance\'s name, or a SIP URI, for example "200" or '
                    '"sip:200@127.0.0.1:5070"'
                ),
            ],
            id="a missing property",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT:",
            [
                (
                    'call.yaml:4:7: error: TIMEOUT has no "timeout"; write a duration: 100ms, '
                    "5s, 1.5s, 2m, or a number of milliseconds"
                ),
            ],
            id="a missing duration",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {too: "200"}',
            [
                'call.yaml:4:18: error: MakeCall has no property "too"; did you mean to?',
            ],
            id="a misspelt property",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", colour: red}',
            [
                (
                    'call.yaml:4:29: error: MakeCall has no property "colour"; its properties '
                    "are to, until, leg and timeout"
                ),
            ],
            id="an unknown property",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", targetUri: "200"}',
            [
                (
                    'call.yaml:4:29: error: "to" and "targetUri" are two names of one property; '
                    "keep one of them"
                ),
            ],
            id="both names of a property",
        ),
        pytest.param(
            ALICE_DOES + '    - TIMEOUT: "100"',
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the text "100", which is a '
                    "text without a unit; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a duration without unit",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 1h",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the text "1h", which is not '
                    "a duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a duration in hours",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: -1",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the number -1, which is '
                    "negative; write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds"
                ),
            ],
            id="a negative duration",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: -1s",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the text "-1s", which is not '
                    "a duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a negative duration with a unit",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 86401s",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the text "86401s", which is '
                    "longer than a day; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a duration of more than a day",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: true",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is true, which is not a '
                    "duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds"
                ),
            ],
            id="a duration that is true",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 1e999",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is a huge number, which is '
                    "longer than a day; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="an infinite duration",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: .nan",
            [
                (
                    'call.yaml:4:16: error: "timeout" of TIMEOUT is the text ".nan", which is '
                    "not a duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
            ],
            id="a duration that is not a number",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: {timeout: {s: 5}}",
            [
                (
                    'call.yaml:4:26: error: "timeout" of TIMEOUT is a mapping, which is not a '
                    "duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds"
                ),
            ],
            id="a duration that is a mapping",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: 200, leg: 5, until: never, timeout: soon, x: y}",
            [
                (
                    'call.yaml:4:22: error: "to" of MakeCall is the number 200, not a text; put '
                    'it in quotes: "200"'
                ),
                (
                    'call.yaml:4:32: error: "leg" of MakeCall is the number 5, not a text; put '
                    'it in quotes: "5"'
                ),
                (
                    'call.yaml:4:42: error: "until" of MakeCall is the text "never", not '
                    "answered, ringing or sent; write answered, ringing or sent"
                ),
                (
                    'call.yaml:4:58: error: "timeout" of MakeCall is the text "soon", which is '
                    "not a duration; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
                    "milliseconds"
                ),
                (
                    'call.yaml:4:64: error: MakeCall has no property "x"; its properties are to, '
                    "until, leg and timeout"
                ),
            ],
            id="several at once",
        ),
    ],
)
def test_every_mistake_in_a_step_is_found(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert lines(reading) == expected
    assert reading.scenario is None


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": [ALICE, command(word="Hangup")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: unknown command "Hangup"; the commands are '
                    "MakeCall, Answer, Response and Release"
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
            ],
            id="an unknown event",
        ),
        pytest.param(
            {"nodes": [ALICE, command()], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: MakeCall has no "targetUri"; give whom to call: a '
                    'number of the scenario, an instance\'s name, or a SIP URI, for example "200" '
                    'or "sip:200@127.0.0.1:5070"'
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
            {"nodes": [ALICE, command(targetUri=100, timeout="5")], "edges": [edge("i", "a")]},
            [
                (
                    'call.json: node a: error: "targetUri" of MakeCall is the number 100, not a '
                    'text; put it in quotes: "100"'
                ),
                (
                    'call.json: node a: error: "timeout" of MakeCall is the text "5", which is a '
                    "text without a unit; write a duration: 100ms, 5s, 1.5s, 2m, or a number of "
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
