"""Raw graphs."""

import pytest

from sipflow.scenario.raw_graph import Format, RawGraph


@pytest.mark.parametrize(("format", "noun"), [("yaml", "step"), ("xyflow", "node")])
def test_a_node_is_called_what_its_format_calls_it(format: Format, noun: str) -> None:
    graph = RawGraph(format=format, file="f", name="n", instances=(), nodes=(), edges=())
    assert graph.noun == noun
