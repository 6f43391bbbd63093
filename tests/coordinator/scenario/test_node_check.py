"""Words and properties against the vocabulary."""

import pytest

from tests.coordinator.scenario.snippets import (
    ALICE_DOES,
    ALL_COMMANDS,
    ALL_EVENTS,
    lines,
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
                    f"are {ALL_COMMANDS}; the events are {ALL_EVENTS}"
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
            ALICE_DOES + '    - INCOMING\n    - Response: {code: "99"}',
            [
                (
                    'call.yaml:5:24: error: "code" of Response is the number 99, which is out of '
                    "range; give a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx, from 100 to 699, "
                    "for example 183 or 486"
                ),
            ],
            id="a number in quotes that is out of range",
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
                    "are to, capture, check, expect, headers, follow, offer, until, leg and timeout"
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
                    "capture, check, expect, headers, follow, offer, until, leg and timeout"
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
    ("step", "column", "property", "written"),
    [
        ("TIMEOUT: 5", 16, "timeout", "5"),
        ("Wait: '30'", 13, "timeout", "30"),
        ("INCOMING: {timeout: 0.5}", 27, "timeout", "0.5"),
    ],
)
def test_so_short_a_time_that_seconds_are_meant_is_a_warning(
    step: str, column: int, property: str, written: str
) -> None:
    reading = read_yaml(ALICE_DOES + f"    - {step}\n")
    word = step.partition(":")[0]
    assert lines(reading) == [
        f'call.yaml:4:{column}: warning: "{property}" of {word} is the number {written}, which is '
        f"{written} ms; write {written}s if seconds are meant, else {written}ms"
    ]
    assert reading.scenario is not None


@pytest.mark.parametrize(
    "step",
    ["TIMEOUT: 0", "TIMEOUT: 61", "TIMEOUT: 5ms", "SendMessage: {to: bob, text: '5', timeout: 5s}"],
)
def test_other_times_are_meant_as_they_are_written(step: str) -> None:
    assert lines(read_yaml(ALICE_DOES + f"    - {step}\n")) == []
