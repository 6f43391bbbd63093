"""What the texts of one node see."""

from msgspec import Struct

from sipflow.coordinator.scenario.scope import Scope


class Sight(Struct, frozen=True):
    """The scope of a node's variables, and the names that are known only later."""

    scope: Scope
    late: frozenset[str]
