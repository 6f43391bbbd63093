"""Patterns of digits mean what the regular expressions mean that they are a part of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.model.digit_pattern import ALL_DIGITS, DigitPattern, read_pattern


def shortest(pattern: str, heard: str) -> int:
    """Return how many of the digits that were heard a pattern takes."""
    read = read_pattern(pattern)
    assert isinstance(read, DigitPattern), read
    return read.shortest_match(heard)


@pytest.mark.parametrize(
    ("pattern", "heard", "count"),
    [
        ("[0-9]{4}#", "1234#", 5),
        ("[0-9]{4}#", "1234", 0),
        ("[0-9]{4}#", "12345#", 0),
        ("[0-9]{4}#", "", 0),
        ("[0-9]+#", "1#2#", 2),
        ("[0-9]{2,4}", "12345", 2),
        (r"\*?1", "1", 1),
        (r"\*?1", "*1", 2),
        (r"\*?1", "**1", 0),
        (".*#", "12*#", 4),
        (r"\d{2,}#", "1#", 0),
        (r"\d{2,}#", "12345#", 6),
        ("1|2|3#", "3#", 2),
        ("1|2|3#", "2", 1),
        ("[^#]{3}", "12#", 0),
        ("[^#]{3}", "1*A", 3),
        ("[A-D]", "c".upper(), 1),
        ("[a-d]", "B", 1),
        (r"[\d*]{2}", "5*", 2),
        (r"[\*#]", "*", 1),
        ("a", "A", 1),
        ("1?2?3?", "23", 1),
    ],
)
def test_as_few_digits_as_possible_match_as_a_whole(pattern: str, heard: str, count: int) -> None:
    assert shortest(pattern, heard) == count


@pytest.mark.parametrize(
    ("pattern", "trouble"),
    [
        ("(1|2)", 'cannot have "(" as its character 1'),
        ("12x", 'cannot have "x" as its character 3'),
        ("*1", 'cannot have "*" as its character 1'),
        ("[0-9", 'cannot have "[" as its character 1'),
        ("[]", 'cannot have "[" as its character 1'),
        ("1++", 'cannot have "+" as its character 3'),
        (r"\w", 'cannot have "\\" as its character 1'),
        ("1||2", "has an alternative without digits"),
        ("[9-0]", "has [9-0], which is no digit"),
        ("[-]", "has [-], which is no digit"),
        ("1{200}", "repeats more than 128 times"),
        ("1{3,2}", "has {3,2}, which is no number of times"),
        ("1{0}", "has {0}, which is no number of times"),
    ],
)
def test_a_mistake_is_named(pattern: str, trouble: str) -> None:
    assert read_pattern(pattern) == trouble


ITEMS = st.builds(
    str.__add__,
    st.sampled_from(["1", "2", "#", r"\*", ".", "[12]", "[^1]", "[0-9]"]),
    st.sampled_from(["", "", "?", "+", "*", "{2}", "{1,2}", "{0,2}", "{2,}"]),
)
PATTERNS = st.lists(st.lists(ITEMS, min_size=1, max_size=4).map("".join), min_size=1, max_size=3)


@given(PATTERNS.map("|".join), st.text(alphabet="12*#", max_size=8))
def test_it_agrees_with_regular_expressions(pattern: str, heard: str) -> None:
    expected = [count for count in range(1, len(heard) + 1) if re.fullmatch(pattern, heard[:count])]
    assert shortest(pattern, heard) == (expected or [0])[0]


def test_a_pattern_that_would_never_end_as_a_regular_expression_is_matched_at_once() -> None:
    assert shortest("[0-9]*" * 10 + "#", "1" * 500 + "*") == 0


def test_every_digit_is_known() -> None:
    assert shortest(".{16}", ALL_DIGITS) == 16
