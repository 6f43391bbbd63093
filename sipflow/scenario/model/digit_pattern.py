"""Patterns of DTMF digits: a subset of regular expressions that matches in linear time. Pure.

A pattern is alternatives, divided by ``|``; an alternative is items, one after another; an item is
a set of digits and how often it comes. There are no groups, so that matching takes time in
proportion to the digits: all places where the match can be are followed at once.
"""

import re

from msgspec import Struct

ALL_DIGITS = "0123456789ABCD*#"
# More than callers send, and few enough for all places to be followed at once.
MOST_REPEATED = 128
_UNLIMITED = -1

_ITEM = re.compile(
    r"(?P<plain>[0-9A-Da-d#])|(?P<star>\\\*)|(?P<any>\.)|(?P<decimal>\\d)"
    r"|\[(?P<but>\^?)(?P<chosen>(?:[0-9A-Da-d*#-]|\\\*|\\d)+)\]"
)
_COUNT = re.compile(r"(?P<sign>[?+*])|\{(?P<least>[0-9]{1,3})(?P<comma>,(?P<most>[0-9]{0,3}))?\}")
_MEMBER = re.compile(
    r"(?P<first>[0-9A-D])-(?P<last>[0-9A-D])|(?P<decimal>\\d)|\\?(?P<one>[0-9A-D*#])"
)


class _Item(Struct, frozen=True):
    """A set of digits and how often it may repeat; ``most`` is -1 for no upper limit."""

    digits: frozenset[str]
    least: int = 1
    most: int = 1


# A place in the match: the index of an item, and how many digits it has matched.
_Position = tuple[int, int]


class DigitPattern(Struct, frozen=True):
    """A parsed pattern of digits."""

    alternatives: tuple[tuple[_Item, ...], ...]

    def shortest_match(self, received: str) -> int:
        """Return the length of the shortest prefix that the whole pattern matches; 0 if none."""
        places = [_reachable(items, {(0, 0)}) for items in self.alternatives]
        for count, digit in enumerate(received, 1):
            places = [
                _reachable(items, _after(items, here, digit))
                for items, here in zip(self.alternatives, places, strict=True)
            ]
            ends = zip(self.alternatives, places, strict=True)
            if any((len(items), 0) in here for items, here in ends):
                return count
        return 0


def read_pattern(text: str) -> DigitPattern | str:
    """Return the pattern that a text means, or an error message."""
    alternatives: list[tuple[_Item, ...]] = []
    for part in text.split("|"):
        items = _items(part)
        if isinstance(items, str):
            return items
        if not items:
            return "has an alternative without digits"
        alternatives.append(items)
    return DigitPattern(tuple(alternatives))


def _items(text: str) -> tuple[_Item, ...] | str:
    items: list[_Item] = []
    position = 0
    while position < len(text):
        match = _ITEM.match(text, position)
        if match is None:
            return f'cannot have "{text[position]}" as its character {position + 1}'
        digits = _digits(match)
        if not digits:
            return f"has {match[0]}, which is no digit"
        count = _COUNT.match(text, match.end())
        least, most = _counts(count)
        if max(least, most) > MOST_REPEATED:
            return f"repeats more than {MOST_REPEATED} times"
        if most not in range(max(least, 1), MOST_REPEATED + 1) and most != _UNLIMITED:
            return f"has {count[0] if count else ''}, which is no number of times"
        items.append(_Item(digits, least, most))
        position = match.end() if count is None else count.end()
    return tuple(items)


def _digits(match: re.Match[str]) -> frozenset[str]:
    if match["plain"]:
        return frozenset(match["plain"].upper())
    if match["star"]:
        return frozenset("*")
    if match["any"]:
        return frozenset(ALL_DIGITS)
    if match["decimal"]:
        return frozenset("0123456789")
    chosen = _chosen(match["chosen"].upper().replace("\\D", "\\d"))
    return frozenset(ALL_DIGITS) - chosen if match["but"] else chosen


def _chosen(text: str) -> frozenset[str]:
    """Return the digits of a bracket expression; none if it is invalid."""
    chosen: set[str] = set()
    position = 0
    while position < len(text):
        match = _MEMBER.match(text, position)
        if match is None:
            return frozenset()
        if match["first"]:
            first, last = ALL_DIGITS.index(match["first"]), ALL_DIGITS.index(match["last"])
            chosen.update(ALL_DIGITS[first : last + 1])
        else:
            chosen.update("0123456789" if match["decimal"] else match["one"])
        position = match.end()
    return frozenset(chosen)


def _counts(count: re.Match[str] | None) -> tuple[int, int]:
    if count is None:
        return 1, 1
    if count["sign"]:
        return {"?": (0, 1), "+": (1, _UNLIMITED), "*": (0, _UNLIMITED)}[count["sign"]]
    least = int(count["least"])
    if count["comma"] is None:
        return least, least
    return least, int(count["most"]) if count["most"] else _UNLIMITED


def _after(items: tuple[_Item, ...], places: set[_Position], digit: str) -> set[_Position]:
    following: set[_Position] = set()
    for index, count in places:
        if index < len(items) and digit in items[index].digits:
            item = items[index]
            if count != item.most:
                # An item without an upper limit is counted only up to its least number.
                following.add((index, count + 1 if item.most > 0 or count < item.least else count))
    return following


def _reachable(items: tuple[_Item, ...], places: set[_Position]) -> set[_Position]:
    """Return the places and all those that need no further digit."""
    reached = set(places)
    for index, item in enumerate(items):
        if any(place == index and count >= item.least for place, count in reached):
            reached.add((index + 1, 0))
    return reached
