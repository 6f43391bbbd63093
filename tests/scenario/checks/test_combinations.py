"""Properties that only make sense with one another, or without."""

import pytest

from tests.scenario.snippets import ALICE_DOES, lines, nodes, read_yaml

WAY = 'name the recipient, for example to: "200", or the leg to send it on'


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


def filled(step: str, size: int) -> str:
    """Return a step with headers of so many bytes, the ends of their lines included."""
    lengths = [500] * (size // 500) + [size % 500]
    headers = [f"X-{n}: {'a' * (length - 7)}" for n, length in enumerate(lengths) if length]
    return step.replace("HEADERS", f"headers: {{{', '.join(headers)}}}")


@pytest.mark.parametrize(
    ("step", "most"),
    [
        ("MakeCall: {to: '200', HEADERS}", 3500),
        ("Answer: {HEADERS}", 3400),
        ("Response: {code: 486, HEADERS}", 3700),
        ("Release: {HEADERS}", 3700),
    ],
)
def test_headers_that_fit_in_no_message_are_an_error(step: str, most: int) -> None:
    over = most + 20
    assert nodes(read_yaml(ALICE_DOES + f"    - INCOMING\n    - {filled(step, most)}"))
    assert lines(read_yaml(ALICE_DOES + f"    - INCOMING\n    - {filled(step, over)}")) == [
        f"call.yaml:5:7: error: {step.partition(':')[0]} adds headers of {over:,} bytes; give less "
        f"than {most:,}: a message that is sent has at most 4,000"
    ]


def test_a_body_takes_room_from_the_headers() -> None:
    step = f"SendMessage: {{to: '200', body: {'é' * 900}, HEADERS}}"
    assert nodes(read_yaml(ALICE_DOES + f"    - {filled(step, 1900)}"))
    assert lines(read_yaml(ALICE_DOES + f"    - {filled(step, 1920)}")) == [
        "call.yaml:4:7: error: SendMessage adds headers and a body of 3,720 bytes; give less than "
        "3,700: a message that is sent has at most 4,000"
    ]


def test_nothing_more_is_said_of_a_node_with_a_mistake() -> None:
    assert len(lines(read_yaml(ALICE_DOES + "    - SendMessage: {body: 5}"))) == 1
