"""What the variables of a text stand for, as seen from where the text is.

A scope has definitions of its own; what it doesn't have, a round of a Repeat looks up in the scope
around it. A sub-flow sees its parameters alone, so that it means the same wherever it is used.
Definitions see those above them, hence no text is filled in a circle; the length of a value is
bounded, hence none grows beyond use. Values are looked up when they are needed, once.

What is known only as the run goes on stays a variable. A value into which the environment went is
secret: no problem shows it.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Literal

from msgspec import Struct, field

from sipflow.scenario.model.actions import Place, Variable
from sipflow.scenario.problems import Report
from sipflow.scenario.variables.template import (
    ENVIRONMENT,
    Reference,
    Trouble,
    has_variables,
    taken_apart,
)
from sipflow.text import listed, shown

LONGEST_VALUE = 65_536
RUN = "run"
ROUND = "round"
NOBODY: frozenset[str] = frozenset()


class Filled(Struct, frozen=True):
    """A text whose variables stand for what is known: pieces, and what is known later."""

    parts: tuple[str | Variable, ...]
    secret: bool = False

    @property
    def text(self) -> str | None:
        """The whole text, None if a part of it is known only as the run goes on."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None


class Definition(Struct, frozen=True):
    """A variable as a file gives it: its text may hold variables itself.

    ``text`` is None where it has to be given from outside, which ``how`` tells how to do.
    ``within`` is the scope that its text is seen from, None for the definitions above it.
    """

    text: str | None
    place: Place
    how: str = ""
    within: "Scope | None" = None


class NotedEnvironment(Mapping[str, str]):
    """The environment, and which of its values were ``used``, by name."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.used: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        value = self.used[name] = self._environment[name]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)


class Given(Struct, frozen=True):
    """What is known before a file is read: the command line's variables, and the environment.

    ``columns`` are variables that have another value in each run of a load, so none before it.
    ``mode``: how the scenario is to run; whom local mode cannot reach is a problem there alone.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    mode: Literal["local", "real"] = "local"

    def value(self, name: str) -> "Filled | None":
        """Return what it gives to a variable, if it gives it any."""
        if name in self.columns:
            return Filled((Variable(name),))
        return Filled((self.variables[name],)) if name in self.variables else None


NOTHING_GIVEN = Given()


class _Look(Struct, frozen=True):
    """Who looks: where near misses are sought, and what is known only later."""

    report: Report
    late: frozenset[str]


class Scope:
    """The variables that the texts of one place see.

    ``given`` goes before what the scope has of its own, and that before what is ``around`` it.
    ``used`` are those of ``given`` that were looked up, ``missed`` names that nothing stands for.
    """

    def __init__(
        self, given: Given, own: Mapping[str, Definition], *, around: "Scope | None" = None
    ) -> None:
        self.given = given
        self.used: set[str] = set()
        self.missed: set[str] = set()
        self._own = own
        self._around = around
        self._values: dict[frozenset[str], dict[str, Filled | Trouble]] = {}

    @property
    def has_own(self) -> bool:
        """Whether it has definitions of its own."""
        return bool(self._own)

    def fill(self, text: str, report: Report, late: frozenset[str] = NOBODY) -> Filled | Trouble:
        """Return a text with what its variables stand for; ``late``: those known only later."""
        if not has_variables(text):
            return Filled((text,))
        look = _Look(report, late)
        return self._fill(text, look, self._all(look))

    def names(self) -> Iterator[str]:
        """Yield the names of the variables that are known here."""
        around = self._around.names() if self._around is not None else ()
        given = (self.given.variables, self.given.columns)
        yield from dict.fromkeys(chain(self._own, *given, around))

    def check(self, report: Report, late: frozenset[str] = NOBODY) -> None:
        """Report every definition that cannot be filled, whether it is used or not."""
        for name, found in self._all(_Look(report, late)).items():
            definition = self._own[name]
            if isinstance(found, Trouble):
                message = f"the variable {shown(name)} {found.message}"
                report.error(definition.place, found.code, message, found.right)

    def _all(self, look: _Look) -> dict[str, Filled | Trouble]:
        """Return the values of all definitions, made one after another: each sees those above."""
        if look.late not in self._values:
            values: dict[str, Filled | Trouble] = {}
            for name, definition in self._own.items():
                values[name] = self._defined(name, definition, look, values)
            self._values[look.late] = values
        return self._values[look.late]

    def _defined(
        self,
        name: str,
        definition: Definition,
        look: _Look,
        above: Mapping[str, Filled | Trouble],
    ) -> Filled | Trouble:
        given = self.given.value(name)
        if given is not None:
            self.used.add(name)
            return given
        if definition.text is None:
            return Trouble("unknown-variable", "has no value", definition.how)
        if definition.within is not None:
            return definition.within.fill(definition.text, look.report, look.late)
        return self._fill(definition.text, look, above)

    def _fill(
        self,
        text: str,
        look: _Look,
        above: Mapping[str, Filled | Trouble],
    ) -> Filled | Trouble:
        pieces = taken_apart(text)
        if isinstance(pieces, Trouble):
            return pieces
        parts: list[str | Variable] = []
        secret = False
        size = 0
        for piece in pieces:
            found = self._value_of(piece, look, above)
            if isinstance(found, Trouble):
                return found
            parts += found.parts
            secret = secret or found.secret
            size += sum(len(part) if isinstance(part, str) else 1 for part in found.parts)
            if size > LONGEST_VALUE:
                return Trouble(
                    "bad-value", f"becomes longer than {LONGEST_VALUE} characters", "shorten it"
                )
        return Filled(tuple(parts), secret)

    def _value_of(
        self,
        piece: str | Reference,
        look: _Look,
        above: Mapping[str, Filled | Trouble],
    ) -> Filled | Trouble:
        if isinstance(piece, str):
            return Filled((piece,))
        if piece.name.startswith(ENVIRONMENT):
            return self._from_environment(piece.name.removeprefix(ENVIRONMENT))
        return self._find(piece.name, look, above)

    def _find(
        self,
        name: str,
        look: _Look,
        above: Mapping[str, Filled | Trouble],
    ) -> Filled | Trouble:
        given = self.given.value(name)
        if given is not None:
            self.used.add(name)
            return given
        found = above.get(name)
        if isinstance(found, Trouble):
            return Trouble(found.code, found.message, found.right, told=True)
        if found is not None:
            return found
        if name == RUN or name in look.late:
            return Filled((Variable(name),))
        if self._around is not None:
            return self._around._find(name, look, self._around._all(look))
        return self._unknown(name, look)

    def _from_environment(self, name: str) -> Filled | Trouble:
        value = self.given.environment.get(name)
        if value is None:
            return Trouble(
                "unset-environment",
                f"names {shown(name)} of the environment, where it is not set",
                "set it before the start",
            )
        return Filled((value,), secret=True)

    def _unknown(self, name: str, look: _Look) -> Trouble:
        if name in self._own:
            return Trouble(
                "unknown-variable",
                f"names the variable {shown(name)}, which is given only below it",
                "let a variable stand below those that it is made of",
            )
        self.missed.add(name)
        known = sorted({*self.names(), *look.late, RUN})
        near = look.report.near(name, known)
        few = [one for one in known if not one.startswith("instance.")]
        right = f"did you mean {shown(near)}?" if near else f"known here are {listed(few, 'and')}"
        return Trouble(
            "unknown-variable", f"names the variable {shown(name)}, which does not exist", right
        )


# What the texts of one node see.


class Resolver(Struct, frozen=True):
    """The scope of a node's variables, and the names that are known only later."""

    scope: Scope
    late: frozenset[str]
