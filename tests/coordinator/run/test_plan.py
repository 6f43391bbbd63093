"""Plans: one per instance, with its ports and everybody's addresses."""

import msgspec
import pytest

from sipflow.coordinator.run.plan import make_plans
from sipflow.protocol.plan import InstancePlan, MediaPorts, Ports
from sipflow.scenario.model.actions import MakeCall, NodeAction, Response, SendMessage, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Instance, Node
from sipflow.scenario.model.signalling import Signalling
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


def test_a_plan_says_whether_its_instance_lets_itself_be_transferred() -> None:
    stubborn = Instance(id="bob", name="Bob", number="200", place=PLACE, on_refer="reject")
    two = scenario()
    mixed = msgspec.structs.replace(two, instances=(two.instances[0], stubborn))
    plans = make_plans(mixed, "r1", PORTS)
    assert [plan.on_refer for plan in plans] == ["follow", "reject"]


def test_a_number_wins_over_another_instances_equal_name() -> None:
    named_like_a_number = Instance(id="bob", name="100", number="200", place=PLACE)
    two = scenario()
    mixed = msgspec.structs.replace(two, instances=(two.instances[0], named_like_a_number))
    plan, _ = make_plans(mixed, "r1", PORTS)
    assert plan.peers["100"] == "sip:100@127.0.0.1:5060"


def test_a_plan_has_the_variables_that_its_own_nodes_lack() -> None:
    late = Deferred(property="timeout", kind="duration", parts=(Variable("instance.Bob.port"),))
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


def test_a_number_that_is_called_by_tcp_has_that_in_its_uri_and_all_listen_on_tcp() -> None:
    alice, bob = scenario().instances
    bob = msgspec.structs.replace(bob, signalling=Signalling(transport="tcp"))
    mixed = msgspec.structs.replace(scenario(), instances=(alice, bob))
    plans = make_plans(mixed, "r1", PORTS)
    assert plans[0].peers["200"] == "sip:200@127.0.0.1:5064;transport=tcp"
    assert plans[0].peers["100"] == "sip:100@127.0.0.1:5060"
    assert [plan.tcp for plan in plans] == [True, True]
    assert [plan.signalling.transport for plan in plans] == ["udp", "tcp"]


@pytest.mark.parametrize(
    ("action", "tcp"),
    [
        (MakeCall(to="sip:x@example.org;transport=TCP"), True),
        (SendMessage(to="sip:x@example.org;transport=tcp", body="hi"), True),
        (Response(code=302, contact="sip:x@example.org;transport=tcp"), True),
        (MakeCall(to="sip:x@example.org"), False),
        (SendMessage(leg="call-1", body="hi"), False),
    ],
)
def test_a_uri_that_says_tcp_needs_it(action: NodeAction, tcp: bool) -> None:
    alice, bob = scenario().instances
    node = Node(id="alice-1", instance="alice", action=action, place=PLACE)
    alice = msgspec.structs.replace(alice, nodes=(node,))
    plans = make_plans(msgspec.structs.replace(scenario(), instances=(alice, bob)), "r1", PORTS)
    assert [plan.tcp for plan in plans] == [tcp, tcp]


@pytest.mark.parametrize(
    ("property", "end", "tcp"),
    [("to", ";transport=tcp", True), ("to", "", False), ("body", ";transport=tcp", False)],
)
def test_a_uri_with_a_variable_needs_tcp_if_it_says_so(property: str, end: str, tcp: bool) -> None:
    alice, bob = scenario().instances
    late = Deferred(property=property, kind="text", parts=("sip:x@h:", Variable("run"), end))
    action = SendMessage(leg="call-1", body="hi")
    node = Node(id="alice-1", instance="alice", action=action, place=PLACE, late=(late,))
    alice = msgspec.structs.replace(alice, nodes=(node,))
    plans = make_plans(msgspec.structs.replace(scenario(), instances=(alice, bob)), "r1", PORTS)
    assert [plan.tcp for plan in plans] == [tcp, tcp]
