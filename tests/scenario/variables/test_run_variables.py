"""The run's own variables: their names, and what they stand for once the ports are known."""

import msgspec

from sipflow.scenario.model.actions import Place, Release, Variable
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.graph import Instance, Node
from sipflow.scenario.model.signalling import Signalling
from sipflow.scenario.variables.run_variables import aspects, instance_names, values, wanted

PLACE = Place(file="call.json", node="x")
ALICE = Instance(id="i-1", name="Alice", number="100", place=PLACE)
ODD = Instance(id="i-2", name="i-1", number="200", place=PLACE)
DESCRIBED = [
    (one.id, one.name, aspects(one, "127.0.0.1", port))
    for one, port in ((ALICE, 5060), (ODD, 5062))
]


def test_an_instance_is_asked_by_its_id_and_by_its_name() -> None:
    names = instance_names(["i-1"], ["Alice", "od{d"])
    assert names == {
        f"instance.{who}.{what}"
        for who in ("i-1", "Alice")
        for what in ("name", "number", "host", "port", "uri")
    }


def test_what_nodes_lack_is_wanted_once() -> None:
    late = Deferred(property="to", kind="text", parts=("a", Variable("run"), Variable("x")))
    nodes = [
        Node(id="a", instance="i-1", action=Release(), place=PLACE, late=(late, late)),
        Node(id="b", instance="i-1", action=Release(), place=PLACE),
    ]
    assert wanted(nodes) == {"run", "x"}


def test_values_are_those_of_the_run_and_an_id_wins_over_a_name() -> None:
    names = {"run", "instance.i-1.number", "instance.Alice.port", "instance.i-2.uri", "captured"}
    assert values(names, "r1", DESCRIBED) == {
        "run": "r1",
        "instance.i-1.number": "100",
        "instance.Alice.port": "5060",
        "instance.i-2.uri": "sip:200@127.0.0.1:5062",
    }


def test_where_nothing_is_wanted_nothing_is_made() -> None:
    assert values(set(), "r1", DESCRIBED) == {}


def test_an_instance_that_is_called_by_tcp_says_so_in_its_uri() -> None:
    by_tcp = msgspec.structs.replace(ALICE, signalling=Signalling(transport="tcp"))
    uris = [aspects(one, "127.0.0.1", 5060)["uri"] for one in (ALICE, by_tcp)]
    assert uris == ["sip:100@127.0.0.1:5060", "sip:100@127.0.0.1:5060;transport=tcp"]
