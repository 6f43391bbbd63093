"""Reads XYFlow JSON, as the desktop application saves it, into a raw graph.

The keys at the top, of a node and of an edge are read in any letter case; data that concern only
the drawing are ignored. A node's place is its id.
"""

from collections.abc import Iterable

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.causes import ELSE, TIMEOUT, is_cause
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import (
    Kind,
    RawEdge,
    RawGraph,
    RawInstance,
    RawNode,
    RawProperty,
    RawValues,
)
from sipflow.scenario.values import described, name_trouble
from sipflow.scenario.variables.definitions import GIVEN_WITH_SET, Entry, definitions
from sipflow.scenario.variables.scope import NOTHING_GIVEN, Definition, Given, Scope
from sipflow.scenario.vocabulary import (
    APPLICATION_ACCOUNT_NAMES,
    account_properties,
    signalling_properties,
)
from sipflow.scenario.xyflow.json_text import Object, raw, twice_within
from sipflow.scenario.yaml.failure import CAUSES
from sipflow.text import shown

_KINDS: dict[str, Kind] = {"command": "command", "event": "event"}
_TYPES = ("sipInstance", *_KINDS)
# Keys of a node's data that are not properties of its word.
_NOT_PROPERTIES = {"command", "event", "sipInstanceId", "label", "id", "type"}


def read(
    top: Object, file: str, default_name: str, report: Report, given: Given = NOTHING_GIVEN
) -> RawGraph:
    """Return the graph of a file's top object."""
    whole = Place(file=file)
    keys = _any_case(top, ("nodes", "edges", "name", "variables"), whole, report)
    layout = [value for key, value in top.items() if key.lower() not in ("nodes", "edges")]
    _report_twice(top.twice, whole, report)
    _report_twice(twice_within(layout), whole, report)
    scope = Scope(given, _variables(keys.get("variables"), whole, report))
    nodes = _NodeReader(file, report, scope)
    for index, entry in enumerate(_entries(keys, "nodes", whole, report)):
        nodes.read(entry, f"nodes[{index}]")
    if isinstance(keys["nodes"], list) and not nodes.instances:
        report.error(
            whole,
            "missing-instances",
            "the scenario has no instance",
            'add at least one node of the type "sipInstance"',
        )
    edges = _EdgeReader(file, {instance.id for instance in nodes.instances}, report)
    for index, entry in enumerate(_entries(keys, "edges", whole, report)):
        edges.read(entry, f"edges[{index}]")
    return RawGraph(
        format="xyflow",
        file=file,
        name=_name(keys.get("name"), "name", whole, report) or default_name,
        instances=tuple(nodes.instances),
        nodes=tuple(nodes.nodes),
        edges=tuple(edges.edges),
        ambiguous=frozenset(nodes.ambiguous),
        order=tuple(nodes.order),
        scope=scope,
    )


