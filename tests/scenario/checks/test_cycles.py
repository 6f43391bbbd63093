"""Cycles of directed graphs."""

import pytest

from sipflow.scenario.checks.cycles import cycles


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ("", []),
        ("ab bc ac", []),
        ("aa", ["a"]),
        ("ab ba", ["ab"]),
        ("ab bc ca", ["abc"]),
        ("ab bc ca ac", ["ac"]),
        ("ab bc cd db", ["bcd"]),
        ("ab ba cd dc bc", ["ab", "cd"]),
        ("dc cd ab ba", ["ab", "cd"]),
        ("ab ba bc cb", ["ab"]),
        ("ab ac bd cd de eb", ["bde"]),
    ],
)
def test_each_knot_gives_a_shortest_cycle_through_its_first_node(
    edges: str, expected: list[str]
) -> None:
    following = {node: [edge[1] for edge in edges.split() if edge[0] == node] for node in "abcde"}
    assert ["".join(cycle) for cycle in cycles(following)] == expected


def test_a_long_chain_needs_no_recursion() -> None:
    count = 20_000
    chain = {str(node): [str(node + 1)] for node in range(count)} | {str(count): ["0"]}
    assert [len(cycle) for cycle in cycles(chain)] == [count + 1]
