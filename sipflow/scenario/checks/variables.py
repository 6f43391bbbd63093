"""Checks the variables of a whole file, and fills those in the numbers of instances.

The numbers of instances are needed by all other checks, so they come first; a number can contain
only variables that are known before the start.
"""

import msgspec

from sipflow.scenario.checks.deferred_names import RuntimeNames
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawInstance
from sipflow.scenario.variables.scope import Scope
from sipflow.scenario.variables.template import Trouble, has_variables
from sipflow.text import shown


def check_scopes(raw: RawGraph, late: RuntimeNames, report: Report) -> None:
    """Report every variable of the file that has no valid value."""
    if raw.scope.has_own:
        raw.scope.check(report, late.of_run)
    for owned in raw.scopes:
        if owned.scope.has_own:
            owned.scope.check(report, late.of_owner(owned.owner))


def fill_numbers(raw: RawGraph, late: RuntimeNames, report: Report) -> RawGraph:
    """Return the graph with the variables in its instances' numbers replaced by their values."""
    instances = tuple(_filled(one, raw.scope, late, report) for one in raw.instances)
    return raw if instances == raw.instances else msgspec.structs.replace(raw, instances=instances)


def _filled(instance: RawInstance, scope: Scope, late: RuntimeNames, report: Report) -> RawInstance:
    number = instance.number
    if number is None or not isinstance(number.value, str) or not has_variables(number.value):
        return instance
    found = scope.fill(number.value, report, late.of_run)
    if isinstance(found, Trouble):
        if not found.reported:
            message = f"{shown(number.name)} {found.message}"
            report.error(number.place, found.code, message, found.right)
    elif found.text is None:
        report.error(
            number.place,
            "late-variable",
            f"{shown(number.name)} has a variable that is known only during the run",
            "give the number before the start",
        )
    else:
        filled = msgspec.structs.replace(number, value=found.text, secret=found.secret)
        return msgspec.structs.replace(instance, number=filled)
    return msgspec.structs.replace(instance, declared=False)
