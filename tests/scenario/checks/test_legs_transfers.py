"""A transfer that joins two legs needs both."""

import pytest

from tests.scenario.snippets import ALICE_DOES, lines, read_yaml

CALLS = ALICE_DOES + '    - MakeCall: {to: "200", leg: a}\n    - MakeCall: {to: "200", leg: b}\n'


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        ("AttendedTransfer: {primary: a, consult: b}", []),
        ("MuteTransfer: {leg: a, consult: b}", []),
        ("AttendedTransfer: {primary: a, leg: x, consult: b}", []),
        ("AttendedTransfer", ["call-1", "consult"]),
        ("MuteTransfer: {primary: x, consult: b}", ["x"]),
        ("AttendedTransfer: {primary: a, consult: y}", ["y"]),
        ("BlindTransfer: {to: bob, leg: z}", ["z"]),
    ],
)
def test_every_leg_of_a_transfer_is_made_before(step: str, missing: list[str]) -> None:
    said = lines(read_yaml(f"{CALLS}    - {step}"))

    assert [line.partition("its leg ")[2].partition(";")[0] for line in said] == [
        f'"{leg}"' for leg in missing
    ]


def test_a_leg_that_is_written_wrongly_is_not_said_to_be_missing() -> None:
    (said,) = lines(read_yaml(f'{CALLS}    - AttendedTransfer: {{primary: x, consult: ""}}'))

    assert '"consult" of AttendedTransfer is an empty text' in said
