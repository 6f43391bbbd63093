"""Patterns: they find what Python's find, take a bounded time, and say what is wrong with them."""

import re
import warnings
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.protocol.pattern import LONGEST_PATTERN, LONGEST_TEXT, Pattern, PatternError
from tests.extent import examples


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("", ["", "x"], []),
        ("abc", ["abc", "xabcx"], ["ab", "ABC", ""]),
        ("^abc$", ["abc"], ["xabc", "abcx"]),
        ("a|bc|", ["a", "bc", ""], []),
        ("^(a|b)c$", ["ac", "bc"], ["c", "abc"]),
        ("^a*$", ["", "aaa"], ["ab"]),
        ("^a+?b??$", ["a", "ab"], ["b", ""]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{1,2}$", ["a", "aa"], ["", "aaa"]),
        ("^a{2,}$", ["aa", "aaaa"], ["a"]),
        (r"^\d+\.\w\s\D\W\S$", ["12.x a-b"], ["12xx a-b"]),
        (r"^\t\\\$$", ["\t\\$"], ["x"]),
        ("^[a-c_-]+$", ["abc-_"], ["d"]),
        ("^[^a-c]$", ["d"], ["a"]),
        (r"^[\d\]]+$", ["1]"], ["x"]),
        ("^[]]$", ["]"], ["["]),
        ("^(?:ab)+$", ["abab"], ["aba"]),
        ("a.c", ["abc"], ["a\nc"]),
        ("x{1}y{0}", ["x"], ["y"]),
    ],
)
def test_a_pattern_is_found_where_it_is(
    pattern: str, found: list[str], not_found: list[str]
) -> None:
    compiled = Pattern(pattern)
    assert [text for text in found if not compiled.found_in(text)] == []
    assert [text for text in not_found if compiled.found_in(text)] == []


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a)", 'has a ")" without its "("'),
        ("(a", 'has a "(" without its ")"'),
        ("(?=a)", 'has a "(?", of which only (?:…) is understood'),
        ("[a", 'has a "[" without its "]"'),
        ("[z-a]", "has the range z-a, which holds nothing"),
        ("*a", 'has a "*" with nothing before it to repeat'),
        ("a**", "repeats what is repeated already; put it in a group"),
        ("a{x}", 'has a "{" that is no {m,n}; write \\{ for the character'),
        ("a{2,1}", "repeats {2,1} times; at most 100 are counted"),
        ("a{101}", "repeats {101} times; at most 100 are counted"),
        (r"(a)\1", "has a \\1, which is not understood"),
        ("a\\", "ends with a \\"),
        ("(" * 17 + ")" * 17, "has groups more than 16 deep"),
        ("((a{50}){50})", "is too large with all its repeats"),
        ("((((){100}){100}){100})", "is too large with all its repeats"),
        ("a" * (LONGEST_PATTERN + 1), "is longer than 256 characters"),
    ],
)
def test_what_is_no_pattern_says_why(pattern: str, says: str) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern(pattern)
    assert str(caught.value) == says


@pytest.mark.parametrize("pattern", ["(a|b)*a(a|b){60}$", "(a+)+(b+)+(.*)*x", "(.*)(.*)(.*)(.*)c"])
def test_no_pattern_takes_long(pattern: str) -> None:
    before = process_time()
    assert not Pattern(pattern).found_in("ab" * LONGEST_TEXT)
    assert process_time() - before < 2


def test_of_a_long_text_the_beginning_is_looked_at() -> None:
    assert not Pattern("x").found_in("a" * LONGEST_TEXT + "x")


@examples(300, 3_000)
@given(
    st.text(alphabet="ab.*+?|()[]^-\\d{1,2}$c", max_size=8),
    st.lists(st.text(alphabet="ab1c-]", max_size=4), max_size=4),
)
def test_what_is_understood_finds_what_pythons_patterns_find(
    pattern: str, texts: list[str]
) -> None:
    try:
        ours = Pattern(pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of nested sets, which mean nothing yet
            theirs = re.compile(pattern)
    except (PatternError, re.error):  # Python repeats no anchors
        return
    for text in texts:
        assert ours.found_in(text) == bool(theirs.search(text)), (pattern, text)
