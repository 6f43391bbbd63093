"""Edges: where they may lead, and whose the nodes are that they join."""

import pytest

from tests.scenario.snippets import (
    ALICE,
    BOB,
    coded,
    command,
    edge,
    event,
    lines,
    read_json,
    scenario,
)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {
                "nodes": [
                    ALICE,
                    BOB,
                    command(targetUri="100", sipInstanceId="k"),
                    event(sipInstanceId="inst-b"),
                ],
                "edges": [edge("i", "a"), edge("j", "e")],
            },
            [
                ("call.json: node a: error: unknown-instance"),
                ("call.json: node e: error: unknown-instance"),
            ],
            id="an unknown instance",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("b-inc")],
                "edges": [
                    edge("i", "b-in"),
                    edge("b-inc", "zzz"),
                    edge("b-inc", "yyy", sourceHandle="failure"),
                ],
            },
            [
                ("call.json: node i: error: unknown-step"),
                ("call.json: node b-inc: error: unknown-step"),
                ("call.json: node b-inc: error: unknown-step"),
            ],
            id="an edge to nowhere",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("b-inc"), event("x")],
                "edges": [edge("i", "b-inc"), edge("b-icn", "x"), edge("zzz", "x")],
            },
            [
                ("call.json: node b-icn: error: unknown-step"),
                ("call.json: node zzz: error: unknown-step"),
            ],
            id="an edge from nowhere",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("a"), event("b"), event("c")],
                "edges": [edge("i", "a"), edge("a", "b"), edge("a", "c")],
            },
            [
                ("call.json: node a: error: duplicate-edge"),
            ],
            id="two success edges",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("a"), event("b"), event("c")],
                "edges": [
                    edge("i", "a"),
                    edge("a", "b", sourceHandle="failure"),
                    edge("a", "c", data={"branchType": "failure"}),
                ],
            },
            [
                ("call.json: node a: error: duplicate-edge"),
            ],
            id="two failure edges",
        ),
        pytest.param(
            {"nodes": [ALICE, event()], "edges": [edge("i", "e", sourceHandle="failure")]},
            [
                ("call.json: node i: error: bad-edge"),
            ],
            id="a failure edge from an instance",
        ),
        pytest.param(
            {"nodes": [ALICE, event()], "edges": [edge("i", "e"), edge("e", "i")]},
            [
                ("call.json: node e: error: bad-edge"),
            ],
            id="an edge into an instance",
        ),
        pytest.param(
            {"nodes": [ALICE, event()], "edges": [edge("i", "e"), edge("i", "e")]},
            [
                ("call.json: node i: error: duplicate-edge"),
            ],
            id="a start node twice",
        ),
        pytest.param(
            {
                "nodes": [ALICE, BOB, event("a"), event("b")],
                "edges": [edge("i", "a"), edge("j", "b"), edge("a", "b")],
            },
            [
                ("call.json: node a: error: bad-edge"),
            ],
            id="an edge into another chain",
        ),
        pytest.param(
            {"nodes": [ALICE, BOB, event("a", sipInstanceId="j")], "edges": [edge("i", "a")]},
            [
                ("call.json: node i: error: bad-edge"),
            ],
            id="a chain that begins in another's",
        ),
    ],
)
def test_every_mistake_is_found_and_nothing_that_follows_from_it(
    graph: object, expected: list[str]
) -> None:
    reading = read_json(graph)
    assert coded(reading) == expected
    assert reading.scenario is None


def test_a_node_belongs_to_the_instance_whose_chain_reaches_it() -> None:
    graph = {
        "nodes": [ALICE, BOB, event("a"), event("b"), command("c", "Answer")],
        "edges": [edge("a", "c"), edge("j", "b"), edge("i", "a")],
    }
    read = scenario(read_json(graph))
    assert [[node.id for node in one.nodes] for one in read.instances] == [["a", "c"], ["b"]]


def test_what_a_node_says_of_its_instance_counts_for_what_hangs_on_it() -> None:
    graph = {
        "nodes": [ALICE, BOB, event("a", sipInstanceId="j"), event("b")],
        "edges": [edge("a", "b")],
    }
    reading = read_json(graph)
    assert [line[:33] for line in lines(reading)] == [
        "call.json: node a: warning: no in",
        "call.json: node b: warning: no in",
    ]
    assert reading.scenario is not None
    assert [node.id for node in reading.scenario.instances[1].nodes] == ["a", "b"]


def test_several_start_edges_keep_their_order() -> None:
    graph = {
        "nodes": [ALICE, event("a"), event("b"), event("c")],
        "edges": [edge("i", "b"), edge("i", "c"), edge("i", "a")],
    }
    assert scenario(read_json(graph)).instances[0].starts == ("b", "c", "a")
