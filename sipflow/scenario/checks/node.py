"""Checks one node's word and properties against the vocabulary."""

from msgspec import Struct

from sipflow.scenario.checks.combinations import disagreement, trouble
from sipflow.scenario.checks.condition import check_captures, check_conditions
from sipflow.scenario.checks.fill import check_filled, stand_in
from sipflow.scenario.checks.header import check_headers
from sipflow.scenario.checks.property import Accepted, Rejected, check, right, unquoted
from sipflow.scenario.model.actions import Action, Place, word
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.other_words import is_of_others, question, word_meant
from sipflow.scenario.problems import LOOSE, STRICT, Report
from sipflow.scenario.raw_graph import Format, RawNode, RawProperty
from sipflow.scenario.variables.scope import NO_NAMES, Resolver
from sipflow.scenario.variables.template import has_variables
from sipflow.scenario.vocabulary import (
    Property,
    action_types,
    all_names,
    alternatives,
    by_name,
    dependent,
    properties,
    words_of,
)
from sipflow.text import listed, shown

# A number without a unit up to this is probably meant in seconds, not milliseconds.
_TIMES = ("timeout", "window", "duration")
_MOST_SECONDS = 60


class Checked(Struct, frozen=True):
    """A checked node: the type of its action, and its valid fields.

    kind: None for an unknown word
    wrong: the fields that are missing or invalid
    late: the fields that are known only when the node begins
    secret: the fields that are never shown
    places: the place of each field's value
    """

    kind: type[Action] | None
    fields: dict[str, object]
    wrong: frozenset[str] = frozenset()
    late: tuple[Deferred, ...] = ()
    secret: frozenset[str] = frozenset()
    places: dict[str, Place] = {}


def check_node(
    node: RawNode, format: Format, report: Report, late: frozenset[str] = NO_NAMES
) -> Checked:
    """Check a node's word and its properties; report every problem."""
    kind = _action_type(node, report) or _meant_type(node, report)
    if kind is None or node.properties is None:
        return Checked(kind, {}, frozenset(all_names()))
    check = _PropertiesCheck(node, kind, format, report)
    check.resolver = Resolver(node.scope, late)
    check.every_one(node.properties)
    if node.word is None or not is_of_others(node.word):
        check.missing()
    check.together()
    return Checked(
        kind,
        check.fields,
        frozenset(check.wrong),
        tuple(check.late),
        frozenset(check.secret),
        check.places,
    )


def _action_type(node: RawNode, report: Report) -> type[Action] | None:
    written = node.word
    if written is None:
        return None
    kind = action_types().get(written)
    expected = words_of(node.kind) if node.kind is not None else tuple(action_types())
    if kind is None:
        meant = word_meant(written, node.kind, report)
        report.error(
            node.place,
            "unknown-word",
            f"unknown {node.kind or 'command or event'} {shown(written)}",
            question(written, meant) if meant else _all_words(node),
        )
    elif node.kind is not None and written not in expected:
        other = "event" if node.kind == "command" else "command"
        report.error(
            node.place,
            "unknown-word",
            f"{written} is no {node.kind} but {'an event' if other == 'event' else 'a command'}",
            f'give the node the type "{other}" and name the word as data.{other}',
        )
    return kind


def _meant_type(node: RawNode, report: Report) -> type[Action] | None:
    """Return the type that an unknown word probably means, so that its properties are checked."""
    meant = None if node.word is None else word_meant(node.word, node.kind, report)
    return None if meant is None else action_types().get(meant)


def _all_words(node: RawNode) -> str:
    kinds = (node.kind,) if node.kind is not None else ("command", "event")
    return "; ".join(f"the {kind}s are {listed(words_of(kind), 'and')}" for kind in kinds)


