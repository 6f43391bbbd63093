"""Reads the flows of a YAML file into nodes and edges.

A list of steps is a chain of success edges; ``on_failure`` attaches lists of steps to a step's
failure edges; ``goto`` ends a list with an edge to a step that has an id. ``Repeat`` and ``use``
make no nodes of their own: their steps are read once for every round and every use, so that the
graph has no cycle. Depth is bounded by the composer and the library, so that branches may be read
by recursion; the number of nodes is bounded here.
"""

from collections.abc import Sequence as Items

from msgspec import Struct
from msgspec.structs import replace

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.causes import ELSE
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import BARE_SCOPE, Branch, OwnedScope, RawEdge, RawNode, RawProperty
from sipflow.scenario.values import described
from sipflow.scenario.variables.scope import ROUND, Definition, Given, Scope
from sipflow.scenario.yaml.blocks import (
    REPEAT,
    REPEAT_KEYS,
    USE,
    USE_KEYS,
    Repeat,
    repeat_of,
    use_of,
)
from sipflow.scenario.yaml.failure import branches_of
from sipflow.scenario.yaml.gotos import Block, Goto, Gotos
from sipflow.scenario.yaml.keys import with_meant_keys
from sipflow.scenario.yaml.parameters import parameters
from sipflow.scenario.yaml.steps import STEP_EXAMPLE, STEP_KEYS, StepReader
from sipflow.scenario.yaml.sub_flows import SubFlow, SubFlows
from sipflow.scenario.yaml.tree import Mapping, Sequence, Value, raw
from sipflow.text import shown

# Twenty times the largest scenario written by hand; a worker gets it as one message of some MiB.
MOST_NODES = 20_000
_GOTO_EXAMPLE = "give the id of a step, for example goto: hang-up"


class _Where(Struct):
    """The context of the steps of one block; ``count`` numbers them."""

    scope: Scope
    block: Block
    prefix: str = ""
    suffix: str = ""
    users: tuple[SubFlow, ...] = ()
    count: int = 0


class _End(Struct, frozen=True):
    """The open end of a chain, to which the next step is attached."""

    source: str
    branch: Branch
    cause: str = ELSE


