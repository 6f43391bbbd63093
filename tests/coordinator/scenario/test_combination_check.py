"""Properties that only make sense with one another, or without."""

import pytest

from tests.coordinator.scenario.snippets import ALICE_DOES, lines, nodes, read_yaml

WAY = 'name whom it goes to, for example to: "200", or the leg that it goes on'


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("SendMessage: {body: hi}", f'SendMessage has neither "to" nor "leg"; {WAY}'),
        (
            'SendMessage: {body: hi, to: "200", leg: call-1}',
            f'SendMessage has both "to" and "leg"; {WAY}',
        ),
        (
            "Response: {code: 486, contact: bob}",
            'Response has a "contact" and the code 486; a contact is for a 3xx: give one of those, '
            "or leave the contact out",
        ),
    ],
)
def test_what_does_not_go_together_is_an_error(step: str, expected: str) -> None:
    problems = lines(read_yaml(ALICE_DOES + f"    - INCOMING\n    - {step}"))
    assert problems == [f"call.yaml:5:7: error: {expected}"]


@pytest.mark.parametrize(
    "step",
    [
        'SendMessage: {body: hi, to: "200"}',
        "SendMessage: {text: hi, leg: call-1, contentType: application/json}",
        "Response: {code: 302, contact: bob}",
        "Response: {code: 486}",
        "Response: {code: '${run}', contact: bob}",
        "SendMessage: {body: hi, to: 'sip:${run}@h'}",
        "BlindTransfer: '${instance.bob.uri}'",
        'MESSAGE: {from: bob, contains: hi, pattern: "h."}',
    ],
)
def test_what_goes_together_is_taken(step: str) -> None:
    assert nodes(read_yaml(ALICE_DOES + f"    - INCOMING\n    - {step}"))


def test_nothing_more_is_said_of_a_node_with_a_mistake() -> None:
    assert len(lines(read_yaml(ALICE_DOES + "    - SendMessage: {body: 5}"))) == 1
