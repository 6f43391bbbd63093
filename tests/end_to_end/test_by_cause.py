"""Failure branches for a cause, with real SIP: what the call ended with leads the way."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.harness import EXAMPLES, run

BRANCHES = """\
name: branches
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: TARGET, timeout: 500ms}
      on_failure:
        486: [{Wait: 0ms, id: busy}]
        4xx: [{Wait: 0ms, id: refused}]
        5xx: [{Wait: 0ms, id: broken}]
        timeout: [{Wait: 0ms, id: late}]
MORE    - {Wait: 0ms, id: answered}
  bob:
    - INCOMING: {ring: false}
    - STEP
"""
OTHERS = "        else: [{Wait: 0ms, id: other}]\n"


def played(folder: Path, step: str, more: str = "", target: str = '"200"') -> tuple[int, set[str]]:
    """Run it with what Bob does; return the exit code, and which of Alice's steps completed."""
    path = folder / "branches.yaml"
    text = BRANCHES.replace("STEP", step).replace("MORE", more).replace("TARGET", target)
    path.write_text(text)
    outcome = run(path, folder)
    done = {name for name, state in outcome.nodes("alice").items() if state == "completed"}
    return outcome.exit_code, done


@pytest.mark.parametrize(
    ("step", "more", "exit_code", "done"),
    [
        ("Response: 486", "", 0, {"busy"}),
        ("Response: 404", "", 0, {"refused"}),
        ("Response: 408", "", 0, {"refused"}),  # received: no time limit has passed
        ("Response: 503", "", 0, {"broken"}),
        ("Response: 603", OTHERS, 0, {"other"}),
        ("Response: 603", "", 1, set()),  # a cause that is not there has no branch
        ("DISCONNECTED", "", 0, {"late"}),
    ],
)
def test_the_call_leads_along_the_branch_for_its_end(
    tmp_path: Path, step: str, more: str, exit_code: int, done: set[str]
) -> None:
    assert played(tmp_path, step, more) == (exit_code, done)


def test_nobody_there_is_a_timeout_too(tmp_path: Path) -> None:
    path = tmp_path / "nobody.yaml"
    path.write_text(
        'instances: {alice: {number: "100"}}\n'
        "flow:\n"
        "  alice:\n"
        "    - INCOMING: {timeout: 300ms}\n"
        "      on_failure: {timeout: [Wait: 0ms]}\n"
    )
    outcome = run(path, tmp_path)
    assert outcome.exit_code == 0
    assert outcome.nodes("alice") == {"alice-1": "failed", "alice-2": "completed"}


def test_a_drawing_has_the_cause_in_the_data_of_its_edge(tmp_path: Path) -> None:
    def node(id: str, kind: str, owner: str, word: str, **data: object) -> dict[str, object]:
        return {"id": id, "type": kind, "data": {kind: word, "sipInstanceId": owner, **data}}

    graph = {
        "nodes": [
            {"id": "a", "type": "sipInstance", "data": {"label": "Alice", "dn": "100"}},
            {"id": "b", "type": "sipInstance", "data": {"label": "Bob", "dn": "200"}},
            node("call", "command", "a", "MakeCall", targetUri="200"),
            node("busy", "event", "a", "TIMEOUT", timeout=10),
            node("other", "event", "a", "TIMEOUT", timeout=10),
            node("in", "event", "b", "INCOMING"),
            node("no", "command", "b", "Response", statusCode="486"),
        ],
        "edges": [
            {"source": "a", "target": "call"},
            {
                "source": "call", "target": "busy", "sourceHandle": "failure",
                "data": {"branchType": "failure", "condition": "486"},
            },
            {"source": "call", "target": "other", "sourceHandle": "failure"},
            {"source": "b", "target": "in"},
            {"source": "in", "target": "no"},
        ],
    }  # fmt: skip
    path = tmp_path / "drawn.json"
    path.write_text(json.dumps(graph))
    outcome = run(path, tmp_path)
    assert outcome.exit_code == 0
    assert outcome.nodes("a") == {"call": "failed", "busy": "completed", "other": "pending"}


def test_the_example_calls_again_where_bob_is_busy_and_gives_up_where_he_is_silent(
    tmp_path: Path,
) -> None:
    outcome = run(EXAMPLES / "by-cause.yaml", tmp_path)
    assert outcome.exit_code == 0
    assert outcome.nodes("alice") == {
        "alice-1": "failed",
        "alice-2": "completed",
        "alice-3": "failed",
        "alice-4": "pending",
        "end": "completed",
    }
