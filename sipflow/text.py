"""Formats untrusted texts, times and counts for output: escaped, shortened, aligned. Pure."""

import re
from collections.abc import Iterable, Sequence

_LONGEST = 60


_MOST_LISTED = 12


# Control characters, line separators, and lone surrogates, which no encoding can write.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


_SURROGATE = re.compile("[\ud800-\udfff]")


def shown(text: str) -> str:
    """Return a text in double quotes, shortened, with unprintable characters escaped."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return '"' + "".join(_escaped(character) for character in short) + '"'


def shown_or_not(text: str, secret: bool) -> str:
    """Return a text as ``shown`` does, or for a secret one a description in its place."""
    return "a value of the environment" if secret else shown(text)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def listed(names: Sequence[str], last: str = "or") -> str:
    """Return a list of names as English text: ``a, b or c``; a long list is cut."""
    if len(names) > _MOST_LISTED:
        return f"{', '.join(names[:_MOST_LISTED])} and {len(names) - _MOST_LISTED} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def has_control_characters(text: str) -> bool:
    """Return whether a text holds characters that no name may hold, such as control characters."""
    return _UNSAFE.search(text) is not None


def has_surrogates(text: str) -> bool:
    """Return whether a text holds a lone surrogate, which cannot be sent or printed."""
    return _SURROGATE.search(text) is not None


_MINUTE = 60


_HOUR = 3600


def stopwatch(seconds: float) -> str:
    """Return a running time of almost constant width: ``1.2 s``, ``2:05``, ``1:02:05``."""
    seconds = max(0.0, seconds)
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), _MINUTE)
    if seconds < _HOUR:
        return f"{minutes}:{rest:02}"
    return f"{minutes // _MINUTE}:{minutes % _MINUTE:02}:{rest:02}"


# A column is no wider than this; a longer text shifts only its own line.
_WIDEST_COLUMN = 40


def one_line(text: str) -> str:
    """Return a text that cannot move a terminal's cursor or begin a second line.

    Reason phrases come from the peer, and must not control the terminal.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def column_width(texts: Iterable[str], least: int = 0) -> int:
    """Return the width of a column of texts, at least ``least``."""
    fitting = (len(text) for text in texts if len(text) <= _WIDEST_COLUMN)
    return max(least, max(fitting, default=0))


def duration(seconds: float) -> str:
    """Return a duration for people: ``0.41 s``, ``1.2 s``, ``2 min 05 s``, ``1 h 02 min``.

    It is never negative: the clocks of two processes may differ by a little.
    """
    seconds = max(0.0, seconds)
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{int(seconds) // _MINUTE} min {int(seconds) % _MINUTE:02} s"
    return f"{int(seconds) // _HOUR} h {int(seconds) % _HOUR // _MINUTE:02} min"


def roughly(seconds: float) -> str:
    """Return an estimated duration in one unit: ``1 s``, ``40 s``, ``3 min``, ``2 h``."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{round(seconds / _HOUR)} h"


def counted(count: int, noun: str) -> str:
    """Return ``1 call``, ``2 calls``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