class _NodeReader:
    """Collects the instances and the nodes of a file."""

    def __init__(self, file: str, report: Report, scope: Scope) -> None:
        self.instances: list[RawInstance] = []
        self.nodes: list[RawNode] = []
        self.ambiguous: set[str] = set()
        self.order: dict[str, None] = {}
        self._file = file
        self._report = report
        self._scope = scope
        self._ids: set[str] = set()

    def read(self, entry: object, where: str) -> None:
        place = Place(file=self._file, node=where)
        self.order[where] = None
        if not isinstance(entry, Object):
            what = described(raw(entry))
            self._report.error(
                place, "wrong-type", f"it is {what}, not a node", "give id, type and data"
            )
            return
        keys = _any_case(entry, ("id", "type", "data"), place, self._report)
        given = keys.get("id")
        if isinstance(given, str) and name_trouble(given) is None:
            place = Place(file=self._file, node=given)
            self.order[given] = None
        identity = self._identity(given, where, place)
        _report_twice(twice_within(entry), place, self._report)
        data = self._data(keys.get("data"), place)
        kind = keys.get("type")
        if kind == "sipInstance":
            self._instance(identity, data, place)
        elif isinstance(kind, str) and kind in _KINDS:
            self._node(identity, _KINDS[kind], data, place)
        else:
            self._unknown_type(identity, kind, place)

    def _identity(self, given: object, where: str, place: Place) -> str:
        """Return the node's id, or its position in the file if the id is missing or ambiguous."""
        identity = self._given_id(given, where, place)
        if identity == where:
            self.ambiguous.add(where)
        return identity

    def _given_id(self, given: object, where: str, place: Place) -> str:
        if not isinstance(given, str):
            written = "no id" if given is None else f"{described(raw(given))} as its id"
            self._report.error(
                place, "bad-id", f"it has {written}", "give a text that no other node has"
            )
            return where
        trouble = name_trouble(given)
        if trouble is not None:
            self._report.error(
                place, "bad-id", f"its id {trouble}", "give a short text on one line"
            )
            return where
        if given not in self._ids:
            self._ids.add(given)
            return given
        if given not in self.ambiguous:
            self._report.error(
                place,
                "duplicate-id",
                f"the id {shown(given)} is used more than once",
                "give each node its own id",
            )
        self.ambiguous.add(given)
        return where

    def _data(self, data: object, place: Place) -> Object | None:
        if isinstance(data, Object):
            return data
        written = "no data" if data is None else f"{described(raw(data))} as its data"
        self._report.error(
            place, "wrong-type", f"it has {written}", "give an object with its properties"
        )
        return None

    def _instance(self, identity: str, data: Object | None, place: Place) -> None:
        if data is None:
            self._undeclared(identity, place)
            return
        if data.get("register") is not None and not isinstance(data["register"], bool):
            what = described(raw(data["register"]))
            self._report.error(
                place,
                "wrong-type",
                f'"register" is {what}, not true or false',
                "write true or false",
            )
        name = _name(data.get("label"), "label", place, self._report)
        self.instances.append(
            RawInstance(
                id=identity,
                name=name,
                number=self._number(data, place),
                place=place,
                on_refer=self._on_refer(data, place),
                properties=tuple(
                    _property(key, value, place)
                    for key, value in data.items()
                    if key in signalling_properties() and value is not None
                ),
                codecs=_codecs(data.get("codecs"), place),
                account=self._account(data, place),
                register=data.get("register") is True,
            )
        )

    def _account(self, data: Object, place: Place) -> tuple[RawProperty, ...]:
        found: dict[str, RawProperty] = {}
        for key, value in data.items():
            name = APPLICATION_ACCOUNT_NAMES.get(key, key)
            if name not in account_properties() or value in (None, ""):
                continue
            if name in found:
                message = (
                    f"{shown(found[name].name)} and {shown(key)} are two names of one property"
                )
                self._report.error(place, "conflicting-properties", message, "keep one of them")
            found.setdefault(name, _property(key, value, place))
        return tuple(found.values())

    def _on_refer(self, data: Object, place: Place) -> RawProperty | None:
        given = [key for key in ("onRefer", "on_refer") if data.get(key) is not None]
        if len(given) > 1:
            self._report.error(
                place,
                "conflicting-properties",
                '"onRefer" and "on_refer" are two names of one property',
                "keep one of them",
            )
        return _property(given[0], data[given[0]], place) if given else None

    def _number(self, data: Object, place: Place) -> RawProperty | None:
        given = [key for key in ("dn", "number") if data.get(key) is not None]
        if len(given) > 1 and data["dn"] != data["number"]:
            self._report.error(
                place,
                "conflicting-properties",
                '"dn" and "number" are two names of one property',
                "keep one of them",
            )
        return _property(given[0], data[given[0]], place) if given else None

    def _node(self, identity: str, kind: Kind, data: Object | None, place: Place) -> None:
        word = data.get(kind) if data is not None else None
        if data is not None and not isinstance(word, str):
            written = f'no "{kind}"' if word is None else f'{described(raw(word))} as its "{kind}"'
            self._report.error(
                place, "missing-word", f"it has {written}", f"name the {kind} in its data"
            )
        self.nodes.append(
            RawNode(
                id=identity,
                owner=self._owner(data.get("sipInstanceId") if data is not None else None, place),
                word=word if isinstance(word, str) else None,
                kind=kind,
                properties=None if data is None else _properties(data, place),
                place=place,
                scope=self._scope,
            )
        )

    def _owner(self, owner: object, place: Place) -> str | None:
        if owner is None or isinstance(owner, str):
            return owner
        what = described(raw(owner))
        self._report.error(
            place,
            "wrong-type",
            f'"sipInstanceId" is {what}, not a text',
            "give the id of an instance",
        )
        return None

    def _unknown_type(self, identity: str, kind: object, place: Place) -> None:
        near = self._report.near(kind, _TYPES) if isinstance(kind, str) else None
        written = "no type" if kind is None else f"{described(raw(kind))} as its type"
        self._report.error(
            place,
            "unknown-type",
            f"it has {written}",
            f"did you mean {near}?" if near else "the types are sipInstance, command and event",
        )
        self._undeclared(identity, place)

    def _undeclared(self, identity: str, place: Place) -> None:
        self.instances.append(RawInstance(id=identity, place=place, declared=False))


