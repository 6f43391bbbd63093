"""The steps of a YAML flow to nodes and edges.

A list of steps is a chain of success edges; ``on_failure`` hangs a list of its own on a step's
failure edge; ``goto`` ends a list with an edge to a step that has an id. Depth is bounded by the
composer, so that branches may be read by recursion.
"""

from sipflow.coordinator.scenario.located import Key, Mapping, Scalar, Sequence, Value, raw
from sipflow.coordinator.scenario.problem import Report
from sipflow.coordinator.scenario.raw_graph import (
    BARE_SCOPE,
    Branch,
    RawEdge,
    RawNode,
    RawProperty,
)
from sipflow.coordinator.scenario.scope import Scope
from sipflow.coordinator.scenario.vocabulary import action_types, by_name, main_property
from sipflow.coordinator.scenario.wording import described, name_trouble, shown
from sipflow.protocol.scenario import Place

STEP_KEYS = ("id", "on_failure")
_STEP_EXAMPLE = 'write a word, for example - Release, or - MakeCall: {to: "200"}'
_GOTO_EXAMPLE = "give the id of a step, for example goto: hang-up"


class StepReader:
    """Collects the nodes and edges of all instances; ``ambiguous`` are ids given twice."""

    def __init__(self, report: Report, scope: Scope = BARE_SCOPE) -> None:
        self.nodes: list[RawNode] = []
        self.edges: list[RawEdge] = []
        self.ambiguous: set[str] = set()
        self._report = report
        self._scope = scope
        self._ids: dict[str, Place] = {}
        self._instance = ""
        self._count = 0

    def read(self, instance: str, steps: Value) -> None:
        """Read the whole flow of one instance."""
        self._instance = instance
        self._count = 0
        self._chain(steps, instance, "start")

    def _chain(self, steps: Value, source: str, branch: Branch) -> None:
        items = steps.items if isinstance(steps, Sequence) else ()
        for index, item in enumerate(items):
            target = item.get("goto") if isinstance(item, Mapping) else None
            if target is None:
                source, branch = self._step(item, source, branch), "success"
            else:
                following = items[index + 1] if index + 1 < len(items) else None
                self._goto(item, target, RawEdge(source, "", branch, target.place), following)

    def _goto(self, item: Value, target: Value, edge: RawEdge, following: Value | None) -> None:
        """Add the edge of a goto, unless it is wrong, which is reported."""
        for key, _ in item.pairs if isinstance(item, Mapping) else ():
            if key.text != "goto":
                self._report.error(
                    key.place,
                    f"{shown(key.text)} stands beside a goto",
                    "a goto stands alone: begin another step for the rest",
                )
        if following is not None:
            self._report.error(
                following.place,
                "this step stands after a goto and is never reached",
                "let the goto be the last of its list",
            )
        text = raw(target)
        if not isinstance(text, str):
            self._report.error(
                target.place, f'"goto" is {described(text)}, not a step\'s id', _GOTO_EXAMPLE
            )
        elif following is None:
            self.edges.append(RawEdge(edge.source, text, edge.branch, edge.place))

    def _step(self, item: Value, source: str, branch: Branch) -> str:
        """Add one step, the edge to it and the failure branch behind it; return its id."""
        self._count += 1
        if not isinstance(item, Mapping):
            return self._plain_step(item, source, branch)
        word = self._word(item)
        inside = self._inside(word, item)
        properties = self._properties(word, item)
        own_id = self._given_id(item.get("id"), inside.get("id"))
        place = word.place if word is not None else item.place
        known = word.text if word is not None else None
        node = self._add(own_id, RawEdge(source, "", branch, place), known, properties)
        on_failure = item.get("on_failure") or inside.get("on_failure")
        if on_failure is not None:
            self._failure_branch(on_failure, node)
        return node

    def _plain_step(self, item: Value, source: str, branch: Branch) -> str:
        word = raw(item)
        if not isinstance(word, str):
            self._report.error(item.place, f"a step is {described(word)}", _STEP_EXAMPLE)
        known = word if isinstance(word, str) else None
        return self._add(None, RawEdge(source, "", branch, item.place), known, ())

    def _add(
        self,
        given: tuple[str, Place] | None,
        edge: RawEdge,
        word: str | None,
        properties: tuple[RawProperty, ...] | None,
    ) -> str:
        wanted, place = given or (f"{self._instance}-{self._count}", edge.place)
        identity = self._unique(wanted, place, automatic=given is None)
        self.nodes.append(
            RawNode(
                id=identity,
                owner=self._instance,
                word=word,
                kind=None,
                properties=properties,
                place=edge.place,
                scope=self._scope,
            )
        )
        self.edges.append(RawEdge(edge.source, identity, edge.branch, edge.place))
        return identity

    def _unique(self, identity: str, place: Place, automatic: bool) -> str:
        first = self._ids.setdefault(identity, place)
        if first is place:
            return identity
        self.ambiguous.add(identity)
        what = "the automatic id" if automatic else "the id"
        self._report.error(
            place,
            f"{what} {shown(identity)} is taken by the step in line {first.line}",
            "give one of them another id",
        )
        return f"{identity} (line {place.line}, column {place.column})"

    def _word(self, step: Mapping) -> Key | None:
        """Return the key of a step that is its word, and report every key that is out of place."""
        candidates = [key for key, _ in step.pairs if key.text not in STEP_KEYS]
        known = [key for key in candidates if key.text in action_types()]
        if not candidates:
            self._report.error(step.place, "a step has no word", _STEP_EXAMPLE)
            return None
        word = (known or candidates)[0]
        for key in candidates:
            if key is not word:
                self._stray(key, word)
        return word

    def _stray(self, key: Key, word: Key) -> None:
        kind = action_types().get(word.text)
        if key.text in action_types():
            message, right = f"a second word, {key.text}, in one step", 'begin it with "- "'
        elif kind is not None and key.text in by_name(kind):
            message = f"{shown(key.text)} stands beside {word.text}"
            right = f"indent it under {word.text}, or write {word.text}: {{{key.text}: …}}"
        else:
            near = self._report.near(key.text, STEP_KEYS)
            message = f"a step has no key {shown(key.text)}"
            right = f"did you mean {near}?" if near else "beside its word it has id and on_failure"
        self._report.error(key.place, message, right)

    def _inside(self, word: Key | None, step: Mapping) -> dict[str, Value]:
        """Return what belongs to the step but stands among its word's properties."""
        if word is None:
            return {}
        value = step.get(word.text)
        pairs = value.pairs if isinstance(value, Mapping) else ()
        for key, _ in pairs:
            if key.text == "on_failure":
                self._report.error(
                    key.place,
                    f'"on_failure" stands among the properties of {shown(word.text)}',
                    "write it beside the word, as deep as the word itself",
                )
        return {key.text: inner for key, inner in pairs if key.text in STEP_KEYS}

    def _properties(self, word: Key | None, step: Mapping) -> tuple[RawProperty, ...] | None:
        if word is None:
            return None
        kind = action_types().get(word.text)
        # What stands beside the word by mistake is reported there; it isn't missing as well.
        own = by_name(kind) if kind is not None else {}
        beside = [(key, value) for key, value in step.pairs if key.text in own]
        inner = self._inner_pairs(word, step.get(word.text))
        if inner is None:
            return None
        return tuple(
            RawProperty(key.text, raw(value), key.place, value.place)
            for key, value in inner + beside
            if key.text not in STEP_KEYS
        )

    def _inner_pairs(self, word: Key, value: Value | None) -> list[tuple[Key, Value]] | None:
        """Return a word's properties, also when it is followed by its main one alone."""
        if isinstance(value, Mapping):
            return list(value.pairs)
        if value is None or raw(value) is None:
            return []
        kind = action_types().get(word.text)
        if kind is None:
            return None
        main = main_property(kind)
        if isinstance(value, Scalar) and main is not None:
            return [(Key(main.name, value.place), value)]
        self._takes_no_value(word, value)
        return None

    def _takes_no_value(self, word: Key, value: Value) -> None:
        self._report.error(
            value.place,
            f"{shown(word.text)} is followed by {described(raw(value))}, not by its properties",
            f"write {word.text} alone, or {word.text}: {{…}} with its properties",
        )

    def _given_id(self, beside: Value | None, inside: Value | None) -> tuple[str, Place] | None:
        if beside is not None and inside is not None:
            self._report.error(inside.place, "the step has two ids", "keep the one beside its word")
        value = beside or inside
        if value is None:
            return None
        text = raw(value)
        trouble = name_trouble(text) if isinstance(text, str) else f"is {described(text)}"
        if trouble is not None or not isinstance(text, str):
            number = isinstance(text, int | float) and not isinstance(text, bool)
            right = f"put it in quotes: {shown(str(text))}" if number else "give a short text"
            self._report.error(value.place, f"a step's id {trouble}", right)
            return None
        return text, value.place

    def _failure_branch(self, steps: Value, node: str) -> None:
        if isinstance(steps, Sequence) and steps.items:
            self._chain(steps, node, "failure")
            return
        written = "empty" if isinstance(steps, Sequence) else described(raw(steps))
        self._report.error(
            steps.place,
            f'"on_failure" is {written}, not a list of steps',
            "give at least one step, for example - TIMEOUT: 0ms to go on to nothing",
        )
