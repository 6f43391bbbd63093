"""What can be wrong with a scenario file, and what reading one gives.

``Problem`` and ``Reading`` are values that the command line prints; ``Report`` collects problems
while a file is read, and finds the near miss behind a misspelt word. No file, no format in here.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Literal

from msgspec import Struct

from sipflow.scenario.codes import Code
from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.graph import Scenario

Severity = Literal["error", "warning"]

# Looking for near misses is the only slow thing about a problem: in a file with thousands of
# misspelt words the first ones have it, so that reading takes a bounded time.
_MOST_SEARCHES = 1000
_MOST_CANDIDATES = 200
_LONGEST_WORD = 40
LOOSE = 0.6
STRICT = 0.8


class Problem(Struct, frozen=True):
    """One thing that is wrong, or odd, in a scenario file, and what would be right.

    ``code``: the short name of its kind, which programs can go by. ``path``: where it is within its
    document, as a JSON Pointer, where that is known.
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
    """A variable of the command line that a file does not have, and what may have been meant."""

    name: str
    right: str


class Reading(Struct, frozen=True):
    """What a file holds: a scenario, unless there is an error, and its problems in file order.

    ``unused``: variables of ``--set`` that it has no use for; None where it was not understood so
    far as to know. ``used``: the whole paths of the files whose steps it uses.
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
        """Note something that keeps the scenario from being run."""
        self._problems.append(Problem(place, "error", code, message, right))

    def warning(self, place: Place, code: Code, message: str, right: str) -> None:
        """Note something that is probably not what was meant."""
        self._problems.append(Problem(place, "warning", code, message, right))

    def near(self, word: str, candidates: Iterable[str], likeness: float = LOOSE) -> str | None:
        """Return the candidate that a misspelt word resembles most, in any letter case."""
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
        """Return the problems in file order, each once, given where in the file a place comes."""
        # Two edges of one node that both lead to nowhere are one and the same line.
        once = dict.fromkeys(self._problems)
        return tuple(sorted(once, key=lambda problem: position(problem.place)))


def _nearest(word: str, likeness: float, candidates: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # only a file with a misspelt word pays for it

    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None
