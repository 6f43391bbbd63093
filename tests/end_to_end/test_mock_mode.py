"""``--mode mock`` gives what a real run gives: the same states of nodes, the same failing node."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end import scenarios
from tests.end_to_end.harness import EXAMPLES, Outcome, run

ALIKE = (
    "attended-transfer",
    "busy-callee",
    "by-cause",
    "caller-cancels",
    "digits",
    "messages",
    "no-answer",
    "redirected-call",
)
FAILING = {
    "busy": "  alice: [MakeCall: {to: bob}]\n  bob: [INCOMING, Response: {code: 486}]\n",
    "never called": "  alice: [TIMEOUT: 50ms]\n  bob: [INCOMING: {timeout: 200ms}]\n",
    "hung up": """
  alice: [MakeCall: {to: bob}, Release]
  bob: [INCOMING, Answer, DTMFReceived: {digit: "1"}]
""",
    "wrong leg": "  alice: [Hold: {leg: other}]\n  bob: [TIMEOUT: 50ms]\n",
}
HEAD = 'instances:\n  alice: {number: "100"}\n  bob: {number: "200"}\nflow:\n'


def came_to(outcome: Outcome) -> dict[str, Any]:
    """Return what a run came to, without times, ports and processes."""
    verdict = outcome.verdict
    reason = verdict["reason"] or {}
    return {
        "exit_code": outcome.exit_code,
        "verdict": verdict["verdict"],
        "where": [reason.get(key) for key in ("instance", "node", "code")],
        "nodes": {name: known["nodes"] for name, known in verdict["instances"].items()},
        "left": verdict["cleanup"]["calls_left"],
    }


@pytest.mark.parametrize("name", ALIKE)
def test_an_example_goes_as_in_a_real_run(tmp_path: Path, name: str) -> None:
    path = EXAMPLES / f"{name}.yaml"
    simulated = run(path, tmp_path, "--mode", "mock")
    assert came_to(simulated) == came_to(run(path, tmp_path))
    assert {known["pid"] for known in simulated.verdict["instances"].values()} == {None}


@pytest.mark.parametrize("flow", FAILING.values(), ids=FAILING)
def test_the_same_node_fails_as_in_a_real_run(tmp_path: Path, flow: str) -> None:
    path = scenarios.write(HEAD + flow, tmp_path)
    simulated, real = came_to(run(path, tmp_path, "--mode", "mock")), came_to(run(path, tmp_path))
    assert simulated["exit_code"] == 1
    assert simulated["where"] == real["where"]
    assert simulated["verdict"] == real["verdict"]
