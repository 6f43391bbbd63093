"""The variables of a YAML file: ``variables`` of a scenario, ``parameters`` of a sub-flow."""

from sipflow.coordinator.scenario.definitions import GIVEN_WITH_SET, Entry, definitions
from sipflow.coordinator.scenario.located import Mapping, Value, raw
from sipflow.coordinator.scenario.problem import Report
from sipflow.coordinator.scenario.scope import Definition, Scope
from sipflow.coordinator.scenario.wording import described


def defined(
    value: Value | None,
    what: str,
    report: Report,
    how: str = GIVEN_WITH_SET,
    within: Scope | None = None,
) -> dict[str, Definition]:
    """Return the variables of a mapping; ``how`` is how one without a value gets one."""
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
