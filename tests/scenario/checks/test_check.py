"""From a raw graph to a scenario, whatever the format was."""

import msgspec

from sipflow.scenario.checks.check import check
from sipflow.scenario.model.actions import Incoming, MakeCall, Place, Release
from sipflow.scenario.model.graph import Instance, Node
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawEdge, RawGraph, RawInstance, RawNode
from sipflow.scenario.raw_graph import RawProperty as Property
from tests.scenario.snippets import edge, instance, read_json, read_yaml, scenario

PLACE = Place(file="f", line=1, column=1)
NUMBER = Property("number", "100", PLACE, PLACE)
TO = Property("to", "100", PLACE, PLACE)


def node(id: str, word: str, *properties: Property, owner: str | None = "i") -> RawNode:
    """Return a raw node."""
    return RawNode(
        id=id, owner=owner, word=word, kind=None, properties=tuple(properties), place=PLACE
    )


GRAPH = RawGraph(
    format="yaml",
    file="f",
    name="a call",
    instances=(RawInstance(id="i", place=PLACE, name="alice", number=NUMBER),),
    nodes=(node("a", "MakeCall", TO), node("b", "Release"), node("c", "INCOMING")),
    edges=(
        RawEdge("i", "a", "start", PLACE),
        RawEdge("a", "b", "success", PLACE),
        RawEdge("a", "c", "failure", PLACE),
    ),
)


def test_a_graph_without_problems_becomes_a_scenario() -> None:
    report = Report()
    found = check(GRAPH, report)
    assert report.in_order(lambda place: (0, 0)) == ()
    assert found is not None
    assert found.instances == (
        Instance(
            id="i",
            name="alice",
            number="100",
            place=PLACE,
            starts=("a",),
            nodes=(
                Node(
                    id="a",
                    instance="i",
                    action=MakeCall(to="100"),
                    place=PLACE,
                    success="b",
                    failure="c",
                ),
                Node(id="b", instance="i", action=Release(), place=PLACE),
                Node(id="c", instance="i", action=Incoming(), place=PLACE),
            ),
        ),
    )


def test_an_error_that_the_reader_reported_leaves_no_scenario() -> None:
    report = Report()
    report.error(PLACE, "bad-value", "something", "something else")
    assert check(GRAPH, report) is None


def test_a_node_that_belongs_to_nobody_is_left_out_with_a_warning() -> None:
    report = Report()
    nodes = (*GRAPH.nodes, node("d", "INCOMING", owner=None))
    found = check(msgspec.structs.replace(GRAPH, nodes=nodes), report)
    assert found is not None
    assert [one.id for one in found.instances[0].nodes] == ["a", "b", "c"]
    assert len(report.in_order(lambda place: (0, 0))) == 1


def test_both_formats_give_the_same_graph() -> None:
    yaml = """
name: a call
instances: {alice: {number: "100"}}
flow:
  alice:
    - {MakeCall: {to: "100", timeout: 2s}, id: a, on_failure: [{TIMEOUT: 100, id: f}]}
    - {Release: , id: r}
"""
    graph = {
        "name": "a call",
        "nodes": [
            instance("alice", label="alice"),
            {
                "id": "a",
                "type": "command",
                "data": {"command": "MakeCall", "targetUri": "100", "timeout": 2000},
            },
            {"id": "f", "type": "event", "data": {"event": "TIMEOUT", "timeout": 100}},
            {"id": "r", "type": "command", "data": {"command": "Release"}},
        ],
        "edges": [
            edge("alice", "a"),
            edge("a", "f", sourceHandle="failure"),
            edge("a", "r", sourceHandle="success"),
        ],
    }

    def without_places(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: without_places(inner)
                for key, inner in value.items()
                if key not in ("place", "file")
            }
        return (
            [without_places(item) for item in value] if isinstance(value, list | tuple) else value
        )

    first, second = (
        without_places(msgspec.to_builtins(scenario(reading)))
        for reading in (read_yaml(yaml), read_json(graph))
    )
    assert first == second
