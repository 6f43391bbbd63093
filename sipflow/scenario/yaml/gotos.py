"""Resolves the targets of ``goto``: from ids as written to the ids of nodes.

The steps of a Repeat and of a sub-flow exist once for every round and use, each in a *block* of
its own. Inside a block an id means the step of the same block, else one around it; the blocks of a
sub-flow end at its file. No goto leads into a block from outside.
"""

from msgspec import Struct, field

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.causes import ELSE
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import Branch, RawEdge
from sipflow.text import shown


class Block(Struct, eq=False):
    """A namespace of ids; ``around``: the block whose ids it sees, too."""

    what: str
    around: "Block | None" = None
    ids: dict[str, str] = field(default_factory=dict)


class Goto(Struct, frozen=True):
    """A goto as written, to be resolved once all steps are known."""

    source: str
    branch: Branch
    target: str
    place: Place
    block: Block
    cause: str = ELSE


class Gotos:
    """Collects the gotos of a file, and the ids that only steps in blocks have."""

    def __init__(self) -> None:
        self.open: list[Goto] = []
        self._inside: dict[str, str] = {}

    def define(self, block: Block, written: str, identity: str) -> None:
        """Record the id of a step in its block, and its id in the graph."""
        block.ids.setdefault(written, identity)
        if block.what:
            self._inside.setdefault(written, block.what)
            self._inside.setdefault(identity, block.what)

    def edges(self, report: Report) -> list[RawEdge]:
        """Return an edge for each goto; one that leads into a block is reported instead."""
        return [edge for goto in self.open if (edge := self._edge(goto, report)) is not None]

    def _edge(self, goto: Goto, report: Report) -> RawEdge | None:
        seen = _seen_from(goto.block)
        for block in seen:
            if goto.target in block.ids:
                return _edge(goto, block.ids[goto.target])
        if goto.target in self._inside and not seen[-1].what:
            report.error(
                goto.place,
                "bad-goto",
                f"goto leads into {self._inside[goto.target]}, to {shown(goto.target)}",
                "give the id of a step outside, or of the whole of it",
            )
        elif seen[-1].what:
            near = report.near(goto.target, [name for block in seen for name in block.ids])
            report.error(
                goto.place,
                "unknown-step",
                f"goto names {shown(goto.target)}, and there is no such step in this file",
                f"did you mean {shown(near)}?" if near else "stay within the sub-flow",
            )
        else:
            return _edge(goto, goto.target)
        return None


def _edge(goto: Goto, target: str) -> RawEdge:
    return RawEdge(goto.source, target, goto.branch, goto.place, goto.cause)


def _seen_from(block: Block) -> list[Block]:
    """Return the blocks whose ids a block sees, from itself to that of the file."""
    seen = [block]
    while seen[-1].around is not None:
        seen.append(seen[-1].around)
    return seen
