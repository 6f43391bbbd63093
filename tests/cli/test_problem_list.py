"""What ``validate --json`` prints: each problem as an object, those of the command behind."""

import json

from sipflow.cli.problem_list import problem_list
from sipflow.errors import UsageError
from tests.scenario.snippets import ALICE_DOES, read_yaml


def test_a_problem_is_an_object_with_its_place_and_its_code() -> None:
    reading = read_yaml(ALICE_DOES + "    - TIMEOUT: 5\n    - Wait: {timeuot: 5s}\n")
    errors = [
        UsageError("no rate; write one", code="bad-option"),
        UsageError("no such variable", code="unknown-variable"),
    ]
    first, second, *command = json.loads(problem_list([reading], errors))
    assert first == {
        "file": "call.yaml",
        "line": 4,
        "column": 16,
        "node": None,
        "path": "/flow/alice/0/TIMEOUT",
        "code": "time-without-unit",
        "severity": "warning",
        "message": '"timeout" of TIMEOUT is the number 5, which is 5 ms',
        "hint": "write 5s if seconds are meant, else 5ms",
    }
    assert (second["code"], second["severity"]) == ("unknown-property", "error")
    assert [(one["code"], one["message"], one["hint"]) for one in command] == [
        ("bad-option", "no rate", "write one"),
        ("unknown-variable", "no such variable", None),
    ]
    assert all(one["file"] is one["path"] is None for one in command)


def test_where_nothing_is_wrong_it_is_empty() -> None:
    assert problem_list([read_yaml(ALICE_DOES + "    - TIMEOUT: 5s\n")], []) == "[]"
