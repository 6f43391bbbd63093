"""Combines the parameters of a sub-flow with the values that a use of it gives them."""

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.values import described
from sipflow.scenario.variables.definitions import GIVEN_WITH_SET, Entry, definitions
from sipflow.scenario.variables.scope import Definition, Scope
from sipflow.scenario.yaml.blocks import Use
from sipflow.scenario.yaml.sub_flows import SubFlow
from sipflow.scenario.yaml.tree import Key, Mapping, Value, raw
from sipflow.text import listed, shown

# The variables of a YAML file: ``variables`` of a scenario, ``parameters`` of a sub-flow.


def defined(
    value: Value | None,
    what: str,
    report: Report,
    how: str = GIVEN_WITH_SET,
    within: Scope | None = None,
) -> dict[str, Definition]:
    """Return the variables of a mapping; ``how``: how to give a value to one without."""
    if isinstance(value, Mapping):
        entries = (Entry(key.text, raw(one), key.place, one.place) for key, one in value.pairs)
        return definitions(entries, report, how, within)
    if value is not None and raw(value) is not None:
        report.error(
            value.place,
            "wrong-type",
            f'"{what}" is {described(raw(value))}, not a mapping of names',
            'give each a name and a value, for example target: "200"',
        )
    return {}


def parameters(flow: SubFlow, use: Use, within: Scope, report: Report) -> dict[str, Definition]:
    """Return the variables that the steps of a sub-flow see; missing ones are reported."""
    declared = defined(Mapping(flow.parameters, use.place), "parameters", report)
    given: dict[str, Definition] = {}
    if use.values is not None:
        known = tuple(pair for pair in use.values.pairs if _is_known(pair, declared, report))
        given = defined(Mapping(known, use.values.place), "with", report, within=within)
    missing = [
        name
        for name, default in declared.items()
        if default.text is None and (name not in given or given[name].text is None)
    ]
    for name in missing:
        _report_missing(name, flow, use.place, report)
    return {
        name: Definition("", use.place) if name in missing else given.get(name, default)
        for name, default in declared.items()
    }


def _is_known(pair: tuple[Key, Value], declared: dict[str, Definition], report: Report) -> bool:
    key, _ = pair
    if key.text in declared:
        return True
    near = report.near(key.text, declared)
    few = f"its parameters are {listed(list(declared), 'and')}" if declared else "it has none"
    report.error(
        key.place,
        "unknown-parameter",
        f"the sub-flow has no parameter {shown(key.text)}",
        f"did you mean {near}?" if near else few,
    )
    return False


def _report_missing(name: str, flow: SubFlow, place: Place, report: Report) -> None:
    report.error(
        place,
        "missing-parameter",
        f"the parameter {shown(name)} of {shown(flow.short_name)} has no value",
        f"give it one beside use, as with: {{{name}: …}}",
    )
