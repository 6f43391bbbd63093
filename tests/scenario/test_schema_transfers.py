"""The schema is of one mind with the reader about the targets of transfers."""

import jsonschema
import pytest

from sipflow.scenario.schema import json_schema

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def document(step: object, on_refer: str = "reject") -> object:
    return {
        "instances": {"alice": {"number": "1", "on_refer": on_refer}},
        "flow": {"alice": [step]},
    }


@pytest.mark.parametrize(
    ("step", "valid"),
    [
        ({"BlindTransfer": "alice"}, True),
        ({"BlindTransfer": {"to": "alice", "expect": "accepted"}}, True),
        ({"BlindTransfer": {"targetUser": "1", "host": "h:5070"}}, True),
        ({"BlindTransfer": {"user": "1", "host": ""}}, True),
        ("AttendedTransfer", True),
        ({"MuteTransfer": {"primaryCallId": "a", "consult": "b"}}, True),
        ({"TRANSFERRED": {"leg": "a"}}, True),
        ("BlindTransfer", False),
        ({"BlindTransfer": None}, False),
        ({"BlindTransfer": {}}, False),
        ({"BlindTransfer": {"to": "alice", "user": "1"}}, False),
        ({"BlindTransfer": {"to": "alice", "host": "h"}}, False),
        ({"BlindTransfer": {"user": "a b"}}, False),
    ],
)
def test_a_transfer_names_its_target_once(step: object, valid: bool) -> None:
    assert VALIDATOR.is_valid(document(step)) is valid


def test_an_instance_follows_or_rejects() -> None:
    assert not VALIDATOR.is_valid(document("Release", "refuse"))
