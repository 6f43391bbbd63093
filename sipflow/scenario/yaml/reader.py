"""Reads a YAML document into a raw graph: its keys and instances; ``flow`` reads the steps.

It knows the structure of the format, not the values of a word's properties.
"""

from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawInstance, RawProperty, RawValues
from sipflow.scenario.values import described, name_trouble
from sipflow.scenario.variables.scope import NOTHING_GIVEN, Given, Scope
from sipflow.scenario.vocabulary import account_properties, signalling_properties
from sipflow.scenario.yaml.flow import FlowReader
from sipflow.scenario.yaml.keys import check_keys, with_meant_keys
from sipflow.scenario.yaml.parameters import defined
from sipflow.scenario.yaml.steps import STEP_KEYS, written
from sipflow.scenario.yaml.sub_flows import SubFlows
from sipflow.scenario.yaml.tree import Key, Mapping, Scalar, Sequence, Value, raw
from sipflow.text import listed, shown

TOP_KEYS = ("name", "description", "variables", "instances", "flow")
INSTANCE_KEYS = (
    "number",
    "register",
    "on_refer",
    "codecs",
    *account_properties(),
    *signalling_properties(),
)
_INSTANCE_EXAMPLE = 'alice: {number: "100"}'


def read(
    document: Value,
    file: str,
    default_name: str,
    report: Report,
    given: Given = NOTHING_GIVEN,
    library: SubFlows | None = None,
) -> RawGraph | None:
    """Return the graph of a document, or None if it is no scenario, which is reported."""
    if not isinstance(document, Mapping):
        report.error(
            document.place,
            "no-scenario",
            f"the file is {described(raw(document))}, not a scenario",
            "write a mapping with the keys instances and flow",
        )
        return None
    nodes = next((key for key, _ in document.pairs if key.text == "nodes"), None)
    if nodes is not None:
        report.error(
            nodes.place,
            "no-scenario",
            'a scenario in YAML has no "nodes": this looks like XYFlow JSON',
            "name the file *.json, or write instances and flow",
        )
        return None
    if document.get("steps") is not None and document.get("instances") is None:
        report.error(
            document.place,
            "no-scenario",
            "this is a sub-flow: steps without instances to take them",
            "use it from a scenario, with - use: and the name of this file",
        )
        return None
    document = check_keys(document, TOP_KEYS, "a scenario", report)
    name = _text(document.get("name"), "name", report)
    _text(document.get("description"), "description", report, is_name=False)
    instances = _instances(document, report)
    own = defined(document.get("variables"), "variables", report)
    scope = Scope(given, own)
    steps = FlowReader(report, scope, library)
    undeclared = _flow(document.get("flow"), instances, steps, report)
    steps.finish()
    return RawGraph(
        format="yaml",
        file=file,
        name=name or default_name,
        instances=(*instances.values(), *undeclared),
        nodes=tuple(steps.nodes),
        edges=tuple(steps.edges),
        ambiguous=frozenset(steps.ambiguous),
        scope=scope,
        scopes=tuple(steps.scopes),
    )


def _text(value: Value | None, what: str, report: Report, is_name: bool = True) -> str | None:
    if value is None:
        return None
    text = raw(value)
    if not isinstance(text, str):
        quoted = isinstance(text, int | float)
        report.error(
            value.place,
            "wrong-type",
            f'"{what}" is {described(text)}, not a text',
            f"put it in quotes: {shown(str(text))}" if quoted else "give a text",
        )
        return None
    trouble = name_trouble(text) if is_name else None
    if trouble is not None:
        report.error(
            value.place, "bad-name", f'"{what}" {trouble}', "give a short text on one line"
        )
        return None
    return text


def _instances(document: Mapping, report: Report) -> dict[str, RawInstance]:
    value = document.get("instances")
    if isinstance(value, Mapping) and value.pairs:
        return {key.text: _instance(key, entry, report) for key, entry in value.pairs}
    if value is None:
        report.error(
            document.place,
            "missing-instances",
            'the scenario has no "instances"',
            f"name at least one, for example {_INSTANCE_EXAMPLE}",
        )
    else:
        written = "empty" if isinstance(value, Mapping) else described(raw(value))
        report.error(
            value.place,
            "missing-instances",
            f'"instances" is {written}, not a mapping of names',
            f"name at least one, for example {_INSTANCE_EXAMPLE}",
        )
    return {}