class _PropertiesCheck:
    def __init__(self, node: RawNode, kind: type[Action], format: Format, report: Report) -> None:
        self.fields: dict[str, object] = {}
        self.wrong: set[str] = set()
        self.late: list[Deferred] = []
        self.secret: set[str] = set()
        self.places: dict[str, Place] = {}
        self.resolver = Resolver(node.scope, NO_NAMES)
        self._node = node
        self._kind = kind
        self._word = word(kind)
        self._format = format
        self._report = report

    def every_one(self, written: tuple[RawProperty, ...]) -> None:
        known = by_name(self._kind)
        given = {one.name for one in written}
        names: dict[str, str] = {}
        for one in written:
            property = known.get(one.name)
            if property is None:
                self._unknown(one, given)
            elif property.name in names:
                self._twice(one, names[property.name], property)
            else:
                names[property.name] = one.name
                self._value(one, property)

    def missing(self) -> None:
        for property in properties(self._kind):
            if property.required and property.name not in self.fields.keys() | self.wrong:
                self.wrong.add(property.name)
                self._report.error(
                    self._node.place,
                    "missing-property",
                    f"{self._word} has no {shown(self._name(property))}",
                    right(property),
                )

        self._one_of_several()
        for property, needed in dependent(self._kind):
            if self._is_given(property) and not self._is_given(needed):
                self.wrong.add(property.name)
                self._report.error(
                    self._node.place,
                    "missing-property",
                    f"{self._word} has {shown(self._name(property))} "
                    f"but no {shown(self._name(needed))}",
                    f"give {shown(self._name(needed))}, too",
                )

    def _one_of_several(self) -> None:
        choices = alternatives(self._kind)
        given = [one for one in choices if self._is_given(one)]
        names = [shown(self._name(one)) for one in choices]
        if choices and not given:
            self.wrong.update(one.name for one in choices)
            self._report.error(
                self._node.place,
                "missing-property",
                f"{self._word} has no {listed(names)}",
                right(choices[0]),
            )
        elif len(given) > 1:
            self.wrong.update(one.name for one in given)
            written = listed([shown(self._name(one)) for one in given], "and")
            self._report.error(
                self._node.place,
                "conflicting-properties",
                f"{self._word} has {written}",
                "keep one of them",
            )

    def _is_given(self, property: Property) -> bool:
        return bool(self._known().get(property.name)) or property.name in self.wrong

    def _known(self) -> dict[str, object]:
        """Return the fields, including those that get a value only when the node begins."""
        return self.fields | {one.property: one for one in self.late if one.entry is None}

    def together(self) -> None:
        """Report problems of properties that are valid by themselves but not together."""
        if self.wrong:
            return
        known = self._known()
        found = trouble(self._kind, known) or disagreement(self._kind, known)
        if found is not None:
            self._report.error(self._node.place, "conflicting-properties", *found)

    def _name(self, property: Property) -> str:
        return property.names[0] if self._format == "yaml" else property.names[-1]

    def _value(self, written: RawProperty, property: Property) -> None:
        self.places[property.name] = written.place
        if property.holds != "value":
            self._mapping(written, property)
            return
        result = self._checked(written, property)
        if isinstance(result, Accepted):
            self.fields[property.name] = result.value
            if result.secret:
                self.secret.add(property.name)
            self._warn_of_milliseconds(written, property)
        elif isinstance(result, Deferred):
            self.late.append(result)
            if property.required:
                self.fields[property.name] = stand_in(property, result)
        else:
            self.wrong.add(property.name)
            self._reject(written, result)

    def _mapping(self, written: RawProperty, property: Property) -> None:
        found = self._entries(written, property)
        if found is None:
            self.wrong.add(property.name)
        else:
            self.fields[property.name] = found

    def _entries(self, written: RawProperty, property: Property) -> object:
        if property.holds == "captures":
            return check_captures(written, self.resolver, self._report)
        if property.holds == "headers":
            headers = check_headers(written, self.resolver, self._report)
            self.late += headers.late if headers is not None else ()
            return headers.values if headers is not None else None
        understood = check_conditions(written, self.resolver, self._report)
        self.late += understood.late if understood is not None else ()
        return understood.conditions if understood is not None else None

    def _checked(
        self, written: RawProperty, property: Property
    ) -> Accepted | Rejected | Deferred | None:
        if isinstance(written.value, str) and has_variables(written.value):
            return check_filled(written, property, self.resolver, self._report)
        return check(property, written.value)

    def _reject(self, written: RawProperty, result: Rejected | None) -> None:
        if result is not None:
            message = f"{shown(written.name)} of {self._word} {result.message}"
            self._report.error(written.place, result.code, message, result.right)

    def _warn_of_milliseconds(self, written: RawProperty, property: Property) -> None:
        """Warn of a time in milliseconds so short that seconds were probably meant.

        Not in a drawing, whose editor asks for milliseconds.
        """
        number = unquoted(property, written.value)
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if self._format != "yaml" or property.name not in _TIMES or not is_number:
            return
        if 0 < number <= _MOST_SECONDS:  # type: ignore[operator]
            self._report.warning(
                written.place,
                "time-without-unit",
                f"{shown(written.name)} of {self._word} is the number {number}, "
                f"which is {number} ms",
                f"write {number}s if seconds are meant, else {number}ms",
            )

    def _twice(self, written: RawProperty, first: str, property: Property) -> None:
        self.wrong.add(property.name)
        self._report.error(
            written.name_place,
            "conflicting-properties",
            f"{shown(first)} and {shown(written.name)} are two names of one property",
            "keep one of them",
        )

    def _unknown(self, written: RawProperty, given: set[str]) -> None:
        """Report an unknown property, in JSON only if it looks misspelt.

        The desktop application saves more in a node than its word needs.
        """
        foreign = self._format == "xyflow"
        if foreign and written.name in all_names():
            return
        known = by_name(self._kind)
        near = self._report.near(written.name, known, STRICT if foreign else LOOSE)
        if near is None and foreign:
            return
        message = f"{self._word} has no property {shown(written.name)}"
        meant = known[near] if near is not None else None
        tail = f"did you mean {near}?" if near else f"its properties are {self._all()}"
        if foreign and not (meant is not None and self._lacks(meant, given)):
            self._report.warning(written.name_place, "unknown-property", message, tail)
            return
        self._report.error(written.name_place, "unknown-property", message, tail)
        if meant is None:
            self.wrong.add("")
        elif given.isdisjoint(meant.names):
            # It is checked as the property that is meant, so that this is not reported as missing.
            self._value(written, meant)

    def _lacks(self, property: Property, given: set[str]) -> bool:
        return property.required and given.isdisjoint(property.names)

    def _all(self) -> str:
        return listed([self._name(property) for property in properties(self._kind)], "and")
