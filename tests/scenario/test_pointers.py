"""The path of a problem: where its place is within the document."""

from pathlib import Path

import pytest

from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_scenario
from tests.scenario.snippets import ALICE, edge, event, read_json, read_yaml

TEXT = """\
instances:
  a/b~c: {number: 100}
  bob: {number: "200", codecs: [PCMA, X]}
flow:
  bob:
    - Realease
    - MakeCall: {too: bob}
      on_failure:
        486: [Hodl]
"""


def paths(reading: Reading) -> list[tuple[str | None, str]]:
    """Return the path and the code of each problem."""
    return [(one.path, one.code) for one in reading.problems]


def test_it_leads_to_the_key_or_the_value() -> None:
    assert paths(read_yaml(TEXT)) == [
        ("/instances/a~1b~0c/number", "wrong-type"),
        ("/instances/bob/codecs/1", "unknown-codec"),
        ("/flow/bob/0", "unknown-word"),
        ("/flow/bob/0", "unknown-leg"),
        ("/flow/bob/1/MakeCall/too", "unknown-property"),
        ("/flow/bob/1/on_failure/486/0", "unknown-word"),
    ]


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("a: [", None, "bad-syntax"),
        ("[]", "", "no-scenario"),
        ("nodes: []", "/nodes", "no-scenario"),
        ("{flow: {}}", "", "missing-instances"),
    ],
)
def test_the_whole_document_is_empty_and_what_is_none_has_no_path(
    text: str, path: str | None, code: str
) -> None:
    assert paths(read_yaml(text)) == [(path, code)]


def test_in_a_drawn_graph_it_leads_to_the_node_or_the_edge() -> None:
    graph = {
        "nodes": [ALICE, event("e", "RINING"), 5, event("e", "TIMEOUT", timeout=9000)],
        "edges": [edge("i", "e"), 7],
    }
    assert paths(read_json(graph)) == [
        ("/nodes/1", "duplicate-id"),
        ("/nodes/1", "unknown-word"),
        ("/nodes/2", "wrong-type"),
        ("/edges/1", "wrong-type"),
    ]


def test_in_a_sub_flow_it_is_that_within_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("steps: [Wait: soon]\n")
    file = tmp_path / "call.yaml"
    file.write_text("instances: {a: {number: '1'}}\nflow: {a: [use: x.yaml]}\n")
    (problem,) = read_scenario(file).problems
    assert (problem.place.file, problem.path) == (f"{tmp_path}/x.yaml", "/steps/0/Wait")
    (tmp_path / "x.yaml").write_text("steps: [\n")
    assert paths(read_scenario(file)) == [(None, "bad-syntax")]
    (tmp_path / "x.yaml").write_text("[Release]\n")
    assert paths(read_scenario(file)) == [("", "missing-steps")]
