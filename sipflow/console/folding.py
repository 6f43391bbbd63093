"""Folds long lines to the width of a terminal, between words. Pure.

A word that is longer than a line, a path for example, stays whole, so that it can be copied and
found; the terminal breaks it.
"""

from collections.abc import Iterable
from textwrap import wrap

# Further than this the rest of a line is not moved to the right, so that there is room for it.
_DEEPEST = 8
_STEP = 2


def folded(text: str, first: str, width: int) -> list[str]:
    """Return a text folded to ``width``; ``first`` stands before it on its first line.

    The other lines begin below the text.
    """
    lines = wrap(
        text,
        max(width, len(first) + 1),
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
        break_long_words=False,
    )
    return lines or [first.rstrip()]


def fitted(lines: Iterable[str], width: int | None) -> list[str]:
    """Return lines, those longer than ``width`` folded; None: no line is folded.

    The rest of a line stands a little to the right of where the line begins.
    """
    fitting: list[str] = []
    for line in lines:
        if width is None or len(line) <= width:
            fitting.append(line)
            continue
        longest = max(map(len, line.split()), default=0)
        room = max(0, width - max(longest, _DEEPEST))
        margin = min(len(line) - len(line.lstrip()), room)
        below = min(margin + _STEP, _DEEPEST, room)
        fitting += wrap(
            line.lstrip(),
            max(width, below + 1),
            initial_indent=" " * margin,
            subsequent_indent=" " * below,
            break_on_hyphens=False,
            break_long_words=False,
        )
    return fitting
