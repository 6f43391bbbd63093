"""The problems of a scenario file, and the result of reading one.

``Problem`` and ``Reading`` are values that the command line prints; ``Report`` collects problems
while a file is read, and suggests corrections of misspelt words. It knows no files and no format.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Literal

from msgspec import Struct

from sipflow.scenario.codes import Code
from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.graph import Scenario

Severity = Literal["error", "warning"]

# The search for similar words is the only slow part of a problem: in a file with thousands of
# misspelt words only the first ones get a suggestion, so that reading takes a bounded time.
_MOST_SEARCHES = 1000
_MOST_CANDIDATES = 200
_LONGEST_WORD = 40
LOOSE = 0.6
STRICT = 0.8


class Problem(Struct, frozen=True):
    """One error or warning about a scenario file, and what would be right.

    code: the short name of its kind, for programs
    path: its place within the document as a JSON Pointer, None if unknown
    """

    place: Place
    severity: Severity
    code: Code
    message: str
    right: str
    path: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}; {self.right}"


class Unused(Struct, frozen=True):
    """A variable of the command line that a file does not have, with a suggestion."""

    name: str
    right: str


class Reading(Struct, frozen=True):
    """The result of reading a file: a scenario, unless there is an error, and its problems.

    problems: in the order of the file
    unused: variables of ``--set`` that the file does not use; None if it could not be read so far
    used: the absolute paths of the files whose steps it uses
    """

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    unused: tuple[Unused, ...] | None = None
    used: tuple[str, ...] = ()


class Report:
    """The problems of one file, as they are found."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._searches = 0
        self._found: dict[tuple[str, float, tuple[str, ...]], str | None] = {}

    @property
    def has_errors(self) -> bool:
        """Whether any problem so far keeps the scenario from being run."""
        return any(problem.severity == "error" for problem in self._problems)

    def error(self, place: Place, code: Code, message: str, right: str) -> None:
        """Record a problem that keeps the scenario from being run."""
        self._problems.append(Problem(place, "error", code, message, right))

    def warning(self, place: Place, code: Code, message: str, right: str) -> None:
        """Record a problem that does not keep the scenario from being run."""
        self._problems.append(Problem(place, "warning", code, message, right))

    def near(self, word: str, candidates: Iterable[str], likeness: float = LOOSE) -> str | None:
        """Return the candidate most similar to a misspelt word, in any letter case, or None."""
        if len(word) > _LONGEST_WORD:
            return None
        sought = word, likeness, tuple(islice(candidates, _MOST_CANDIDATES))
        if sought not in self._found:
            if self._searches >= _MOST_SEARCHES:
                return None
            self._searches += 1
            self._found[sought] = _nearest(*sought)
        return self._found[sought]

    def in_order(self, position: Callable[[Place], tuple[int, ...]]) -> tuple[Problem, ...]:
        """Return the problems in file order, each once; ``position`` orders the places."""
        # Two edges of one node that both lead to no node have the same message.
        once = dict.fromkeys(self._problems)
        return tuple(sorted(once, key=lambda problem: position(problem.place)))


def _nearest(word: str, likeness: float, candidates: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # imported only for misspelt words

    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None
