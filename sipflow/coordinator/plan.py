"""From a scenario and the ports it got to one plan per instance. Pure."""

from dataclasses import dataclass

from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.protocol.scenario import MakeCall, Node, Response, Scenario, SendMessage
from sipflow.protocol.sip import LOCAL_HOST, sip_uri

# The parameter of a URI that says by which transport it is reached (RFC 3261 §19.1.1).
_BY_TCP = ";transport=tcp"
_TRANSPORT = {"udp": "", "tcp": _BY_TCP}


@dataclass(frozen=True, slots=True)
class Ports:
    """What one instance may bind: its SIP port and its range for RTP and RTCP."""

    sip: int
    media: MediaPorts


def make_plans(scenario: Scenario, run: str, ports: list[Ports]) -> tuple[InstancePlan, ...]:
    """Return the plans of a scenario's instances in file order, one for each of ``ports``."""
    peers = _addresses(scenario, ports)
    tcp = _uses_tcp(scenario)
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
            codecs=instance.codecs,
        )
        for instance, own in zip(scenario.instances, ports, strict=True)
    )


def _addresses(scenario: Scenario, ports: list[Ports]) -> dict[str, str]:
    """Map names and numbers to SIP URIs; a number wins over another instance's equal name."""
    uris = [
        sip_uri(instance.number, LOCAL_HOST, own.sip) + _TRANSPORT[instance.signalling.transport]
        for instance, own in zip(scenario.instances, ports, strict=True)
    ]
    by_name = {instance.name: uri for instance, uri in zip(scenario.instances, uris, strict=True)}
    by_number = {
        instance.number: uri for instance, uri in zip(scenario.instances, uris, strict=True)
    }
    return by_name | by_number


def _uses_tcp(scenario: Scenario) -> bool:
    """Tell whether anybody is called by TCP: all endpoints need it then, to call or be called."""
    return any(
        instance.signalling.transport == "tcp"
        or any(_BY_TCP in _target(node).lower() for node in instance.nodes)
        for instance in scenario.instances
    )


def _target(node: Node) -> str:
    match node.action:
        case MakeCall(to=str() as to) | SendMessage(to=str() as to) | Response(contact=str() as to):
            return to
        case _:
            return ""
