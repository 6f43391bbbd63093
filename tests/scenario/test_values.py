"""What is shown of a file: short, on one line, nothing dangerous."""

import pytest

from sipflow.scenario.values import RawValue, Shape, described, name_trouble
from sipflow.text import has_surrogates, listed, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", '"abc"'),
        ("", '""'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("a\nb\x1b[31m", '"a\\nb\\x1b[31m"'),
        ("\ud800", '"\\ud800"'),
        ("Grüße 中", '"Grüße 中"'),
        ("x" * 61, '"' + "x" * 59 + '…"'),
    ],
)
def test_a_text_is_shown_in_quotes_short_and_escaped(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Shape.LIST, "a list"),
        (Shape.MAPPING, "a mapping"),
        (None, "empty"),
        (True, "true"),
        (False, "false"),
        ("", "an empty text"),
        ("x", 'the text "x"'),
        (5, "the number 5"),
        (-1.5, "the number -1.5"),
        (10**18, "a huge number"),
        (float("inf"), "a huge number"),
    ],
)
def test_a_value_is_described_in_words(value: RawValue, expected: str) -> None:
    assert described(value) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a or b"),
        (["a", "b", "c"], "a, b or c"),
        (list("abcdefghijklmn"), "a, b, c, d, e, f, g, h, i, j, k, l and 2 more"),
    ],
)
def test_names_are_listed_as_a_person_would(names: list[str], expected: str) -> None:
    assert listed(names) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alice", None),
        ("alice & bob", None),
        ("", "is empty"),
        ("  ", "is empty"),
        ("x" * 128, None),
        ("x" * 129, "is longer than 128 characters"),
        ("a\tb", "holds control characters"),
        ("a\u2028b", "holds control characters"),
        ("a\udfff", "holds control characters"),
    ],
)
def test_a_name_is_a_short_text_on_one_line(text: str, expected: str | None) -> None:
    assert name_trouble(text) == expected


def test_half_a_surrogate_pair_is_noticed() -> None:
    assert has_surrogates("a\ud83d")
    assert not has_surrogates("a\U0001f600")
