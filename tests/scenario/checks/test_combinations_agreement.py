"""Properties that are right by themselves and contradict each other."""

import pytest

from tests.scenario.snippets import ALICE_DOES, lines, read_yaml


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            "MakeCall: {to: bob, expect: 486, until: ringing}",
            'MakeCall has "expect" and "until: ringing", and cannot end in both ways; '
            "leave one of them out: expect is about the final response",
        ),
        (
            "MakeCall: {to: bob, until: sent, check: {code: 180}}",
            'MakeCall has "check" and "until: sent", when nothing has been received yet; '
            "let it wait for a response, or use it in a later step that waits for one",
        ),
        (
            "INCOMING: {must_not: true, capture: {x: code}}",
            'INCOMING has "must_not" and "capture", which needs a message that is received; '
            "leave one of them out",
        ),
    ],
)
def test_what_does_not_go_together_is_told(step: str, says: str) -> None:
    assert lines(read_yaml(f"{ALICE_DOES}    - {step}\n")) == [f"call.yaml:4:7: error: {says}"]


@pytest.mark.parametrize(
    "step",
    [
        "MakeCall: {to: bob, expect: 486, check: {code: 486}}",
        "MakeCall: {to: bob, until: ringing, check: {code: 180}}",
        "MakeCall: {to: bob, until: sent, check: {}}",
        "MakeCall: {to: bob, until: '${run}', check: {code: 180}}",
        "INCOMING: {must_not: true}",
        "INCOMING: {must_not: false, check: {code: absent}}",
    ],
)
def test_what_goes_together_is_taken(step: str) -> None:
    assert lines(read_yaml(f"{ALICE_DOES}    - {step}\n")) == []


def test_what_is_wrong_by_itself_is_told_alone() -> None:
    (said,) = lines(read_yaml(ALICE_DOES + "    - MakeCall: {to: bob, expect: 1, until: sent}\n"))
    assert '"expect" of MakeCall is the number 1, which is out of range' in said
