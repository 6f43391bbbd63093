"""Digits that are known only as a run goes on: from a header, a row of data, the run's own id."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, cli

HEAD = 'instances: {alice: {number: "100"}, bob: {number: "200"}}\nflow:\n'
# What bob says in a header, and what alice makes digits of.
CAPTURED = """
  alice:
    - MakeCall: {{to: bob, capture: {{{name}: header.X-Pin}}}}
    - SendDTMF: {{digits: "${{{name}}}#", interval: 60ms}}
    - Release
  bob:
    - INCOMING
    - Answer: {{headers: {{X-Pin: "{pin}"}}}}
    - DTMFReceived: {{digits: "12#", timeout: {limit}}}
    - DISCONNECTED
"""
COLUMN = (
    "variables: {pin: }\n"
    + HEAD
    + """
  alice: [MakeCall: bob, SendDTMF: {digits: "${pin}#", interval: 60ms}, Release]
  bob: [INCOMING, Answer, {DTMFReceived: {digits: "${pin}#"}}, DISCONNECTED]
"""
)
PORT = ("--base-port", "24750")


@pytest.mark.parametrize("name", ["pin", "A1"])
def test_digits_from_a_header_are_sent(name: str, tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(HEAD + CAPTURED.format(name=name, pin="12", limit="5s"), encoding="utf-8")
    with Coordinator(path, tmp_path, *PORT) as coordinator:
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["reason"]) == (0, None)


def test_digits_from_a_row_are_sent_in_each_run(tmp_path: Path) -> None:
    (tmp_path / "call.yaml").write_text(COLUMN, encoding="utf-8")
    (tmp_path / "pins.csv").write_text("pin\n12\n09\n", encoding="utf-8")
    command = ("load", "call.yaml", "--concurrency", "1", "--data", "pins.csv", *PORT)
    done = cli(*command, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "2 started, 2 completed" in done.stdout


def test_what_cannot_be_digits_fails_the_node_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(HEAD + CAPTURED.format(name="pin", pin="1x", limit="1s"), encoding="utf-8")
    with Coordinator(path, tmp_path, *PORT) as coordinator:
        outcome = coordinator.finish()
    reason = outcome.verdict["reason"]
    assert (outcome.exit_code, reason["node"]) == (1, "alice-2")
    assert str(reason["message"]).startswith('digits becomes "1x#", which does not fit; it takes ')
