"""Chains that lead round in a circle, and nodes that no instance reaches."""

import pytest

from tests.coordinator.scenario.snippets import ALICE, edge, event, lines, read_json


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": [ALICE, event("a")], "edges": [edge("i", "a"), edge("a", "a")]},
            [
                (
                    'call.json: node a: error: nodes lead round in a circle: "a" → "a"; let '
                    "every chain come to an end; repeat what is to happen again"
                ),
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
                (
                    'call.json: node b: error: nodes lead round in a circle: "a" → "b" → "a"; '
                    "let every chain come to an end; repeat what is to happen again"
                ),
                (
                    'call.json: node d: error: nodes lead round in a circle: "c" → "d" → "c"; '
                    "let every chain come to an end; repeat what is to happen again"
                ),
            ],
            id="two circles",
        ),
        pytest.param(
            {
                "nodes": [ALICE, *(event(f"e{n}") for n in range(12))],
                "edges": [edge("i", "e0"), *(edge(f"e{n}", f"e{(n + 1) % 12}") for n in range(12))],
            },
            [
                (
                    'call.json: node e11: error: nodes lead round in a circle: "e0" → "e1" → '
                    '"e2" → "e3" → "e4" → "e5" → "e6" → "e7" → "e8" → "e9" → … → "e0"; let every '
                    "chain come to an end; repeat what is to happen again"
                ),
            ],
            id="a long circle",
        ),
        pytest.param(
            {
                "nodes": [ALICE, event("a"), event("b", sipInstanceId="i"), event("c")],
                "edges": [edge("i", "a"), edge("b", "c")],
            },
            [
                (
                    "call.json: node b: warning: no instance reaches this node: it will stay "
                    "pending; connect it to an instance's chain, or take it out"
                ),
                (
                    "call.json: node c: warning: no instance reaches this node: it will stay "
                    "pending; connect it to an instance's chain, or take it out"
                ),
            ],
            id="nodes that no instance reaches",
        ),
    ],
)
def test_every_chain_comes_from_an_instance_and_to_an_end(
    graph: object, expected: list[str]
) -> None:
    reading = read_json(graph)
    assert lines(reading) == expected
    assert (reading.scenario is None) == any(" error: " in line for line in expected)


def test_an_unreached_node_stays_in_the_scenario_if_it_is_known_whose_it_is() -> None:
    graph = {"nodes": [ALICE, event("a", sipInstanceId="i"), event("b")]}
    found = read_json(graph).scenario
    assert found is not None
    assert [node.id for node in found.instances[0].nodes] == ["a"]