def _instance(key: Key, entry: Value, report: Report) -> RawInstance:
    trouble = name_trouble(key.text)
    if trouble is not None:
        report.error(
            key.place, "bad-name", f"an instance's name {trouble}", "give a short name on one line"
        )
    if isinstance(entry, Mapping):
        return _instance_from(key, entry, report)
    if raw(entry) is None:
        return RawInstance(id=key.text, name=key.text, place=key.place)
    report.error(
        entry.place,
        "wrong-type",
        f"instance {shown(key.text)} is {described(raw(entry))}, not a mapping of its properties",
        f"write for example {_INSTANCE_EXAMPLE}",
    )
    number = RawProperty("number", raw(entry), entry.place, entry.place)
    return RawInstance(
        id=key.text,
        name=key.text,
        number=number if isinstance(number.value, str) else None,
        place=key.place,
        declared=isinstance(number.value, str),
    )


def _instance_from(key: Key, entry: Mapping, report: Report) -> RawInstance:
    entry = check_keys(entry, INSTANCE_KEYS, "an instance", report)
    register = entry.get("register")
    if register is not None and not isinstance(raw(register), bool):
        report.error(
            register.place,
            "wrong-type",
            f'"register" is {described(raw(register))}, not true or false',
            "write true or false",
        )
    return RawInstance(
        id=key.text,
        name=key.text,
        number=_property(entry, "number"),
        place=key.place,
        on_refer=_property(entry, "on_refer"),
        properties=tuple(
            written(name, value)
            for name, value in entry.pairs
            if name.text in signalling_properties()
        ),
        codecs=_codecs(entry.get("codecs")),
        account=tuple(
            written(name, value) for name, value in entry.pairs if name.text in account_properties()
        ),
        register=register is not None and raw(register) is True,
    )


def _property(entry: Mapping, name: str) -> RawProperty | None:
    found = next(((key, value) for key, value in entry.pairs if key.text == name), None)
    return None if found is None else written(*found)


def _codecs(value: Value | None) -> RawValues | None:
    if not isinstance(value, Sequence):
        return None if value is None else RawValues(place=value.place, items=None, value=raw(value))
    items = (RawProperty("codecs", raw(one), one.place, one.place) for one in value.items)
    return RawValues(place=value.place, items=tuple(items))


def _flow(
    flow: Value | None, instances: dict[str, RawInstance], steps: FlowReader, report: Report
) -> list[RawInstance]:
    """Read every instance's steps; return placeholders for instances that do not exist."""
    if flow is None or (isinstance(flow, Scalar) and flow.value is None):
        return []
    if not isinstance(flow, Mapping):
        report.error(
            flow.place,
            "wrong-type",
            f'"flow" is {described(raw(flow))}, not a mapping',
            "give each instance's name a list of steps, for example alice: [Release]",
        )
        return []
    known = listed([shown(name) for name in instances], "and")
    undeclared = []
    meant = with_meant_keys(flow, instances, report, but=STEP_KEYS)
    for (key, _), (owner, value) in zip(flow.pairs, meant.pairs, strict=True):
        if owner.text not in instances:
            undeclared.append(RawInstance(id=key.text, place=key.place, declared=False))
        # If there are no instances at all, only that is reported.
        if instances and key.text not in instances:
            near = report.near(key.text, instances)
            right = f"did you mean {near}?" if near else f"the instances are {known}"
            if key.text in STEP_KEYS:
                right = "let it begin in the column of the word of the step that it belongs to"
            report.error(
                key.place, "unknown-instance", f"no instance is named {shown(key.text)}", right
            )
        _steps_of(owner, value, steps, report)
    return undeclared


def _steps_of(key: Key, value: Value, steps: FlowReader, report: Report) -> None:
    if isinstance(value, Sequence) or raw(value) is None:
        steps.read(key.text, value)
    else:
        report.error(
            value.place,
            "wrong-type",
            f"the flow of {shown(key.text)} is {described(raw(value))}, not a list of steps",
            'begin each step with "- "',
        )
