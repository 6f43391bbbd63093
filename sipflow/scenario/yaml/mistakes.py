"""Explains frequent YAML syntax errors in scenarios.

A YAML parser reports where parsing failed, not why. A step without its colon, a key in the wrong
column and a tab are by far the most frequent reasons. Only reads the text; linear in it.
"""

import re

from msgspec import Struct

from sipflow.scenario.yaml.steps import STEP_KEYS
from sipflow.text import shown

_TAB = re.compile(r" *\t")
_KEY = re.compile(r"( *)([A-Za-z_][A-Za-z0-9_-]*) *:(?: |$)")
_STEP = re.compile(r"( *)(- +)([A-Za-z_]\S*)(.*)")
# How many steps above a key are searched for the one that it belongs to.
_MOST_LINES = 200


class Mistake(Struct, frozen=True):
    """What is wrong and what would be right; ``column``: the place in the line, from 1."""

    column: int
    message: str
    right: str


def mistake_in(text: str, line: int) -> Mistake | None:
    """Return the error in a line, counted from 0, where YAML parsing failed, or None."""
    lines = text.split("\n")
    tab = _TAB.match(lines[line]) if line < len(lines) else None
    if tab is not None:
        return Mistake(tab.end(), "a tab is no indentation in YAML", "indent with spaces")
    key = _KEY.match(lines[line]) if line < len(lines) else None
    if key is None:
        return None
    step = _step_above(lines, line, len(key[1]))
    if step is None:
        return None
    word = step[3].rstrip(":")
    name, column = key[2], len(key[1]) + 1
    word_column = len(step[1] + step[2]) + 1
    if not step[3].endswith(":"):
        written = shown(f"- {step[3]}{step[4].rstrip()}")
        return Mistake(
            column,
            f'the step {written} has no ":" after its word, so {shown(name)} cannot be below it',
            f'write "- {word}:" and begin {shown(name)} below it, '
            f"in column {word_column if name in STEP_KEYS else word_column + 2}",
        )
    if column == word_column or name not in STEP_KEYS:
        return None
    return Mistake(
        column,
        f"{shown(name)} begins in column {column}, and the step that it belongs to, {word}, "
        f"in column {word_column}",
        "let both begin in the same column",
    )


def _step_above(lines: list[str], line: int, indent: int) -> re.Match[str] | None:
    """Return the step that a key belongs to: the last above whose dash is not right of the key."""
    for above in reversed(lines[max(0, line - _MOST_LINES) : line]):
        step = _STEP.match(above)
        if step is not None and len(step[1]) <= indent:
            return step
        if above.strip() and not above.startswith(" ") and step is None:
            return None
    return None
