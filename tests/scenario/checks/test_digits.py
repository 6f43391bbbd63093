"""What waits for digits want: what is wrong with it, and where."""

import pytest

from tests.scenario.snippets import ALICE, BOB, TWO, edge, event, lines, read_json, read_yaml

BOB_WAITS = TWO + "  bob:\n    - INCOMING\n    - DTMFReceived: "


@pytest.mark.parametrize(
    "wanted", ['{digit: "9"}', '{digits: "1234"}', '{pattern: "[0-9]{4}#"}', "{}", "{timeout: 2s}"]
)
def test_one_thing_may_be_waited_for_or_any_digit(wanted: str) -> None:
    assert lines(read_yaml(BOB_WAITS + wanted)) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (
            '{digit: "9", pattern: "1"}',
            "call.yaml:5:7: error: digit and pattern of DTMFReceived exclude each other; "
            "keep one of them",
        ),
        (
            '{pattern: "(1|2)"}',
            'call.yaml:5:31: error: pattern "(1|2)" cannot have "(" as its character 1; write '
            r"digits, ., \d, \* or [0-9*#], each with ?, +, * or {2,4} behind it if need be, and | "
            'between alternatives, for example "[0-9]{4}#"',
        ),
        (
            '{digit: "12"}',
            'call.yaml:5:29: error: "digit" of DTMFReceived is the text "12", which holds '
            "characters that are not allowed; give one DTMF digit: 0 to 9, A to D, * or #, for "
            'example "9"',
        ),
        (
            '{digits: "12x4"}',
            'call.yaml:5:30: error: "digits" of DTMFReceived is the text "12x4", which holds '
            "characters that are not allowed; give DTMF digits: 0 to 9, A to D, * and #, for "
            'example "1234#"',
        ),
        (
            "{digit: 9}",
            'call.yaml:5:29: error: "digit" of DTMFReceived is the number 9, not a text; put it '
            'in quotes: "9"',
        ),
    ],
)
def test_a_mistake_is_found_before_the_run(wanted: str, expected: str) -> None:
    assert lines(read_yaml(BOB_WAITS + wanted)) == [expected]


def test_digits_that_end_with_a_line_feed_are_refused() -> None:
    (said,) = lines(read_yaml(BOB_WAITS + r'{digits: "12\n"}'))
    assert "which holds characters that are not allowed" in said


def test_the_desktop_application_s_names_are_taken() -> None:
    wait = event("e", "DTMFReceived", expectedDigit="9", callId="x")
    incoming = event("i1", "INCOMING", callId="x")
    edges = [edge("j", "i1"), edge("i1", "e")]
    assert lines(read_json({"nodes": [ALICE, BOB, incoming, wait], "edges": edges})) == []
