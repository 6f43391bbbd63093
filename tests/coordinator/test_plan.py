"""Plans: one per instance, with its ports and everybody's addresses."""

import msgspec
import pytest

from sipflow.coordinator.plan import Ports, make_plans
from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.protocol.scenario import Instance, Late, Variable
from tests.coordinator.events_of_workers import PLACE, scenario

PORTS = [
    Ports(5060, MediaPorts(first=10_000, count=20)),
    Ports(5064, MediaPorts(first=10_020, count=20)),
]


def test_a_plan_holds_what_its_instance_plays_and_may_bind() -> None:
    alice, bob = make_plans(scenario(), "r1", PORTS)
    peers = {
        "Alice": "sip:100@127.0.0.1:5060",
        "100": "sip:100@127.0.0.1:5060",
        "Bob": "sip:200@127.0.0.1:5064",
        "200": "sip:200@127.0.0.1:5064",
    }
    assert alice == InstancePlan(
        run="r1",
        instance="alice",
        name="Alice",
        number="100",
        host="127.0.0.1",
        port=5060,
        media_ports=MediaPorts(first=10_000, count=20),
        starts=("alice-1",),
        nodes=scenario().instances[0].nodes,
        peers=peers,
    )
    assert (bob.port, bob.media_ports.first, bob.nodes) == (5064, 10_020, ())
    assert bob.peers == peers


def test_a_number_wins_over_another_instances_equal_name() -> None:
    named_like_a_number = Instance(id="bob", name="100", number="200", place=PLACE)
    two = scenario()
    mixed = msgspec.structs.replace(two, instances=(two.instances[0], named_like_a_number))
    plan, _ = make_plans(mixed, "r1", PORTS)
    assert plan.peers["100"] == "sip:100@127.0.0.1:5060"


def test_a_plan_has_the_variables_that_its_own_nodes_lack() -> None:
    late = Late(property="timeout", kind="duration", parts=(Variable("instance.Bob.port"),))
    two = scenario()
    first, second = two.instances[0].nodes
    nodes = (first, msgspec.structs.replace(second, late=(late,)))
    alice = msgspec.structs.replace(two.instances[0], nodes=nodes)
    mixed = msgspec.structs.replace(two, instances=(alice, two.instances[1]))
    one, other = make_plans(mixed, "r1", PORTS)
    assert one.variables == {"instance.Bob.port": "5064"}
    assert other.variables == {}


def test_as_many_ports_as_instances_are_needed() -> None:
    with pytest.raises(ValueError, match="zip"):
        make_plans(scenario(), "r1", PORTS[:1])
