"""The run's own variables: their names for a set of instances, and their values. Pure.

``${run}`` is the run's id, ``${instance.NAME.port}`` and the like give the address of an instance.
They are known once a run has its ports: after the scenario is checked, before a worker begins.
"""

from collections.abc import Collection, Iterable, Mapping

from sipflow.scenario.model.actions import Variable
from sipflow.scenario.model.graph import Instance, Node
from sipflow.sip.uri import sip_uri

RUN = "run"
# The parameter of a URI for TCP (RFC 3261 §19.1.1).
BY_TCP = ";transport=tcp"
# The last parts of an instance's variables.
ASPECTS = ("name", "number", "host", "port", "uri")


def instance_names(ids: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Return the names of the variables of instances, each by its id and by its name."""
    return frozenset(
        variable(one, aspect) for one in {*ids, *names} if _can_be_named(one) for aspect in ASPECTS
    )


def variable(instance: str, aspect: str) -> str:
    """Return the name of one instance's variable."""
    return f"instance.{instance}.{aspect}"


def aspects(instance: Instance, host: str, port: int) -> dict[str, str]:
    """Return the values of an instance's variables, once it has its port."""
    uri = reaching(instance, host, port)
    asked = (instance.name, instance.number, host, str(port), uri)
    return dict(zip(ASPECTS, asked, strict=True))


def reaching(instance: Instance, host: str, port: int) -> str:
    """Return the SIP URI of an instance, with its transport."""
    uri = sip_uri(instance.number, host, port)
    return uri + BY_TCP if instance.signalling.transport == "tcp" else uri


def wanted(nodes: Iterable[Node]) -> set[str]:
    """Return the names of all variables that nodes still have."""
    return {
        part.name
        for node in nodes
        for late in node.late
        for part in late.parts
        if isinstance(part, Variable)
    }


def values(
    names: Collection[str], run: str, aspects: Iterable[tuple[str, str, Mapping[str, str]]]
) -> dict[str, str]:
    """Return the values of names; ``aspects``: each instance's id, its name, and its values.

    An id takes precedence over another instance's equal name. Captured variables are not included.
    """
    if not names:
        return {}
    known = {RUN: run}
    described = list(aspects)
    for by_id in (False, True):
        for id, name, own in described:
            place = id if by_id else name
            known.update({variable(place, aspect): value for aspect, value in own.items()})
    return {name: known[name] for name in names if name in known}


def _can_be_named(instance: str) -> bool:
    return not any(character in instance for character in "{}\n")
