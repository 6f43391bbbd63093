"""XYFlow JSON: nodes, edges and their keys."""

import json
from pathlib import Path

import pytest

from sipflow.scenario.reader import read_scenario, read_text
from tests.scenario.snippets import (
    ALICE,
    BOB,
    CALL,
    coded,
    command,
    edge,
    event,
    instance,
    nodes,
    read_json,
    scenario,
)

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.json"))


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": 5},
            [
                "call.json: error: wrong-type",
            ],
            id="nodes that are no list",
        ),
        pytest.param(
            {"nodes": [ALICE], "edges": {}},
            [
                "call.json: error: wrong-type",
            ],
            id="edges that are no list",
        ),
        pytest.param(
            {"nodes": []},
            [
                ("call.json: error: missing-instances"),
            ],
            id="no node at all",
        ),
        pytest.param(
            {"nodes": [ALICE, "x"], "edges": []},
            [
                ("call.json: node nodes[1]: error: wrong-type"),
            ],
            id="a node that is no object",
        ),
        pytest.param(
            {"nodes": [ALICE, {"type": "event", "data": {"event": "INCOMING"}}], "edges": []},
            [
                ("call.json: node nodes[1]: error: bad-id"),
            ],
            id="a node without id",
        ),
        pytest.param(
            {
                "nodes": [ALICE, {"id": 5, "type": "event", "data": {"event": "INCOMING"}}],
                "edges": [],
            },
            [
                ("call.json: node nodes[1]: error: bad-id"),
            ],
            id="an id that is a number",
        ),
        pytest.param(
            {"nodes": [ALICE, event("a\nb")], "edges": []},
            [
                ("call.json: node nodes[1]: error: bad-id"),
            ],
            id="an id with a line break",
        ),
        pytest.param(
            {
                "nodes": [ALICE, BOB, CALL, command(targetUri="100"), event("a")],
                "edges": [edge("i", "a"), edge("a", "a")],
            },
            [
                ("call.json: node a: error: duplicate-id"),
            ],
            id="an id given twice",
        ),
        pytest.param(
            {"nodes": [ALICE, {"id": "a", "data": {}}], "edges": []},
            [
                ("call.json: node a: error: unknown-type"),
            ],
            id="a node without type",
        ),
        pytest.param(
            {
                "nodes": [
                    ALICE,
                    {"id": "j", "type": "sipinstance", "data": {"dn": "200"}},
                    event(),
                ],
                "edges": [edge("j", "e"), edge("e", "j"), edge("j", "e", sourceHandle="failure")],
            },
            [
                ("call.json: node j: error: unknown-type"),
            ],
            id="a misspelt type, and what hangs on it",
        ),
        pytest.param(
            {"nodes": [ALICE, {"id": "j", "type": "note", "data": {}}], "edges": []},
            [
                ("call.json: node j: error: unknown-type"),
            ],
            id="a type of something else",
        ),
        pytest.param(
            {
                "nodes": [
                    ALICE,
                    {"id": "a", "type": "command"},
                    {"id": "b", "type": "sipInstance", "data": 5},
                ],
                "edges": [edge("i", "a")],
            },
            [
                "call.json: node a: error: wrong-type",
                ("call.json: node b: error: wrong-type"),
            ],
            id="a node without data",
        ),
        pytest.param(
            {"nodes": [instance(label=5)], "edges": []},
            [
                ("call.json: node i: error: wrong-type"),
            ],
            id="a label that is not a text",
        ),
        pytest.param(
            {"nodes": [instance(label="a\nb")], "edges": []},
            [
                ("call.json: node i: error: bad-name"),
            ],
            id="a label on two lines",
        ),
        pytest.param(
            {"nodes": [instance(register="no")], "edges": []},
            [
                ("call.json: node i: error: wrong-type"),
            ],
            id="register that is a text",
        ),
        pytest.param(
            {"nodes": [instance(number="101")], "edges": []},
            [
                ("call.json: node i: error: conflicting-properties"),
            ],
            id="an instance with two numbers",
        ),
        pytest.param(
            {
                "nodes": [ALICE, {"id": "a", "type": "command", "data": {"event": "INCOMING"}}],
                "edges": [edge("i", "a")],
            },
            [
                "call.json: node a: error: missing-word",
            ],
            id="a node without word",
        ),
        pytest.param(
            {"nodes": [ALICE, command(word=5)], "edges": [edge("i", "a")]},
            [
                ("call.json: node a: error: missing-word"),
            ],
            id="a word that is a number",
        ),
        pytest.param(
            {"nodes": [ALICE, event(sipInstanceId=5)], "edges": [edge("i", "e")]},
            [
                ("call.json: node e: error: wrong-type"),
            ],
            id="an instance that is a number",
        ),
        pytest.param(
            {"nodes": [ALICE], "edges": [5]},
            [
                ("call.json: node edges[0]: error: wrong-type"),
            ],
            id="an edge that is no object",
        ),
        pytest.param(
            {"nodes": [ALICE], "edges": [{}]},
            [
                "call.json: node edges[0]: error: bad-edge",
                "call.json: node edges[0]: error: bad-edge",
            ],
            id="an edge without ends",
        ),
        pytest.param(
            {"nodes": [ALICE], "edges": [edge("i", 5)]},
            [
                ("call.json: node edges[0]: error: bad-edge"),
            ],
            id="an edge whose end is a number",
        ),
        pytest.param(
            {"nodes": [ALICE], "Nodes": []},
            [
                "call.json: error: duplicate-key",
            ],
            id="a key in two letter cases",
        ),
        pytest.param(
            {"nodes": [ALICE], "name": 5},
            [
                ("call.json: error: wrong-type"),
            ],
            id="a name that is a number",
        ),
    ],
)
def test_a_problem_names_the_node_and_what_would_be_right(
    graph: object, expected: list[str]
) -> None:
    reading = read_json(graph)
    assert coded(reading) == expected
    assert reading.scenario is None


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_files_of_the_desktop_application_are_read_unchanged(path: Path) -> None:
    reading = read_scenario(path)
    read = reading.scenario
    assert read is not None
    # T20 is about a leg that does not exist, which is worth a warning.
    warned = [problem.place.node for problem in reading.problems]
    assert warned == (["a-bad"] if path.stem == "T20" else [])
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert read.name == path.stem
    assert sum(len(one.nodes) + 1 for one in read.instances) == len(saved["nodes"])


