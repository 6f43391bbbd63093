"""Regular expressions that take a bounded time on any text: nobody's message stops a worker.

What Python's do with backtracking is done here by following all ways at once (Thompson, CACM 11(6),
1968): time is at most the size of the pattern times the length of the text, and both are bounded.
Understood are ``.``, classes, ``\\d \\w \\s`` and their opposites, groups, ``|``, ``* + ? {m,n}``,
``^`` and ``$``; no back references and nothing that looks around. A text matches if any part of it
does, unless ``^`` and ``$`` say otherwise. Letters match in their case.
"""

import re
from collections.abc import Callable

from msgspec import Struct

LONGEST_PATTERN = 256
LONGEST_TEXT = 2048
_LARGEST = 500
_MOST_REPEATS = 100
_DEEPEST = 16

_MOST_WORK = 5_000

_Test = Callable[[str], bool]


def _opposite(test: _Test) -> _Test:
    return lambda one: not test(one)


_CLASSES: dict[str, _Test] = {
    "d": lambda one: one in "0123456789",
    "w": lambda one: one.isalnum() or one == "_",
    "s": lambda one: one in " \t\r\n\f\v",
}
_CLASSES |= {name.upper(): _opposite(test) for name, test in _CLASSES.items()}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}
_COUNT = re.compile(r"\{([0-9]{1,3})(,([0-9]{0,3}))?\}")


class PatternError(ValueError):
    """A pattern that is not understood, and why."""


class _Split(Struct, frozen=True):
    """Go on at several places."""

    to: tuple[int, ...]


class _Take(Struct, frozen=True):
    """Take a character that passes a test, and go on behind."""

    test: _Test


class _At(Struct, frozen=True):
    """Go on behind, if this is the text's beginning (or its end)."""

    end: bool


class _All(Struct, frozen=True):
    """One thing after another."""

    pieces: "list[_Node]"


class _Any(Struct, frozen=True):
    """One thing of several."""

    branches: "list[_Node]"


class _Repeat(Struct, frozen=True):
    """One thing several times; ``most`` is None for without end."""

    node: "_Node"
    least: int
    most: int | None


_Instruction = _Split | _Take | _At
_Node = _All | _Any | _Repeat | _Take | _At


class Pattern:
    """A pattern, ready to be sought in texts."""

    def __init__(self, text: str) -> None:
        """Raises ``PatternError`` if the text is no pattern."""
        if len(text) > LONGEST_PATTERN:
            raise PatternError(f"is longer than {LONGEST_PATTERN} characters")
        self._program: list[_Instruction] = []
        _Compiler(self._program).add(_Parser(text).whole())

    def found_in(self, text: str) -> bool:
        """Tell whether any part of a text matches; of a long one its beginning is looked at."""
        text = text[:LONGEST_TEXT]
        current = self._closed({0}, 0, len(text))
        for at, one in enumerate(text):
            if len(self._program) in current:
                return True
            taken = {
                place + 1
                for place in current
                if isinstance(step := self._program[place], _Take) and step.test(one)
            }
            current = self._closed(taken | {0}, at + 1, len(text))
        return len(self._program) in current

    def _closed(self, places: set[int], at: int, length: int) -> set[int]:
        """Return all places that are reached without taking a character."""
        reached: set[int] = set()
        pending = list(places)
        while pending:
            place = pending.pop()
            if place in reached:
                continue
            reached.add(place)
            step = self._program[place] if place < len(self._program) else None
            if isinstance(step, _Split):
                pending += step.to
            elif isinstance(step, _At) and at == (length if step.end else 0):
                pending.append(place + 1)
        return reached


