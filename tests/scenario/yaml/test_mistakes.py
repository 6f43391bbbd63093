"""Slips that YAML cannot explain: a step without its colon, a key in the wrong column."""

import pytest

from sipflow.scenario.yaml.mistakes import Mistake, mistake_in
from tests.scenario.snippets import ALICE_DOES, lines, read_yaml


def no_colon(step: str, key: str, column: int, right: int = 3) -> Mistake:
    """Return what is said of a step without its colon."""
    word = step.split()[0]
    return Mistake(
        column,
        f'the step "- {step}" has no ":" after its word, so "{key}" cannot be below it',
        f'write "- {word}:" and begin "{key}" below it, in column {right}',
    )


def wrong_column(word: str, key: str, column: int) -> Mistake:
    """Return what is said of a key that does not begin below its step's word."""
    return Mistake(
        column,
        f'"{key}" begins in column {column}, and the step that it belongs to, {word}, in column 3',
        "let both begin in the same column",
    )


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("- Answer\n  on_failure:", no_colon("Answer", "on_failure", 3)),
        ("- Answer\non_failure:", no_colon("Answer", "on_failure", 1)),
        ("- Answer\n\n  # why\n  on_failure:", no_colon("Answer", "on_failure", 3)),
        ("- MakeCall bob\n  timeout: 5s", no_colon("MakeCall bob", "timeout", 3, 5)),
        ("- MakeCall: bob\n    on_failure:", wrong_column("MakeCall", "on_failure", 5)),
        ("- MakeCall:\n    to: bob\n on_failure:", wrong_column("MakeCall", "on_failure", 2)),
        ("- MakeCall: bob\n    id: x", wrong_column("MakeCall", "id", 5)),
        ("\t- Answer", Mistake(1, "a tab is no indentation in YAML", "indent with spaces")),
        (" \ton_failure:", Mistake(2, "a tab is no indentation in YAML", "indent with spaces")),
        ("- MakeCall: bob\n    timeout: 5s", None),
        ("- MakeCall: bob\n  on_failure: ]", None),
        ("- MakeCall: [", None),
        ("- 5\n  on_failure:", None),
        ("flow:\n  on_failure:", None),
        ("  - Answer\nalice:\n  on_failure:", None),
        ("on_failure:", None),
    ],
)
def test_the_slip_behind_a_line_is_found(text: str, mistake: Mistake | None) -> None:
    assert mistake_in(text, text.count("\n")) == mistake


def test_a_line_that_is_not_there_has_none() -> None:
    assert mistake_in("- Answer", 5) is None


def test_a_file_says_so_where_the_key_is() -> None:
    text = ALICE_DOES + "    - Answer\n      on_failure:\n        - Release\n"
    assert lines(read_yaml(text)) == [
        'call.yaml:5:7: error: the step "- Answer" has no ":" after its word, so "on_failure" '
        'cannot be below it; write "- Answer:" and begin "on_failure" below it, in column 7'
    ]


def test_an_on_failure_with_a_dash_of_its_own_is_explained() -> None:
    text = ALICE_DOES + "    - INCOMING\n    - on_failure: [Release]\n"
    assert lines(read_yaml(text)) == [
        'call.yaml:5:7: error: "on_failure" is a step of its own here, without a word; '
        'if it belongs to the step above, leave out its dash and begin "on_failure" in the column '
        'of that step\'s word, which needs a colon then, as in "- Answer:"'
    ]


def test_an_on_failure_beside_the_instances_is_explained() -> None:
    text = ALICE_DOES + "    - INCOMING\n  on_failure:\n    - TIMEOUT: 1s\n"
    assert lines(read_yaml(text)) == [
        'call.yaml:5:3: error: no instance is named "on_failure"; '
        "let it begin in the column of the word of the step that it belongs to"
    ]
