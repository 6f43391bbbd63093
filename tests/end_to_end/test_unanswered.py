"""A call to where nothing answers, and what comes after it on the same leg."""

from pathlib import Path

from tests.end_to_end.test_signalling import failure, logs, play

CLOSED = '"sip:x@127.0.0.1:9"'
SCENARIO = f"""\
instances:
  alice: {{number: "100"}}
  bob: {{number: "200"}}
flow:
  alice:
    - MakeCall: {{to: {CLOSED}, timeout: 300ms}}
      on_failure:
        - Release
        - MakeCall: {{to: {CLOSED}, until: sent}}
        - Release
        - MakeCall: {{to: bob}}
        - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED
"""


def test_an_invite_that_nothing_answers_is_given_up_and_its_leg_goes_on(tmp_path: Path) -> None:
    outcome = play(SCENARIO, tmp_path)

    assert outcome.exit_code == 0
    assert failure(outcome, "alice-1")["code"] is None
    why = "given up: no response to the INVITE came"
    assert logs(outcome, "alice-2") == [f"leg call-1 was gone already: {why}"]
    assert logs(outcome, "alice-4")[-1] == f"leg call-1 is {why}"
    assert outcome.nodes("alice")["alice-6"] == "completed"
    ended = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert [event["local"] for event in ended if event["code"] is None] == [why, why]