class _Parser:
    """A pattern's text to a tree; recursion is bounded by the depth of groups."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> _Node:
        tree = self._alternatives()
        if self._at < len(self._text):
            raise PatternError('has a ")" without its "("')
        return tree

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _alternatives(self) -> _Node:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._next()
            branches.append(self._sequence())
        return _Any(branches)

    def _sequence(self) -> _Node:
        pieces: list[_Node] = []
        while self._peek() not in ("", "|", ")"):
            pieces.append(self._repeated(self._single()))
        return _All(pieces)

    def _single(self) -> _Node:
        one = self._next()
        match one:
            case "(":
                return self._group()
            case "[":
                return _Take(self._class())
            case "^" | "$":
                return _At(one == "$")
            case ".":
                return _Take(lambda one: one != "\n")
            case "\\":
                return _Take(self._escaped())
            case "*" | "+" | "?" | "{":
                raise PatternError(f'has a "{one}" with nothing before it to repeat')
            case _:
                return _Take(one.__eq__)

    def _group(self) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PatternError(f"has groups more than {_DEEPEST} deep")
        if self._peek() == "?":
            if self._text[self._at : self._at + 2] != "?:":
                raise PatternError('has a "(?", of which only (?:…) is understood')
            self._at += 2
        tree = self._alternatives()
        if self._peek() != ")":
            raise PatternError('has a "(" without its ")"')
        self._next()
        self._depth -= 1
        return tree

    def _escaped(self) -> _Test:
        one = self._peek()
        if not one:
            raise PatternError("ends with a \\")
        self._next()
        if one in _CLASSES:
            return _CLASSES[one]
        if one.isalnum() and one not in _CONTROLS:
            raise PatternError(f"has a \\{one}, which is not understood")
        return _CONTROLS.get(one, one).__eq__

    def _class(self) -> _Test:
        negated = self._peek() == "^"
        if negated:
            self._next()
        tests: list[_Test] = []
        while not tests or self._peek() != "]":
            if not self._peek():
                raise PatternError('has a "[" without its "]"')
            tests.append(self._member())
        self._next()
        return lambda one: any(test(one) for test in tests) != negated

    def _member(self) -> _Test:
        low = self._next()
        if low == "\\":
            return self._escaped()
        if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return low.__eq__
        self._next()
        high = self._next()
        if high < low:
            raise PatternError(f"has the range {low}-{high}, which holds nothing")
        return lambda one: low <= one <= high

    def _repeated(self, node: _Node) -> _Node:
        if not self._peek() or self._peek() not in "*+?{":
            return node
        node = _Repeat(node, *self._times())
        if self._peek() == "?":  # as few as possible: the same, where only whether it is counts
            self._next()
        if self._peek() and self._peek() in "*+?{":
            raise PatternError("repeats what is repeated already; put it in a group")
        return node

    def _times(self) -> tuple[int, int | None]:
        one = self._next()
        if one != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[one]
        match = _COUNT.match(self._text, self._at - 1)
        if match is None:
            raise PatternError('has a "{" that is no {m,n}; write \\{ for the character')
        self._at = match.end()
        least = int(match[1])
        most = least if match[2] is None else int(match[3]) if match[3] else None
        if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
            raise PatternError(f"repeats {match[0]} times; at most {_MOST_REPEATS} are counted")
        return least, most


class _Compiler:
    """A tree to instructions; the place behind the last one is the end."""

    def __init__(self, program: list[_Instruction]) -> None:
        self._program = program
        self._work = 0

    def add(self, node: _Node) -> None:
        self._work += 1
        if len(self._program) > _LARGEST or self._work > _MOST_WORK:
            raise PatternError("is too large with all its repeats")
        match node:
            case _All(pieces=pieces):
                for piece in pieces:
                    self.add(piece)
            case _Any(branches=branches):
                self._any(branches)
            case _Repeat():
                self._repeat(node)
            case _Take() | _At():
                self._program.append(node)

    def _any(self, branches: list[_Node]) -> None:
        if len(branches) == 1:
            self.add(branches[0])
            return
        ends = []
        for branch in branches[:-1]:
            fork = self._hole()
            self.add(branch)
            ends.append(self._hole())
            self._program[fork] = _Split((fork + 1, len(self._program)))
        self.add(branches[-1])
        for end in ends:
            self._program[end] = _Split((len(self._program),))

    def _repeat(self, repeat: _Repeat) -> None:
        for _ in range(repeat.least):
            self.add(repeat.node)
        if repeat.most is None:
            fork = self._hole()
            self.add(repeat.node)
            self._program.append(_Split((fork,)))
            self._program[fork] = _Split((fork + 1, len(self._program)))
            return
        forks = []
        for _ in range(repeat.most - repeat.least):
            forks.append(self._hole())
            self.add(repeat.node)
        for fork in forks:
            self._program[fork] = _Split((fork + 1, len(self._program)))

    def _hole(self) -> int:
        self._program.append(_Split(()))
        return len(self._program) - 1
