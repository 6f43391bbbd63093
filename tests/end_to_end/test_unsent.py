"""Calls whose end cannot be sent where the other side wants it, and BYEs that are refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, Outcome
from tests.end_to_end.scenarios import write
from tests.sip_peer import SDP, Peer, peer

SCENARIO = """\
instances:
  alice: {number: "100"}
flow:
  alice:
    - MakeCall: {to: "PEER", until: ringing}
    - CONNECTED: {timeout: 2s}
      on_failure:
        - goto: end
    - Release:
      id: end
"""
CALLED = """\
instances:
  bob: {number: "200"}
flow:
  bob:
    - INCOMING: {timeout: 20s}
    - Answer
    - Release
"""
UNKNOWN = "Contact: <sip:peer@pbx.example.invalid>"
UNREACHABLE = "Contact: <sip:peer@127.0.0.1:9;transport=tcp>"


def play(other: Peer, contact: str, bye: str, folder: Path) -> Outcome:
    """Run the scenario against a peer that rings, answers with a Contact, and answers the BYE."""
    path = folder / "scenario.yaml"
    path.write_text(SCENARIO.replace("PEER", other.uri))

    def part() -> None:
        invite = other.receive("INVITE")
        other.respond(invite, "180 Ringing")
        other.respond(invite, "200 OK", *([contact] if contact else []), body=SDP)
        if bye:
            other.respond(other.receive("BYE"), bye)

    with ThreadPoolExecutor(1) as aside:
        played = aside.submit(part)
        with Coordinator(path, folder, "--base-port", "6160") as coordinator:
            outcome = coordinator.finish()
        played.result()
    return outcome


def test_a_call_whose_bye_cannot_be_sent_is_left_and_said_so(tmp_path: Path) -> None:
    with peer() as other:
        outcome = play(other, UNREACHABLE, "", tmp_path)
    unsent = "the BYE could not be sent: this instance has no such transport"
    assert outcome.nodes("alice") == {
        "alice-1": "completed",
        "alice-2": "failed",
        "end": "failed",
    }
    assert outcome.verdict["reason"]["message"] == unsent
    assert outcome.verdict["reason"]["code"] is None
    cleanup = outcome.verdict["cleanup"]
    assert (cleanup["confirmed"], cleanup["calls_left"]) == (False, 1)
    assert "ACK seen" not in {event["cause"] for event in outcome.of_type("leg-state")}
    assert outcome.exit_code == 1


def test_a_call_that_came_in_is_left_as_well_where_its_bye_cannot_be_sent(tmp_path: Path) -> None:
    path = write(CALLED, tmp_path)
    with (
        peer() as other,
        Coordinator(path, tmp_path, "--base-port", "6160") as coordinator,
    ):
        coordinator.wait_for_node("bob-1", "running")
        invite = other.request("INVITE", 6160, UNKNOWN, body=SDP)
        other.acknowledge(invite, other.receive("200"))
        outcome = coordinator.finish()
    assert outcome.nodes("bob") == {"bob-1": "completed", "bob-2": "completed", "bob-3": "failed"}
    unsent = "the BYE could not be sent: the host's name is not known"
    assert outcome.verdict["reason"]["message"] == unsent
    cleanup = outcome.verdict["cleanup"]
    assert (cleanup["confirmed"], cleanup["calls_left"]) == (False, 1)
    assert outcome.exit_code == 1


@pytest.mark.parametrize("answer", ["302 Moved Temporarily", "481 Call Does Not Exist"])
def test_a_release_whose_bye_is_refused_succeeds_with_a_warning(
    tmp_path: Path, answer: str
) -> None:
    with peer() as other:
        outcome = play(other, "", answer, tmp_path)
    assert outcome.exit_code == 0
    last = outcome.of_type("leg-state")[-1]
    assert f"{last['code']} {last['message']}" == answer
    warnings = [one for one in outcome.of_type("action-log") if one["level"] == "warning"]
    assert [one["message"] for one in warnings] == [f"the BYE was answered {answer}"]