class FlowReader:
    """Collects the nodes and edges of all instances; ``ambiguous`` are ids given twice."""

    def __init__(
        self, report: Report, scope: Scope = BARE_SCOPE, library: SubFlows | None = None
    ) -> None:
        self.nodes: list[RawNode] = []
        self.edges: list[RawEdge] = []
        self.ambiguous: set[str] = set()
        self.scopes: list[OwnedScope] = []
        self._report = report
        self._scope = scope
        self._library = library or SubFlows(report)
        self._steps = StepReader(report)
        self._gotos = Gotos()
        self._block = Block("")
        self._ids: dict[str, Place] = {}
        self._instance = ""
        self._full = False

    def read(self, instance: str, steps: Value) -> None:
        """Read the whole flow of one instance."""
        self._instance = instance
        items = steps.items if isinstance(steps, Sequence) else ()
        self._chain(items, _Where(self._scope, self._block), _End(instance, "start"))

    def finish(self) -> None:
        """Add the edges of the gotos, once all flows are read."""
        self.edges += self._gotos.edges(self._report)

    def _chain(self, items: Items[Value], where: _Where, end: _End) -> _End | None:
        """Read a list of steps; return its open end, None if a goto closes it."""
        for index, item in enumerate(items):
            following = items[index + 1] if index + 1 < len(items) else None
            left = self._item(item, where, end, following)
            if left is None and following is None:
                return None
            end = left or end
        return end

    def _item(self, item: Value, where: _Where, end: _End, following: Value | None) -> _End | None:
        if isinstance(item, Mapping):
            item = self._steps.block_meant(item)
        keys = {key.text for key, _ in item.pairs} if isinstance(item, Mapping) else set()
        if isinstance(item, Mapping) and "goto" in keys:
            self._goto(item, where, end, following)
            return None
        if isinstance(item, Mapping) and (REPEAT in keys or USE in keys):
            block = self._repeat if REPEAT in keys else self._use
            left = block(item, where, end)
            if left is None and following is not None:
                self._never_reached(following)
            return left
        return _End(self._step(item, where, end), "success")

    def _never_reached(self, following: Value) -> None:
        self._report.error(
            following.place,
            "unreachable-step",
            "this step stands after a goto and is never reached",
            "let the goto be the last of its list",
        )

    def _goto(self, item: Mapping, where: _Where, end: _End, following: Value | None) -> None:
        """Record a goto, unless it is invalid, which is reported."""
        for key, _ in item.pairs:
            if key.text != "goto":
                self._report.error(
                    key.place,
                    "misplaced-key",
                    f"{shown(key.text)} stands beside a goto",
                    "a goto stands alone: begin another step for the rest",
                )
        if following is not None:
            self._never_reached(following)
        target = item.get("goto")
        assert target is not None
        text = raw(target)
        if not isinstance(text, str):
            self._report.error(
                target.place,
                "wrong-type",
                f'"goto" is {described(text)}, not a step\'s id',
                _GOTO_EXAMPLE,
            )
        elif following is None:
            self._gotos.open.append(
                Goto(end.source, end.branch, text, target.place, where.block, end.cause)
            )

    # Single steps.

    def _step(self, item: Value, where: _Where, end: _End) -> str:
        """Add one step, the edge to it and its failure branches; return its id."""
        where.count += 1
        if not isinstance(item, Mapping):
            return self._plain_step(item, where, end)
        steps = self._steps
        word = steps.word(item)
        inside = steps.inside(word, item)
        properties = steps.properties(word, item)
        item = with_meant_keys(item, STEP_KEYS, self._report, but=[word.text] if word else ())
        given = steps.given_id(item.get("id"), inside.get("id"))
        place = word.place if word is not None else item.place
        edge = RawEdge(end.source, "", end.branch, place, end.cause)
        known = word.text if word is not None else None
        node = self._add(self._identity(given, where, edge.place), edge, where, known, properties)
        on_failure = item.get("on_failure") or inside.get("on_failure")
        for cause, branch in branches_of(on_failure, self._report) if on_failure else ():
            self._chain(branch, where, _End(node, "failure", cause))
        return node

    def _plain_step(self, item: Value, where: _Where, end: _End) -> str:
        word = raw(item)
        if not isinstance(word, str):
            self._report.error(
                item.place, "missing-word", f"a step is {described(word)}", STEP_EXAMPLE
            )
        known = word if isinstance(word, str) else None
        edge = RawEdge(end.source, "", end.branch, item.place, end.cause)
        return self._add(self._identity(None, where, item.place), edge, where, known, ())

    def _add(
        self,
        identity: str,
        edge: RawEdge,
        where: _Where,
        word: str | None,
        properties: tuple[RawProperty, ...] | None,
    ) -> str:
        self.nodes.append(
            RawNode(
                id=identity,
                owner=self._instance,
                word=word,
                kind=None,
                properties=properties,
                place=edge.place,
                scope=where.scope,
            )
        )
        self.edges.append(replace(edge, target=identity))
        return identity

    # Ids of steps.

    def _identity(self, given: tuple[str, Place] | None, where: _Where, place: Place) -> str:
        """Return the id of the current step, and define it in its block."""
        written, place = given or (self._automatic(where), place)
        identity = self._unique(written, where, place, automatic=given is None)
        self._gotos.define(where.block, written, identity)
        return identity

    def _automatic(self, where: _Where) -> str:
        return str(where.count) if where.users else f"{self._instance}-{where.count}"

    def _unique(self, written: str, where: _Where, place: Place, automatic: bool) -> str:
        identity = f"{where.prefix}{written}{where.suffix}"
        first = self._ids.setdefault(identity, place)
        if first is place:
            return identity
        self.ambiguous.add(identity)
        what = "the automatic id" if automatic else "the id"
        self._report.error(
            place,
            "duplicate-id",
            f"{what} {shown(written)} is taken by the step in line {first.line}",
            "give one of them another id",
        )
        return f"{identity} (line {place.line}, column {place.column})"

    # Repeat and use.

    def _repeat(self, item: Mapping, where: _Where, end: _End) -> _End | None:
        repeat = repeat_of(item, where.scope, self._report)
        item = with_meant_keys(item, REPEAT_KEYS, self._report)
        given = self._steps.given_id(item.get("id"), None)
        if given is not None:
            self._unique(given[0], where, given[1], automatic=False)
        if repeat is None:
            return end
        first, edges = len(self.nodes), len(self.edges)
        left = self._rounds(repeat, where, end, item.place)
        self._whole(item, where, given, (first, edges))
        return left

    def _rounds(self, repeat: Repeat, where: _Where, end: _End, place: Place) -> _End | None:
        left: _End | None = end
        before = where.count
        for number in range(1, repeat.times + 1):
            if left is None or self._is_full(place):
                break
            around = self._round(where, number, place)
            around.count = before
            left = self._chain(repeat.steps.items, around, left)
            where.count = around.count
        if left is None and repeat.times > 1:
            self._closed_round(repeat.steps)
        return left

    def _round(self, where: _Where, number: int, place: Place) -> _Where:
        own = {ROUND: Definition(str(number), place)}
        return replace(
            where,
            scope=Scope(Given({}, where.scope.given.environment), own, around=where.scope),
            block=Block("a Repeat", where.block),
            suffix=f"{where.suffix}.{number}",
        )

    def _closed_round(self, steps: Sequence) -> None:
        self._report.error(
            steps.items[-1].place,
            "bad-goto",
            "this goto ends the first round, so that nothing is repeated",
            "let it stand in an on_failure, or after the Repeat",
        )

    def _use(self, item: Mapping, where: _Where, end: _End) -> _End | None:
        where.count += 1
        use = use_of(item, self._report)
        item = with_meant_keys(item, USE_KEYS, self._report)
        given = self._steps.given_id(item.get("id"), None)
        written, place = given or (self._automatic(where), item.place)
        identity = self._unique(written, where, place, automatic=given is None)
        if use is None or self._is_full(item.place):
            return end
        flow = self._library.sub_flow(use.file, use.place, where.users)
        if flow is None:
            return end
        first, edges = len(self.nodes), len(self.edges)
        own = parameters(flow, use, where.scope, self._report)
        scope = Scope(Given({}, where.scope.given.environment), own)
        self.scopes.append(OwnedScope(scope, self._instance))
        block = Block(f"the sub-flow {shown(use.file)}")
        inside = _Where(scope, block, f"{identity}/", "", (*where.users, flow))
        left = self._chain(flow.steps.items, inside, end)
        self._whole(item, where, (written, place), (first, edges))
        return left

    def _is_full(self, place: Place) -> bool:
        if len(self.nodes) < MOST_NODES:
            return False
        if not self._full:
            self._report.error(
                place,
                "too-many",
                f"Repeat and use make more than {MOST_NODES} steps",
                "repeat fewer steps, or less often",
            )
        self._full = True
        return True

    def _whole(
        self,
        item: Mapping,
        where: _Where,
        given: tuple[str, Place] | None,
        since: tuple[int, int],
    ) -> None:
        """Apply the id and the failure branch beside a Repeat or use to its steps."""
        inside = [node.id for node in self.nodes[since[0] :]]
        if not inside:
            return
        if given is not None:
            self._gotos.define(where.block, given[0], inside[0])
        on_failure = item.get("on_failure")
        branches = branches_of(on_failure, self._report) if on_failure is not None else []
        if not branches or on_failure is None:
            return
        has_own = {edge.source for edge in self.edges[since[1] :] if edge.branch == "failure"}
        has_own |= {goto.source for goto in self._gotos.open if goto.branch == "failure"}
        lacking = [node for node in inside if node not in has_own]
        if not lacking:
            self._report.error(
                on_failure.place,
                "branch-never-taken",
                "every step inside has an on_failure of its own, so this one is never taken",
                "take one of them out",
            )
            return
        for cause, branch in branches:
            self._join(branch, where, lacking, cause)

    def _join(self, branch: Items[Value], where: _Where, nodes: list[str], cause: str) -> None:
        """Add one failure branch to several nodes."""
        gotos, edges = len(self._gotos.open), len(self.edges)
        self._chain(branch, where, _End(nodes[0], "failure", cause))
        for goto in self._gotos.open[gotos:]:
            if goto.source == nodes[0]:
                self._gotos.open += [replace(goto, source=node) for node in nodes[1:]]
        for edge in self.edges[edges:]:
            if edge.source == nodes[0] and edge.branch == "failure":
                self.edges += [replace(edge, source=node) for node in nodes[1:]]