class _EdgeReader:
    """Collects the edges of a file that name both their ends."""

    def __init__(self, file: str, instances: set[str], report: Report) -> None:
        self.edges: list[RawEdge] = []
        self._file = file
        self._instances = instances
        self._report = report

    def read(self, entry: object, where: str) -> None:
        place = Place(file=self._file, node=where)
        if not isinstance(entry, Object):
            what = described(raw(entry))
            self._report.error(
                place, "wrong-type", f"it is {what}, not an edge", "give source and target"
            )
            return
        keys = _any_case(entry, ("source", "target", "sourcehandle", "data"), place, self._report)
        source, target = (self._end(keys.get(end), end, place) for end in ("source", "target"))
        _report_twice(twice_within(entry), place, self._report)
        if source is None or target is None:
            return
        data = keys.get("data")
        about = data if isinstance(data, Object) else Object()
        failure = keys.get("sourcehandle") == "failure" or about.get("branchType") == "failure"
        node = Place(file=self._file, node=source)
        if failure:
            cause = self._cause(about.get("condition"), target, node)
            self.edges.append(RawEdge(source, target, "failure", node, cause))
        else:
            branch = "start" if source in self._instances else "success"
            self.edges.append(RawEdge(source, target, branch, node))  # type: ignore[arg-type]

    def _cause(self, condition: object, target: str, place: Place) -> str:
        """Return the cause of a failure edge; an invalid condition is reported."""
        if condition is None or condition == "":
            return ELSE
        is_number = isinstance(condition, int) and not isinstance(condition, bool)
        text = str(condition).strip().casefold() if is_number or isinstance(condition, str) else ""
        if is_cause(text):
            return text
        near = self._report.near(text, (TIMEOUT, ELSE))
        self._report.error(
            place,
            "unknown-cause",
            f'the "condition" of its failure edge to {shown(target)} is '
            f"{described(raw(condition))}, which is no cause of a failure",
            f"did you mean {near}? {CAUSES}" if near else CAUSES,
        )
        return near or text

    def _end(self, end: object, which: str, place: Place) -> str | None:
        if isinstance(end, str) and name_trouble(end) is None:
            return end
        written = f"no {which}" if end is None else f"{described(raw(end))} as its {which}"
        self._report.error(place, "bad-edge", f"it has {written}", "give the id of a node")
        return None


def _variables(value: object, place: Place, report: Report) -> dict[str, Definition]:
    if isinstance(value, Object):
        entries = (Entry(name, raw(one), place, place) for name, one in value.items())
        return definitions(entries, report, GIVEN_WITH_SET)
    if value is not None:
        written = described(raw(value))
        report.error(
            place, "wrong-type", f'"variables" is {written}, not an object', "give names and values"
        )
    return {}


def _any_case(
    entry: Object, names: tuple[str, ...], place: Place, report: Report
) -> dict[str, object]:
    """Return the values of known keys by their lower-case names, in any letter case of the file."""
    found: dict[str, object] = {}
    for key, value in entry.items():
        if key.lower() not in names:
            continue
        if key.lower() in found:
            report.error(
                place, "duplicate-key", f"the key {shown(key)} is there twice", "keep one of them"
            )
        found.setdefault(key.lower(), value)
    return found


def _entries(keys: dict[str, object], name: str, place: Place, report: Report) -> Iterable[object]:
    entries = keys.get(name, [])
    if isinstance(entries, list):
        return entries
    report.error(
        place, "wrong-type", f'"{name}" is {described(raw(entries))}, not a list', "give a list"
    )
    return []


def _report_twice(keys: Iterable[str], place: Place, report: Report) -> None:
    for key in dict.fromkeys(keys):
        report.error(
            place, "duplicate-key", f"the key {shown(key)} is there twice", "keep one of them"
        )


def _name(value: object, what: str, place: Place, report: Report) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        written = described(raw(value))
        report.error(
            place,
            "wrong-type",
            f'"{what}" is {written}, not a text',
            "give a short text on one line",
        )
        return None
    trouble = name_trouble(value)
    if trouble is not None:
        report.error(place, "bad-name", f'"{what}" {trouble}', "give a short text on one line")
        return None
    return value


def _properties(data: Object, place: Place) -> tuple[RawProperty, ...]:
    return tuple(
        _property(key, value, place) for key, value in data.items() if key not in _NOT_PROPERTIES
    )


def _codecs(value: object, place: Place) -> RawValues | None:
    if not isinstance(value, list):
        return None if value is None else RawValues(place=place, items=None, value=raw(value))
    return RawValues(place=place, items=tuple(_property("codecs", one, place) for one in value))


def _property(name: str, value: object, place: Place) -> RawProperty:
    pairs = value.items() if isinstance(value, Object) else ()
    entries = tuple(_property(key, inner, place) for key, inner in pairs)
    return RawProperty(name, raw(value), place, place, entries)
