"""A graph as it stands in a file, located but unchecked: what both formats become first.

Ids are unique here (a reader reports a duplicate and gives it another id), and edges may lead
anywhere. What a reader has already reported is left out or marked, so that it isn't said twice.
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


# Without any variable but the run's own.
BARE_SCOPE = Scope(NOTHING_GIVEN, {})


class RawProperty(Struct, frozen=True):
    """A property as written: its name, its value, and where each stands.

    ``entries`` are those of a mapping. A ``secret`` value is never shown.
    """

    name: str
    value: RawValue
    name_place: Place
    place: Place
    entries: "tuple[RawProperty, ...]" = ()
    secret: bool = False


class RawValues(Struct, frozen=True, kw_only=True):
    """A list as written; ``items`` is None where it is none, and ``value`` then what it is."""

    place: Place
    items: tuple[RawProperty, ...] | None
    value: RawValue = None


class RawInstance(Struct, frozen=True, kw_only=True):
    """An instance as written.

    ``number`` is None where it is missing. ``declared`` is false for something that nodes hang on
    but that could not be understood as an instance: it is reported already, and never checked.
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

    ``owner`` is the instance's id, None where the file does not say. ``word`` and ``properties``
    are None where they could not be understood, which is reported already. ``kind`` is what the
    file says that the node is, None where it doesn't say. ``scope`` knows its variables.
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

    ``cause``: what a ``failure`` edge is for, ``else`` where it does not say.
    """

    source: str
    target: str
    branch: Branch
    place: Place
    cause: str = ELSE


class OwnedScope(Struct, frozen=True):
    """The variables of one use of a sub-flow, and whose steps see them."""

    scope: Scope
    owner: str


class RawGraph(Struct, frozen=True, kw_only=True):
    """A whole file.

    ``ambiguous`` are ids given more than once, and those made up for nodes without one: which
    edges are theirs is unknown. ``order`` has the ids of all nodes as they come in the file, where
    places go by ids. ``scope`` has the file's variables, ``scopes`` those of its sub-flows.
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
        """What the file's format calls a node."""
        return "step" if self.format == "yaml" else "node"
