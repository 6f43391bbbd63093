"""Calls whose ACK is lost, and whose BYE is the first that comes after the 200."""

import contextlib
from pathlib import Path

import pytest

from scripts.bench.lossy_relay import Loses, LossyRelay, every
from tests.end_to_end.harness import Coordinator

PORT = 6160
SCENARIO = """\
variables: {relay: ""}
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "${relay}"}
    - Release
  bob:
    - INCOMING
    - Answer
    - CONNECTED
    - DISCONNECTED
"""


def nothing(_message: bytes) -> bool:
    """Lose nothing."""
    return False


@pytest.mark.parametrize(
    ("loses", "cause", "warnings"),
    [
        (every(b"ACK"), "BYE seen", ["a BYE came and no ACK: the 200 had arrived"]),
        (nothing, "ACK seen", []),
    ],
)
def test_a_bye_that_comes_instead_of_the_ack_proves_that_the_call_was_answered(
    tmp_path: Path, loses: Loses, cause: str, warnings: list[str]
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    with contextlib.ExitStack() as stack:
        relay = stack.enter_context(LossyRelay(PORT, PORT + 2, loses))
        options = ("--base-port", str(PORT), "--set", f"relay={relay.uri}")
        outcome = stack.enter_context(Coordinator(path, tmp_path, *options)).finish()

    assert outcome.exit_code == 0
    assert set(outcome.nodes("bob").values()) == {"completed"}
    confirmed = {
        event["instance"]: event["cause"]
        for event in outcome.of_type("leg-state")
        if event["new"] == "confirmed"
    }
    assert confirmed == {"alice": "ACK seen", "bob": cause}
    logs = outcome.of_type("action-log")
    assert [one["message"] for one in logs if one["level"] == "warning"] == warnings
    assert outcome.verdict["cleanup"]["calls_left"] == 0
