"""The graph of a file with places, but unchecked: the common form of both file formats.

Ids are unique here (a reader reports a duplicate and gives it another id), and edges may lead
anywhere. Parts with a problem that a reader has reported are left out or marked, so that it is not
reported twice.
"""

from typing import Literal

from msgspec import Struct

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.causes import ELSE
from sipflow.scenario.values import RawValue
from sipflow.scenario.variables.scope import NOTHING_GIVEN, Scope

Branch = Literal["start", "success", "failure"]
Kind = Literal["command", "event"]
Format = Literal["yaml", "xyflow"]


# A scope without variables, except those of the run.
BARE_SCOPE = Scope(NOTHING_GIVEN, {})


class RawProperty(Struct, frozen=True):
    """A property as written: its name, its value, and their places.

    entries: the entries, if the value is a mapping
    secret: whether the value must never be shown
    """

    name: str
    value: RawValue
    name_place: Place
    place: Place
    entries: "tuple[RawProperty, ...]" = ()
    secret: bool = False


class RawValues(Struct, frozen=True, kw_only=True):
    """A list as written; ``items`` is None if it is not a list, and ``value`` then the value."""

    place: Place
    items: tuple[RawProperty, ...] | None
    value: RawValue = None


class RawInstance(Struct, frozen=True, kw_only=True):
    """An instance as written.

    number: None if it is missing
    declared: false for an invalid instance that nodes belong to; it is already reported, and never
        checked
    """

    id: str
    place: Place
    name: str | None = None
    number: RawProperty | None = None
    on_refer: RawProperty | None = None
    properties: tuple[RawProperty, ...] = ()
    codecs: RawValues | None = None
    account: tuple[RawProperty, ...] = ()
    register: bool = False
    declared: bool = True


class RawNode(Struct, frozen=True, kw_only=True):
    """A command or event as written.

    owner: the instance's id, None if the file does not say it
    word, properties: None if they are invalid, which is already reported
    kind: command or event, None if the file does not say it
    scope: the variables that its texts can use
    """

    id: str
    owner: str | None
    word: str | None
    kind: Kind | None
    properties: tuple[RawProperty, ...] | None
    place: Place
    scope: Scope = BARE_SCOPE


class RawEdge(Struct, frozen=True):
    """An edge as written: a ``start`` leads from an instance, the others from a node.

    ``cause``: the cause of a ``failure`` edge, ``else`` if none is given.
    """

    source: str
    target: str
    branch: Branch
    place: Place
    cause: str = ELSE


class OwnedScope(Struct, frozen=True):
    """The variables of one use of a sub-flow, and the instance whose steps see them."""

    scope: Scope
    owner: str


class RawGraph(Struct, frozen=True, kw_only=True):
    """The graph of a whole file.

    ambiguous: ids given more than once, and ids generated for nodes without one: their edges are
        unknown
    order: the ids of all nodes in the order of the file, if places are node ids
    scope: the file's variables
    scopes: the variables of its sub-flows
    """

    format: Format
    file: str
    name: str
    instances: tuple[RawInstance, ...]
    nodes: tuple[RawNode, ...]
    edges: tuple[RawEdge, ...]
    ambiguous: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    scope: Scope = BARE_SCOPE
    scopes: tuple[OwnedScope, ...] = ()

    @property
    def noun(self) -> str:
        """The file format's word for a node."""
        return "step" if self.format == "yaml" else "node"
