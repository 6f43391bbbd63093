"""Words and properties against the vocabulary."""

import pytest

from tests.scenario.snippets import ALICE_DOES, coded, lines, read_yaml


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ALICE_DOES + '    - MakeCal: "200"',
            [
                ("call.yaml:4:7: error: unknown-word"),
            ],
            id="an unknown word",
        ),
        pytest.param(
            ALICE_DOES + "    - Frobnicate",
            [
                "call.yaml:4:7: error: unknown-word",
            ],
            id="a word quite unknown",
        ),
        pytest.param(
            ALICE_DOES + "    - incoming",
            [
                ("call.yaml:4:7: error: unknown-word"),
            ],
            id="a word of another case",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: 200}",
            [
                ("call.yaml:4:22: error: bad-value"),
            ],
            id="a number for a text",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: true}",
            [
                ("call.yaml:4:22: error: bad-value"),
            ],
            id="true for a text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: ["200"]}',
            [
                ("call.yaml:4:22: error: bad-value"),
            ],
            id="a list for a text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: ""}',
            [
                ("call.yaml:4:22: error: bad-value"),
            ],
            id="an empty text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", leg: ' + "x" * 65 + "}",
            [
                ("call.yaml:4:34: error: bad-value"),
            ],
            id="a long text",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", leg: "a\\e[31m"}',
            [
                ("call.yaml:4:34: error: bad-value"),
            ],
            id="a text with control characters",
        ),
        pytest.param(
            ALICE_DOES + '    - INCOMING\n    - Response: {code: 486, reason: "a\\r\\nb: c"}',
            [
                ("call.yaml:5:37: error: bad-value"),
            ],
            id="a reason with a line break",
        ),
        pytest.param(
            ALICE_DOES + '    - INCOMING\n    - Response: {code: "99"}',
            [
                ("call.yaml:5:24: error: bad-value"),
            ],
            id="a number in quotes that is out of range",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: {code: busy}",
            [
                ("call.yaml:5:24: error: bad-value"),
            ],
            id="another text for a number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 486.5",
            [
                ("call.yaml:5:17: error: bad-value"),
            ],
            id="a fraction for a whole number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: true",
            [
                ("call.yaml:5:17: error: bad-value"),
            ],
            id="true for a whole number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 700",
            [
                ("call.yaml:5:17: error: bad-value"),
            ],
            id="a number out of range",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 48600000000000000000000000",
            [
                ("call.yaml:5:17: error: bad-value"),
            ],
            id="a huge number",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING\n    - Response: 202",
            [
                ("call.yaml:5:17: error: bad-value"),
            ],
            id="a 2xx for Response",
        ),
        pytest.param(
            ALICE_DOES + "    - INCOMING: {ring: no}",
            [
                ("call.yaml:4:24: error: bad-value"),
            ],
            id="a text for a boolean",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", until: rining}',
            [
                ("call.yaml:4:36: error: bad-value"),
            ],
            id="a value that is no choice",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall",
            [
                ("call.yaml:4:7: error: missing-property"),
            ],
            id="a missing property",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT:",
            [
                ("call.yaml:4:7: error: missing-property"),
            ],
            id="a missing duration",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {too: "200"}',
            [
                "call.yaml:4:18: error: unknown-property",
            ],
            id="a misspelt property",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", colour: red}',
            [
                ("call.yaml:4:29: error: unknown-property"),
            ],
            id="an unknown property",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", targetUri: "200"}',
            [
                ("call.yaml:4:29: error: conflicting-properties"),
            ],
            id="both names of a property",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 1h",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a duration in hours",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: -1",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a negative duration",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: -1s",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a negative duration with a unit",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 86401s",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a duration of more than a day",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: true",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a duration that is true",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: 1e999",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="an infinite duration",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: .nan",
            [
                ("call.yaml:4:16: error: bad-value"),
            ],
            id="a duration that is not a number",
        ),
        pytest.param(
            ALICE_DOES + "    - TIMEOUT: {timeout: {s: 5}}",
            [
                ("call.yaml:4:26: error: bad-value"),
            ],
            id="a duration that is a mapping",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: 200, leg: 5, until: never, timeout: soon, x: y}",
            [
                ("call.yaml:4:22: error: bad-value"),
                ("call.yaml:4:32: error: bad-value"),
                ("call.yaml:4:42: error: bad-value"),
                ("call.yaml:4:58: error: bad-value"),
                ("call.yaml:4:64: error: unknown-property"),
            ],
            id="several at once",
        ),
    ],
)
def test_every_mistake_in_a_step_is_found(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert coded(reading) == expected
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
