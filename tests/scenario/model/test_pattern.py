"""Patterns: they find what Python's find, take a bounded time, and say what is wrong with them."""

import re
import subprocess
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.model.pattern import LONGEST_PATTERN, LONGEST_TEXT, Pattern, PatternError
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
        ("^(?:ab)+$", ["abab"], ["aba"]),
        ("a.c", ["abc"], ["a\nc"]),
        ("(?i)busy", ["BUSY"], ["free"]),
        ("^(?P<code>[0-9]+)$", ["486"], ["x"]),
        ("Zoë ☎", ["Zoë ☎"], ["Zoe"]),
    ],
)
def test_a_pattern_is_found_where_it_is(
    pattern: str, found: list[str], not_found: list[str]
) -> None:
    compiled = Pattern(pattern)
    assert [text for text in found if not compiled.found_in(text)] == []
    assert [text for text in not_found if compiled.found_in(text)] == []


CANNOT = "which regular expressions here (RE2's) cannot"


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a)", "is no regular expression of RE2: unexpected ): a)"),
        ("(a", "is no regular expression of RE2: missing ): (a"),
        ("[a", "is no regular expression of RE2: missing ]: [a"),
        ("*a", "is no regular expression of RE2: no argument for repetition operator: *"),
        ("a**", "is no regular expression of RE2: bad repetition operator: **"),
        ("a{1001}", "is no regular expression of RE2: invalid repetition size: {1001}"),
        (r"(a)\1", rf"refers back with \1, {CANNOT}"),
        ("(?=a)", f'looks around with "(?=", {CANNOT}'),
        ("(?!a)", f'looks around with "(?!", {CANNOT}'),
        ("(?<=a)b", f'looks around with "(?<=", {CANNOT}'),
        ("(?<!a)b", f'looks around with "(?<!", {CANNOT}'),
        ("a\\", "is no regular expression of RE2: trailing \\"),
        ("\udce9", "holds half a character"),
        ("((((a{100}){100}){100}){100})", "is no regular expression of RE2: "),
        ("a" * (LONGEST_PATTERN + 1), "is longer than 256 characters"),
    ],
)
def test_what_is_no_pattern_says_why(pattern: str, says: str) -> None:
    with pytest.raises(PatternError) as caught:
        Pattern(pattern)
    assert str(caught.value)[: len(says)] == says


@pytest.mark.parametrize(
    "pattern", ["(a|b)*a(a|b){60}$", "(a+)+(b+)+(.*)*x", "(.*)(.*)(.*)(.*)c", "^((a|ab)+)+$"]
)
@pytest.mark.timeout(20)  # with backtracking it takes years
def test_no_pattern_takes_long(pattern: str) -> None:
    assert not Pattern(pattern).found_in("ab" * (LONGEST_TEXT // 2 - 1) + "-")


def test_of_a_long_text_the_beginning_is_looked_at() -> None:
    assert not Pattern("x").found_in("a" * LONGEST_TEXT + "x")


def test_a_text_that_is_no_unicode_is_sought_with_its_odd_bytes_as_numbers() -> None:
    assert Pattern("udce9").found_in("Zo\udce9")


def test_re2_is_loaded_only_where_there_is_a_pattern() -> None:
    code = """
import sys
import sipflow.cli.main, sipflow.worker.fork_server, sipflow.cli.start
print("re2" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


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
