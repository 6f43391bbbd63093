"""Makes one plan per instance from a scenario and its ports. Pure."""

from sipflow.protocol.plan import InstancePlan, Ports
from sipflow.scenario.model.actions import (
    MakeCall,
    Register,
    Response,
    SendMessage,
    looks_into_messages,
)
from sipflow.scenario.model.graph import Node, Scenario
from sipflow.scenario.variables.run_variables import BY_TCP, aspects, reaching, values, wanted
from sipflow.sip.uri import LOCAL_HOST

_TARGETS = ("to", "contact", "registrar")


def make_plans(scenario: Scenario, run: str, ports: list[Ports]) -> tuple[InstancePlan, ...]:
    """Return the plans of a scenario's instances in file order, one for each of ``ports``."""
    peers = _addresses(scenario, ports)
    tcp = _uses_tcp(scenario)
    aspects = _aspects(scenario, ports)
    return tuple(
        InstancePlan(
            run=run,
            instance=instance.id,
            name=instance.name,
            number=instance.number,
            host=LOCAL_HOST,
            port=own.sip,
            media_ports=own.media,
            starts=instance.starts,
            nodes=instance.nodes,
            peers=peers,
            on_refer=instance.on_refer,
            signalling=instance.signalling,
            tcp=tcp,
            variables=values(wanted(instance.nodes), run, aspects),
            messages=any(looks_into_messages(node.action) for node in instance.nodes),
            codecs=instance.codecs,
            account=instance.account,
            secrets=scenario.secrets,
        )
        for instance, own in zip(scenario.instances, ports, strict=True)
    )


def _aspects(scenario: Scenario, ports: list[Ports]) -> list[tuple[str, str, dict[str, str]]]:
    """Return the values of each instance that nodes can refer to, if any node does."""
    if not any(node.late for instance in scenario.instances for node in instance.nodes):
        return []
    return [
        (instance.id, instance.name, aspects(instance, LOCAL_HOST, own.sip))
        for instance, own in zip(scenario.instances, ports, strict=True)
    ]


def _addresses(scenario: Scenario, ports: list[Ports]) -> dict[str, str]:
    """Map names and numbers to SIP URIs; a number wins over another instance's equal name."""
    uris = [
        reaching(instance, LOCAL_HOST, own.sip)
        for instance, own in zip(scenario.instances, ports, strict=True)
    ]
    by_name = {instance.name: uri for instance, uri in zip(scenario.instances, uris, strict=True)}
    by_number = {
        instance.number: uri for instance, uri in zip(scenario.instances, uris, strict=True)
    }
    return by_name | by_number


def _uses_tcp(scenario: Scenario) -> bool:
    """Return whether any call uses TCP: all endpoints need it then, to call or be called."""
    return any(
        instance.signalling.transport == "tcp"
        or (instance.account is not None and BY_TCP in (instance.account.registrar or ""))
        or any(BY_TCP in _target(node).lower() for node in instance.nodes)
        for instance in scenario.instances
    )


def _target(node: Node) -> str:
    for late in node.late:
        if late.property in _TARGETS:
            return "".join(part for part in late.parts if isinstance(part, str))
    match node.action:
        case MakeCall(to=str() as to) | SendMessage(to=str() as to) | Response(contact=str() as to):
            return to
        case Register(registrar=str() as registrar):
            return registrar
        case _:
            return ""
