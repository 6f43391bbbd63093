"""Checks that local mode can reach the targets of calls, transfers and registrations.

Local mode has only SIP over UDP and TCP on the loopback network of IPv4, 127.0.0.0/8: its instances
listen on 127.0.0.1, from where the system sends nothing to other hosts. Host names are not
resolved.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address

from msgspec import Struct

from sipflow.scenario.checks.node import Checked
from sipflow.scenario.model.actions import Message, Place
from sipflow.scenario.model.graph import Instance
from sipflow.scenario.problems import Report, Severity
from sipflow.scenario.raw_graph import RawGraph, RawProperty
from sipflow.scenario.variables.scope import Filled
from sipflow.scenario.vocabulary import properties
from sipflow.sip.uri import is_sip_uri
from sipflow.text import listed, shown

TRANSPORTS = ("udp", "tcp")
_UNREACHED = "cannot be reached in local mode: its host is not in 127.0.0.0/8"
_RIGHT = "give an address of 127.0.0.0/8, or call a number of the scenario"
_URI = re.compile(
    r"(?:(sips?):)?(?:[^@]*@)?(\[[^]]*\]|[^:;?\[\]]*)(?::[0-9]+)?(;[^?]*)?(?:\?.*)?", re.IGNORECASE
)
_PARAMETER = re.compile(r";(transport|maddr)=([^;]*)", re.IGNORECASE)
# Reserved names without a host (RFC 2606, RFC 6761), and the names of this host.
_NOWHERE = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid)")
_HERE = re.compile(r"(?:.*\.)?localhost")
# Properties with a registrar or a host only, besides those with targets.
_PLACES = ("registrar", "host")


class Obstacle(Struct, frozen=True):
    """Why a target cannot be reached, and what would be right."""

    severity: Severity
    message: str
    right: str


def check_reach_of(
    raw: RawGraph,
    instances: tuple[Instance, ...],
    actions: Mapping[str, Checked],
    report: Report,
) -> None:
    """Report targets and registrars that local mode cannot reach."""
    for place, target, secret in _places(raw, instances, actions):
        for obstacle in obstacles(target):
            name = "a value of the environment" if secret else shown(target)
            add = report.error if obstacle.severity == "error" else report.warning
            add(place, "unreachable-target", f"{name} {obstacle.message}", obstacle.right)


def obstacles(target: str) -> Iterator[Obstacle]:
    """Yield every reason why local mode cannot reach a SIP URI, a registrar or a host."""
    match = _URI.fullmatch(target)
    if match is None:
        return
    scheme, host, parameters = match.groups()
    if (scheme or "").lower() == "sips":
        yield Obstacle("error", "asks for TLS, which local mode does not have", "write sip:")
    hosts = [host]
    for name, value in _PARAMETER.findall(parameters or ""):
        if name.lower() == "maddr":
            hosts.append(value)
        elif value.lower() not in TRANSPORTS:
            yield Obstacle(
                "error",
                f"asks for the transport {value}, which local mode does not have",
                f"write transport={listed(TRANSPORTS)}, or leave it out",
            )
    for one in hosts:
        yield from _obstacles_of_host(one)


def _obstacles_of_host(host: str) -> Iterator[Obstacle]:
    name = host.strip("[]").rstrip(".").lower()
    if host.startswith("["):
        yield Obstacle("error", "is IPv6, and local mode has only IPv4", _RIGHT)
        return
    try:
        is_here = IPv4Address(name).is_loopback
    except AddressValueError:
        if _HERE.fullmatch(name) is None:
            yield from _obstacles_of_name(name)
        return
    if not is_here:
        yield Obstacle("error", _UNREACHED, _RIGHT)


def _obstacles_of_name(name: str) -> Iterator[Obstacle]:
    if _NOWHERE.fullmatch(name) is not None:
        yield Obstacle("error", _UNREACHED, _RIGHT)
    else:
        yield Obstacle(
            "warning",
            "is reached in local mode only if its host is in 127.0.0.0/8",
            _RIGHT,
        )


def _places(
    raw: RawGraph, instances: tuple[Instance, ...], actions: Mapping[str, Checked]
) -> Iterator[tuple[Place, str, bool]]:
    """Yield every target with its place, and whether it must not be shown."""
    registrars = {one.id: one.account.registrar for one in instances if one.account is not None}
    for instance in raw.instances:
        registrar = registrars.get(instance.id)
        for written in instance.account:
            if written.name == "registrar" and registrar is not None:
                yield written.place, registrar, _is_secret(written, raw)
    for node in raw.nodes:
        yield from _places_of_node(actions[node.id])


def _is_secret(written: RawProperty, raw: RawGraph) -> bool:
    found = raw.scope.fill(str(written.value), Report())
    return isinstance(found, Filled) and found.secret


def _places_of_node(checked: Checked) -> Iterator[tuple[Place, str, bool]]:
    # The sender of a message is only compared, and need not be reached.
    if checked.kind is None or checked.kind is Message:
        return
    late = {one.property for one in checked.late}
    for property in properties(checked.kind):
        target = checked.fields.get(property.name)
        is_place = property.name in _PLACES or (property.is_target and is_sip_uri(str(target)))
        if isinstance(target, str) and target and is_place and property.name not in late:
            yield checked.places[property.name], target, property.name in checked.secret
