"""Scopes of variables: the values of the variables in a text, depending on its place.

A scope has definitions of its own; a round of a Repeat looks others up in the scope around it. A
sub-flow sees only its parameters, so that it means the same wherever it is used. Definitions see
only those above them, so there are no cycles; the length of a value is bounded. Values are looked
up when they are needed, once.

Variables whose values are known only during the run stay variables. A value that contains one of
the environment is secret: no problem shows it.
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
NO_NAMES: frozenset[str] = frozenset()


class Filled(Struct, frozen=True):
    """A text in pieces, with known variables filled, and deferred ones left."""

    parts: tuple[str | Variable, ...]
    secret: bool = False

    @property
    def text(self) -> str | None:
        """The whole text, None if a part of it is known only during the run."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None


class Definition(Struct, frozen=True):
    """A variable as defined in a file; its text may contain variables itself.

    text: None if the value must be given from outside
    how: how to give the value from outside, for messages
    within: the scope of its text, None for the definitions above it
    """

    text: str | None
    place: Place
    how: str = ""
    within: "Scope | None" = None


class NotedEnvironment(Mapping[str, str]):
    """The environment, and by name the values that were ``used``."""

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
    """The variables known before a file is read: the command line's, and the environment.

    columns: variables with another value in each run of a load, so none before it
    mode: the mode of the run; unreachable targets are a problem only in local mode
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    mode: Literal["local", "real"] = "local"

    def value(self, name: str) -> "Filled | None":
        """Return the value that is given for a variable, or None."""
        if name in self.columns:
            return Filled((Variable(name),))
        return Filled((self.variables[name],)) if name in self.variables else None


NOTHING_GIVEN = Given()


class _Look(Struct, frozen=True):
    """The parameters of a lookup: the report for suggestions, and the deferred names."""

    report: Report
    late: frozenset[str]


class Scope:
    """The variables that the texts of one place see.

    ``given`` takes precedence over the scope's own definitions, and these over those ``around`` it.

    used: the variables of ``given`` that were looked up
    missed: the names without a value that were looked up
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

    def fill(self, text: str, report: Report, late: frozenset[str] = NO_NAMES) -> Filled | Trouble:
        """Return a text with its variables filled; ``late``: the deferred names."""
        if not has_variables(text):
            return Filled((text,))
        look = _Look(report, late)
        return self._fill(text, look, self._all(look))

    def names(self) -> Iterator[str]:
        """Yield the names of the variables in this scope."""
        around = self._around.names() if self._around is not None else ()
        given = (self.given.variables, self.given.columns)
        yield from dict.fromkeys(chain(self._own, *given, around))

    def check(self, report: Report, late: frozenset[str] = NO_NAMES) -> None:
        """Report every definition without a valid value, whether it is used or not."""
        for name, found in self._all(_Look(report, late)).items():
            definition = self._own[name]
            if isinstance(found, Trouble):
                message = f"the variable {shown(name)} {found.message}"
                report.error(definition.place, found.code, message, found.right)

    def _all(self, look: _Look) -> dict[str, Filled | Trouble]:
        """Return the values of all definitions, in order: each sees those above it."""
        if look.late not in self._values:
            values: dict[str, Filled | Trouble] = {}
            for name, definition in self._own.items():
                values[name] = self._defined(name, definition, look, values)
            self._values[look.late] = values
        return self._values[look.late]

    def _given(self, name: str) -> Filled | None:
        """Return the value that the command line gives a variable, which is then used."""
        value = self.given.value(name)
        if value is not None:
            self.used.add(name)
        return value

    def _defined(
        self,
        name: str,
        definition: Definition,
        look: _Look,
        above: Mapping[str, Filled | Trouble],
    ) -> Filled | Trouble:
        given = self._given(name)
        if given is not None:
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
        given = self._given(name)
        if given is not None:
            return given
        found = above.get(name)
        if isinstance(found, Trouble):
            return Trouble(found.code, found.message, found.right, reported=True)
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
                f"names the variable {shown(name)}, which is defined only below it",
                "define a variable below those that it uses",
            )
        self.missed.add(name)
        known = sorted({*self.names(), *look.late, RUN})
        near = look.report.near(name, known)
        few = [one for one in known if not one.startswith("instance.")]
        right = f"did you mean {shown(near)}?" if near else f"known here are {listed(few, 'and')}"
        return Trouble(
            "unknown-variable", f"names the variable {shown(name)}, which does not exist", right
        )


# The scope of the texts of one node.


class Resolver(Struct, frozen=True):
    """The scope of a node's variables, and the names that are known only during the run."""

    scope: Scope
    late: frozenset[str]
