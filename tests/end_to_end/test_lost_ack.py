"""A call whose ACK is lost, and whose BYE is the first that comes after the 200."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.end_to_end.harness import Coordinator
from tests.sip_peer import SDP, peer

PORT = 6160
SCENARIO = """\
instances:
  alice: {number: "100"}
flow:
  alice:
    - INCOMING
    - Answer
    - CONNECTED
    - DISCONNECTED
"""


def test_a_bye_that_comes_instead_of_the_ack_proves_that_the_call_was_answered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    with peer() as caller, ThreadPoolExecutor(1) as aside:

        def part() -> str:
            invite = caller.request("INVITE", PORT, body=SDP)
            answer = caller.receive("200")
            caller.request_in(invite, answer, "BYE")
            while caller.receive("200").get("CSeq") != "2 BYE":
                pass  # the 200 to the INVITE, again
            return "ended"

        with Coordinator(path, tmp_path, "--base-port", str(PORT)) as coordinator:
            coordinator.wait_for(lambda event: event["type"] == "node-state")
            played = aside.submit(part)
            outcome = coordinator.finish()
        assert played.result() == "ended"

    assert outcome.exit_code == 0
    assert set(outcome.nodes("alice").values()) == {"completed"}
    (confirmed,) = [one for one in outcome.of_type("leg-state") if one["new"] == "confirmed"]
    assert confirmed["cause"] == "BYE seen"
    (warning,) = [one for one in outcome.of_type("action-log") if one["level"] == "warning"]
    assert warning["message"] == "a BYE came and no ACK: the 200 had arrived"
