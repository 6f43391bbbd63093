"""What is behind a text that YAML does not understand, where that is a slip of scenarios.

YAML says where it lost its way, not why. A step that lacks its colon, a key in the wrong column and
a tab are by far the most frequent reasons. Only looks at the text; linear in it.
"""

import re

from msgspec import Struct

from sipflow.scenario.yaml.steps import STEP_KEYS
from sipflow.text import shown

_TAB = re.compile(r" *\t")
_KEY = re.compile(r"( *)([A-Za-z_][A-Za-z0-9_-]*) *:(?: |$)")
_STEP = re.compile(r"( *)(- +)([A-Za-z_]\S*)(.*)")
# Steps above a key that are looked through for the one that it belongs to.
_MOST_LINES = 200


class Mistake(Struct, frozen=True):
    """What is wrong and what would be right; ``column``, from 1, is where in the line."""

    column: int
    message: str
    right: str


def mistake_in(text: str, line: int) -> Mistake | None:
    """Return the slip in a line, counted from 0, that YAML does not understand, if it is one."""
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
            f'the step {written} has no ":" behind its word, '
            f"so {shown(name)} cannot stand below it",
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
    """Return the step that a key below it belongs to: the last whose dash is not right of it."""
    for above in reversed(lines[max(0, line - _MOST_LINES) : line]):
        step = _STEP.match(above)
        if step is not None and len(step[1]) <= indent:
            return step
        if above.strip() and not above.startswith(" ") and step is None:
            return None
    return None
