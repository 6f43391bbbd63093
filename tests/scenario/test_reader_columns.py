"""Variables that have another value in each run of a load: where they may stand, and where not."""

import pytest

from sipflow.scenario.model.actions import Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import ALICE_DOES, lines, nodes

GIVEN = Given({"host": "10.0.0.1"}, columns=frozenset({"account", "wait"}))


def read(text: str, given: Given = GIVEN) -> Reading:
    """Read a YAML text that uses everything that is given."""
    uses = "    - SendMessage: {to: '200', body: '${host}${account}${wait}'}\n"
    return read_text((text + uses).encode(), "call.yaml", given)


def test_a_column_stays_a_variable_until_its_step_begins() -> None:
    found = nodes(
        read(ALICE_DOES + '    - MakeCall: {to: "sip:${account}@${host}", timeout: "${wait}"}\n')
    )["alice-1"]
    assert found.late == (
        Deferred(property="to", kind="text", parts=("sip:", Variable("account"), "@", "10.0.0.1")),
        Deferred(property="timeout", kind="duration", parts=(Variable("wait"),)),
    )


def test_it_goes_before_a_value_of_the_file_and_reaches_all_that_is_made_of_it() -> None:
    text = 'variables: {account: "1", wait: , who: "sip:${account}@h"}\n' + ALICE_DOES
    found = nodes(read(text + '    - MakeCall: {to: "${who}"}\n'))["alice-1"]
    assert found.late[0].parts == ("sip:", Variable("account"), "@h")


def test_the_rounds_of_a_repeat_see_it() -> None:
    text = ALICE_DOES + (
        "    - Repeat: {times: 2, steps: [{MakeCall: {to: 'sip:${account}@${round}'}}]}\n"
    )
    found = nodes(read(text))
    parts = [node.late[0].parts for node in found.values() if node.late]
    assert parts[:2] == [("sip:", Variable("account"), "@", str(round)) for round in (1, 2)]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            "    - Repeat: {times: '${account}', steps: [Release]}\n",
            "known only during the run",
        ),
        (
            "    - MakeCall: {to: '200', leg: '${account}'}\n",
            "known only during the run",
        ),
        (
            "    - INCOMING: {capture: {account: header.From.user}}\n",
            '"account" is a variable already, with a value from before the run',
        ),
    ],
)
def test_it_is_refused_where_a_value_is_needed_earlier(step: str, says: str) -> None:
    found = lines(read(ALICE_DOES + step))
    assert any(says in line and ": error: " in line for line in found), found


def test_a_number_cannot_be_one() -> None:
    text = 'instances: {alice: {number: "${account}"}}\nflow:\n  alice:\n'
    (said, *_) = lines(read(text))
    assert '"number" has a variable that is known only during the run' in said


def test_one_that_nothing_uses_is_a_warning() -> None:
    reading = read_text(
        (ALICE_DOES + "    - MakeCall: {to: '${acount}'}\n").encode(),
        "call.yaml",
        Given({"acount": "200"}, columns=frozenset({"account"})),
    )
    assert lines(reading) == [
        'call.yaml: warning: nothing in it uses the variable "account" of --data; '
        "did you mean acount?"
    ]
