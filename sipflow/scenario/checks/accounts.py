"""Checks the registrars and credentials of instances, and nodes that need a registrar.

No problem shows a password.
"""

from collections.abc import Mapping

import msgspec

from sipflow.scenario.checks.deferred_names import RuntimeNames
from sipflow.scenario.checks.fill import check_filled
from sipflow.scenario.checks.node import Checked
from sipflow.scenario.checks.property import Accepted, Rejected, check
from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import Register, Registered
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Instance
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawInstance, RawProperty
from sipflow.scenario.variables.scope import Resolver
from sipflow.scenario.variables.template import has_variables
from sipflow.scenario.vocabulary import APPLICATION_ACCOUNT_NAMES, Property, account_properties
from sipflow.text import shown

_REGISTRAR = "registrar"
_SECRET = "password"
_EXAMPLE = "for example registrar: 127.0.0.1:5080"
_NO_PASSWORD = Rejected(
    "is not what a password can be",
    "give a text of up to 128 characters on one line, in quotes if it is a number",
)


def check_accounts(
    raw: RawGraph, instances: tuple[Instance, ...], late: RuntimeNames, report: Report
) -> tuple[Instance, ...]:
    """Return the instances with their accounts; valid only if no error is reported."""
    written = {one.id: one for one in raw.instances if one.account or one.register}
    resolver = Resolver(raw.scope, late.of_run)
    return tuple(
        msgspec.structs.replace(one, account=_account(written[one.id], resolver, report))
        if one.id in written
        else one
        for one in instances
    )


def _account(instance: RawInstance, resolver: Resolver, report: Report) -> Account:
    fields: dict[str, object] = {"register": instance.register}
    for one in instance.account:
        property = account_properties()[APPLICATION_ACCOUNT_NAMES.get(one.name, one.name)]
        result = _checked(one, property, resolver, report)
        if isinstance(result, Accepted):
            fields[property.name] = result.value
        elif isinstance(result, Rejected):
            report.error(
                one.place, result.code, f"{shown(one.name)} {result.message}", result.right
            )
    return Account(**fields)  # type: ignore[arg-type]


def _checked(
    written: RawProperty, property: Property, resolver: Resolver, report: Report
) -> Accepted | Rejected | Deferred | None:
    if isinstance(written.value, str) and has_variables(written.value):
        result = check_filled(written, property, resolver, report)
    else:
        result = check(property, written.value)
    hides = property.name == _SECRET and isinstance(result, Rejected)
    return _NO_PASSWORD if hides else result


def check_registrars(
    raw: RawGraph, owners: Mapping[str, str], actions: Mapping[str, Checked], report: Report
) -> None:
    """Report ``Register`` nodes without a registrar, and ``REGISTERED`` without a ``Register``."""
    instances = {one.id: one for one in raw.instances if one.declared}
    registering = {owners.get(node) for node, one in actions.items() if one.kind is Register}
    for node in raw.nodes:
        instance = instances.get(owners.get(node.id, ""))
        if instance is None:
            continue
        checked = actions[node.id]
        has_registrar = any(one.name == _REGISTRAR for one in instance.account)
        if checked.kind is Register and not (has_registrar or _names_registrar(checked)):
            report.error(
                node.place,
                "missing-property",
                f"Register has no registrar, and {_who(instance)} has none",
                f"give one here or to the instance, {_EXAMPLE}",
            )
        by_itself = has_registrar and instance.register
        if checked.kind is Registered and not by_itself and instance.id not in registering:
            report.error(
                node.place,
                "not-registered",
                f"REGISTERED cannot happen: {_who(instance)} does not register",
                "let it Register before, or give it a registrar and register: true",
            )


def _names_registrar(checked: Checked) -> bool:
    names = {*checked.fields, *checked.wrong, *(one.property for one in checked.late)}
    return _REGISTRAR in names


def _who(instance: RawInstance) -> str:
    return f"instance {shown(instance.name or instance.id)}"
