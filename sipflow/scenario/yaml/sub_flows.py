"""Sub-flows, the files whose steps a scenario uses: reads each once, and reports cycles.

Only the ``fetch`` function that it is given reads files.
"""

from collections.abc import Callable
from pathlib import PurePath

from msgspec import Struct

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.values import described
from sipflow.scenario.variables.template import Trouble
from sipflow.scenario.yaml import composer as yaml_composer
from sipflow.scenario.yaml.keys import check_keys
from sipflow.scenario.yaml.tree import Key, Mapping, Sequence, Value, raw
from sipflow.text import shown

DEEPEST_USE = 8
SUB_FLOW_KEYS = ("description", "parameters", "steps")


class Fetched(Struct, frozen=True):
    """A file that was read.

    name: its name for places
    identity: its absolute path
    text: its contents
    """

    name: str
    identity: str
    text: str


Fetch = Callable[[str, str], Fetched | Trouble]


class SubFlow(Struct, frozen=True):
    """A file of steps: its parameters as written, and its steps."""

    name: str
    identity: str
    parameters: tuple[tuple[Key, Value], ...]
    steps: Sequence

    @property
    def short_name(self) -> str:
        """The name without its folders, for messages whose place has the whole path."""
        return PurePath(self.name).name


def nothing_to_fetch(using: str, wanted: str) -> Fetched | Trouble:
    """Return an error for each file: a text without a file of its own cannot use others."""
    return Trouble(
        "unreadable-file", "cannot be read: the scenario is no file", "save the scenario first"
    )


class SubFlows:
    """The sub-flows of a scenario.

    order: the names of the files in the order of their use
    documents: all documents that were read as YAML, the scenario's own first
    """

    def __init__(self, report: Report, fetch: Fetch = nothing_to_fetch) -> None:
        self._report = report
        self._fetch = fetch
        self._known: dict[str, SubFlow | None] = {}
        self.order: dict[str, int] = {}
        self.documents: list[Value] = []

    @property
    def identities(self) -> tuple[str, ...]:
        """The identities of the used files."""
        return tuple(self._known)

    def sub_flow(self, wanted: str, place: Place, users: tuple[SubFlow, ...]) -> SubFlow | None:
        """Return the sub-flow that the innermost of ``users`` uses at a place."""
        fetched = self._fetch(place.file, wanted)
        if isinstance(fetched, Trouble):
            self._report.error(
                place, fetched.code, f"{shown(wanted)} {fetched.message}", fetched.right
            )
            return None
        chain = [*users, SubFlow(fetched.name, fetched.identity, (), _nothing(place))]
        if fetched.identity in [user.identity for user in users]:
            names = " → ".join(shown(one.short_name) for one in chain)
            self._report.error(
                place,
                "cycle",
                f"sub-flows use each other in a cycle: {names}",
                "let the chain end",
            )
            return None
        if len(users) >= DEEPEST_USE:
            self._report.error(
                place,
                "too-many",
                f"sub-flows use each other more than {DEEPEST_USE} deep",
                "let fewer of them use one another",
            )
            return None
        return self._read(fetched)

    def _read(self, fetched: Fetched) -> SubFlow | None:
        if fetched.identity not in self._known:
            self.order[fetched.name] = len(self.order) + 1
            document = yaml_composer.compose(fetched.text, fetched.name, self._report)
            if document is not None:
                self.documents.append(document)
            self._known[fetched.identity] = (
                self._understood(fetched, document) if document is not None else None
            )
        return self._known[fetched.identity]

    def _understood(self, fetched: Fetched, document: Value) -> SubFlow | None:
        if isinstance(document, Mapping):
            document = check_keys(document, SUB_FLOW_KEYS, "a sub-flow", self._report)
        steps = document.get("steps") if isinstance(document, Mapping) else None
        if not isinstance(document, Mapping) or not isinstance(steps, Sequence) or not steps.items:
            place = document.place if steps is None else steps.place
            self._report.error(
                place,
                "missing-steps",
                f"the file {shown(PurePath(fetched.name).name)} has no list of steps",
                "write steps: and below it what the sub-flow does",
            )
            return None
        parameters = _parameters(document.get("parameters"), self._report)
        return SubFlow(fetched.name, fetched.identity, parameters, steps)


def _parameters(value: Value | None, report: Report) -> tuple[tuple[Key, Value], ...]:
    if value is None or raw(value) is None:
        return ()
    if isinstance(value, Mapping):
        return value.pairs
    report.error(
        value.place,
        "wrong-type",
        f'"parameters" is {described(raw(value))}, not a mapping',
        "name each parameter, with its default or nothing after the colon",
    )
    return ()


def _nothing(place: Place) -> Sequence:
    return Sequence((), place)
