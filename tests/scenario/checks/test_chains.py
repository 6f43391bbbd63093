"""Chains that lead round in a circle, and nodes that no instance reaches."""

import pytest

from tests.scenario.snippets import ALICE, coded, edge, event, read_json


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": [ALICE, event("a")], "edges": [edge("i", "a"), edge("a", "a")]},
            [
                ("call.json: node a: error: cycle"),
            ],
            id="a node that leads to itself",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("a"), event("b"), event("c"), event("d")],
                "edges": [
                    edge("i", "a"),
                    edge("a", "b"),
                    edge("b", "a"),
                    edge("b", "c", sourceHandle="failure"),
                    edge("c", "d"),
                    edge("d", "c"),
                ],
            },
            [
                ("call.json: node b: error: cycle"),
                ("call.json: node d: error: cycle"),
            ],
            id="two circles",
        ),
        pytest.param(
            {
                "nodes": [ALICE, *(event(f"e{n}") for n in range(12))],
                "edges": [edge("i", "e0"), *(edge(f"e{n}", f"e{(n + 1) % 12}") for n in range(12))],
            },
            [
                ("call.json: node e11: error: cycle"),
            ],
            id="a long circle",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("a"), event("b", sipInstanceId="i"), event("c")],
                "edges": [edge("i", "a"), edge("b", "c")],
            },
            [
                ("call.json: node b: warning: unreachable-step"),
                ("call.json: node c: warning: unreachable-step"),
            ],
            id="nodes that no instance reaches",
        ),
    ],
)
def test_every_chain_comes_from_an_instance_and_to_an_end(
    graph: object, expected: list[str]
) -> None:
    reading = read_json(graph)
    assert coded(reading) == expected
    assert (reading.scenario is None) == any(" error: " in line for line in expected)


def test_an_unreached_node_stays_in_the_scenario_if_it_is_known_whose_it_is() -> None:
    graph = {"nodes": [ALICE, event("a", sipInstanceId="i"), event("b")]}
    found = read_json(graph).scenario
    assert found is not None
    assert [node.id for node in found.instances[0].nodes] == ["a"]