def test_a_file_becomes_a_graph() -> None:
    graph = {
        "name": "a call",
        "viewport": {"zoom": 1},
        "nodes": [
            {**ALICE, "position": {"x": 0, "y": 1.5}},
            BOB,
            command(targetUri="200", sipInstanceId="i"),
            event("t", "TIMEOUT", timeout=500),
            event("f", "TIMEOUT", timeout="2s"),
        ],
        "edges": [
            edge("i", "a", sourceHandle="source"),
            edge("a", "t", sourceHandle="success", data={"branchType": "success"}),
            edge("a", "f", sourceHandle="source", data={"branchType": "failure"}),
        ],
    }
    read = scenario(read_json(graph))
    assert read.name == "a call"
    assert [(one.id, one.name, one.number, one.starts) for one in read.instances] == [
        ("i", "A", "100", ("a",)),
        ("j", "B", "200", ()),
    ]
    call, wait, other = read.instances[0].nodes
    assert (call.success, call.failure) == ("t", "f")
    assert (wait.action.timeout, other.action.timeout) == (0.5, 2.0)
    assert str(call.place) == "call.json: node a"


def test_keys_of_the_graph_are_read_in_any_letter_case() -> None:
    graph = {
        "NODES": [
            {"Id": "i", "TYPE": "sipInstance", "Data": {"dn": "100"}},
            {"ID": "e", "Type": "event", "DATA": {"event": "INCOMING"}},
            {"ID": "f", "Type": "event", "DATA": {"event": "INCOMING"}},
        ],
        "Edges": [
            {"Source": "i", "TARGET": "e"},
            {"SOURCE": "e", "target": "f", "SourceHandle": "failure"},
        ],
        "Name": "x",
    }
    assert nodes(read_json(graph))["e"].failure == "f"


def test_keys_that_come_twice_are_said_with_their_node() -> None:
    text = (
        '{"x": {"a": 1, "a": 2}, "y": 1, "y": 2, "nodes": ['
        '{"id": "i", "type": "sipInstance", "data": {"dn": "1", "dn": "2"}}], "edges": ['
        '{"source": "i", "source": "i", "target": "i"}]}'
    )
    assert coded(read_text(text.encode(), "call.json"))[:4] == [
        "call.json: error: duplicate-key",
        "call.json: error: duplicate-key",
        "call.json: node i: error: duplicate-key",
        "call.json: node i: error: bad-edge",
    ]
