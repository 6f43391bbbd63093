"""Hold and retrieval from either side of a call: the cases, their variants, and the wire."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.capture import Capture
from tests.end_to_end.harness import EXAMPLES, Coordinator, Outcome, cli, run
from tests.end_to_end.test_cases import assert_whole, edge, node, variant
from tests.extent import extent
from tests.worker.ua.raw_sip_peer import RawPeer

# Below the ports that the system gives to whoever asks for any.
PORT = 21_140
BASE = ("--base-port", str(PORT))
SIP_PORTS = range(PORT, PORT + 28, 2)
ON_WIRE = f"udp portrange {PORT}-{PORT + 27}"
# Runs of the example one after another.
RUNS = extent(10, 50)


def write(folder: Path, alice: str, bob: str) -> Path:
    """Write a call in which each does something; the steps are given one a line."""
    flows = {
        "alice": ["MakeCall: {to: bob}", *alice.splitlines(), "Release"],
        "bob": ["INCOMING", "Answer", *bob.splitlines(), "DISCONNECTED"],
    }
    text = 'instances: {alice: {number: "100"}, bob: {number: "200"}}\nflow:\n'
    for name, steps in flows.items():
        text += f"  {name}:\n" + "".join(f"    - {step.strip()}\n" for step in steps if step)
    path = folder / "hold.yaml"
    path.write_text(text)
    return path


def media(outcome: Outcome, instance: str) -> list[tuple[str, str, bool]]:
    """Return direction, origin and hold of each change that an instance told of."""
    return [
        (event["direction"], event["by"], event["held"])
        for event in outcome.of_type("media-state")
        if event["instance"] == instance
    ]


def port(outcome: Outcome, instance: str) -> int:
    """Return the SIP port that an instance had."""
    return int(outcome.verdict["instances"][instance]["port"])


def at(outcome: Outcome, node: str, state: str) -> float:
    """Return the time of a node's entry into a state, by the clock that all instances share."""
    return next(
        float(event["ts"])
        for event in outcome.of_type("node-state")
        if (event["node"], event["new"]) == (node, state)
    )


def from_the_other_side(document: Any) -> None:
    """Let the called hold and retrieve, and the caller wait for it."""
    for ours, theirs, word in (("a-hold", "b-held", "HELD"), ("a-retr", "b-retr", "RETRIEVED")):
        command = node(document, ours)["command"]
        for one in document["nodes"]:
            if one["id"] == ours:
                one["type"] = "event"
                one["data"] = {"event": word, "sipInstanceId": "inst-a", "callId": "primary"}
            if one["id"] == theirs:
                one["type"] = "command"
                one["data"] = {"command": command, "sipInstanceId": "inst-b", "callId": "primary"}


def without_waits(document: Any) -> None:
    """Remove the two waits between A's commands: they follow on each other at once."""
    edge(document, "e2")["target"] = "a-hold"
    edge(document, "e4")["target"] = "a-retr"
    document["nodes"] = [one for one in document["nodes"] if one["id"] not in ("a-w1", "a-w2")]
    document["edges"] = [one for one in document["edges"] if one["id"] not in ("e3", "e5")]


def at_once_from_the_other_side(document: Any) -> None:
    from_the_other_side(document)
    without_waits(document)


@pytest.mark.parametrize("change", [lambda document: None, without_waits])
def test_t17_a_call_is_held_and_retrieved(tmp_path: Path, change: Any) -> None:
    path = variant("T17", tmp_path, change)
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, tmp_path, *BASE)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert_whole(outcome)
    assert outcome.verdict["cleanup"]["calls_released"] == 0
    if change is not without_waits:
        assert outcome.g("a-hold", "completed") < outcome.g("a-retr", "running")
        assert outcome.g("b-held", "completed") < outcome.g("a-retr", "running")
    assert outcome.g("b-held", "completed") < outcome.g("b-retr", "completed")
    assert media(outcome, "inst-a") == [("sendonly", "local", False), ("sendrecv", "local", False)]
    assert media(outcome, "inst-b") == [("recvonly", "remote", True), ("sendrecv", "remote", False)]
    invites = capture.requests("INVITE")
    assert [one.direction for one in invites] == ["sendrecv", "sendonly", "sendrecv"]
    assert {one.source for one in invites} == {port(outcome, "inst-a")}
    assert len({one.header("Call-ID") for one in invites}) == 1
    answers = [one for one in capture.sip() if one.code == 200 and one.direction]
    assert [one.direction for one in answers] == ["sendrecv", "recvonly", "sendrecv"]
    assert capture.malformed() == []


@pytest.mark.parametrize("change", [from_the_other_side, at_once_from_the_other_side])
def test_t17_the_called_holds_and_retrieves_and_the_caller_waits(
    tmp_path: Path, change: Any
) -> None:
    path = variant("T17", tmp_path, change)
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, tmp_path, *BASE)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert_whole(outcome)
    assert outcome.g("a-hold", "completed") < outcome.g("a-retr", "completed")
    assert media(outcome, "inst-a") == [("recvonly", "remote", True), ("sendrecv", "remote", False)]
    caller, called = port(outcome, "inst-a"), port(outcome, "inst-b")
    assert [(one.source, one.direction) for one in capture.requests("INVITE")] == [
        (caller, "sendrecv"),
        (called, "sendonly"),
        (called, "sendrecv"),
    ]


@pytest.mark.parametrize("word", ["Hold", "Retrieve", "HELD", "RETRIEVED"])
def test_t20_a_wrong_leg_fails_its_node_and_touches_nothing(tmp_path: Path, word: str) -> None:
    def change(document: Any) -> None:
        bad = next(one for one in document["nodes"] if one["id"] == "a-bad")
        kind = "event" if word.isupper() else "command"
        bad["type"] = kind
        bad["data"] = {kind: word, "sipInstanceId": "inst-a", "callId": "missing"}

    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(variant("T20", tmp_path, change), tmp_path, *BASE)

    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert outcome.nodes("inst-a")["a-bad"] == "failed"
    ended = [one for one in outcome.of_type("leg-state") if one["new"] == "terminated"]
    assert len(ended) == 4
    assert min(one["ts"] for one in ended) > at(outcome, "a-ok", "completed")
    assert at(outcome, "c-disc", "completed") > at(outcome, "a-rel2", "running")
    assert outcome.g("a-bad", "failed") < outcome.g("a-ok", "running")
    assert len(capture.requests("INVITE")) == 2
    bad = next(event for event in outcome.of_type("node-state") if event["new"] == "failed")
    assert bad["reason"]["message"] == "there is no leg missing"


def test_both_sides_can_hold_and_nothing_flows_until_both_have_retrieved(tmp_path: Path) -> None:
    path = write(tmp_path, "Hold\nHELD\nRetrieve\nRETRIEVED", "HELD\nHold\nRETRIEVED\nRetrieve")
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    assert media(outcome, "alice") == [
        ("sendonly", "local", False),
        ("inactive", "remote", True),
        ("recvonly", "local", True),
        ("sendrecv", "remote", False),
    ]
    assert media(outcome, "bob") == [
        ("recvonly", "remote", True),
        ("inactive", "local", True),
        ("sendonly", "remote", False),
        ("sendrecv", "local", False),
    ]
    assert [one.direction for one in capture.requests("INVITE")] == [
        "sendrecv", "sendonly", "inactive", "sendrecv", "sendrecv",
    ]  # fmt: skip


def test_the_example_on_the_wire(tmp_path: Path) -> None:
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(EXAMPLES / "hold.yaml", tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    alice, bob = port(outcome, "alice"), port(outcome, "bob")
    invites = capture.requests("INVITE")
    assert [(one.source, one.direction) for one in invites] == [
        (alice, "sendrecv"), (alice, "sendonly"), (alice, "sendrecv"),
        (bob, "sendonly"), (bob, "sendrecv"),
    ]  # fmt: skip
    assert all(f"\r\na={one.direction}\r\n" in one.body for one in invites)
    answers = [one for one in capture.sip() if one.code == 200 and one.direction]
    assert [(one.destination, one.direction) for one in answers] == [
        (alice, "sendrecv"), (alice, "recvonly"), (alice, "sendrecv"),
        (bob, "recvonly"), (bob, "sendrecv"),
    ]  # fmt: skip
    assert capture.malformed() == []
    assert capture.unanswered() == []


def test_two_that_hold_and_retrieve_at_the_same_moment_both_succeed(tmp_path: Path) -> None:
    steps = "Hold\nHELD\nRetrieve\nRETRIEVED"
    outcome = run(write(tmp_path, steps, steps), tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)


def test_runs_of_the_example_one_after_another_are_all_the_same(tmp_path: Path) -> None:
    files = [str(EXAMPLES / "hold.yaml")] * RUNS
    answer = cli("start", *files, "-j", "2", "--json", *BASE)

    assert answer.returncode == 0, answer.stderr
    verdicts = json.loads(answer.stdout)
    assert [one["verdict"] for one in verdicts] == ["completed"] * RUNS
    assert {json.dumps(one["cleanup"]) for one in verdicts} == {
        '{"confirmed": true, "calls_released": 0, "calls_left": 0}'
    }


def test_a_leg_that_is_not_answered_or_is_gone_cannot_be_held(tmp_path: Path) -> None:
    path = tmp_path / "early.yaml"
    path.write_text("""\
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice:
    - MakeCall: {to: bob, until: ringing}
    - Hold:
      on_failure:
        - Release
        - Hold:
          on_failure: [{TIMEOUT: 50ms}]
  bob:
    - INCOMING
    - Retrieve:
      on_failure: [DISCONNECTED]
""")
    outcome = run(path, tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    failed = {
        event["node"]: (event["reason"]["code"], event["reason"]["message"])
        for event in outcome.of_type("node-state")
        if event["new"] == "failed"
    }
    early = (None, "leg call-1 is not answered yet: there is no call")
    assert failed == {
        "alice-2": early,
        "alice-4": (487, "Request Terminated"),
        "bob-2": early,
    }


STRANGE = """\
instances: {{alice: {{number: "100"}}}}
flow:
  alice:
    - MakeCall: "{uri}"
    - Hold: {{timeout: {limit}}}
      on_failure: [{{goto: end}}]
    - TIMEOUT: 50ms
    - Release:
      id: end
"""


def held_by_a_raw_peer(tmp_path: Path, code: int, limit: str) -> Outcome:
    """Run a call to a stranger who answers the re-INVITE with a code."""
    with RawPeer() as raw_peer:
        path = tmp_path / "stranger.yaml"
        path.write_text(STRANGE.format(uri=raw_peer.uri, limit=limit))
        with Coordinator(path, tmp_path, *BASE) as coordinator:
            raw_peer.take_call()
            raw_peer.answer(raw_peer.hear("INVITE"), code)
            raw_peer.hear("ACK")
            raw_peer.answer(raw_peer.hear("BYE"), 200)
            return coordinator.finish()


@pytest.mark.parametrize("code", [488, 491, 503])
def test_a_refused_hold_fails_with_its_code_and_leaves_the_call(tmp_path: Path, code: int) -> None:
    outcome = held_by_a_raw_peer(tmp_path, code, "2s")  # too short to try again after a 491

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    assert outcome.nodes("alice") == {
        "alice-1": "completed", "alice-2": "failed", "alice-3": "pending", "end": "completed",
    }  # fmt: skip
    failed = next(event for event in outcome.of_type("node-state") if event["new"] == "failed")
    assert failed["reason"]["code"] == code
    assert media(outcome, "alice") == []


def test_a_hold_that_nobody_answers_fails_at_its_time_limit_and_the_call_ends(
    tmp_path: Path,
) -> None:
    with RawPeer() as raw_peer:
        path = tmp_path / "stranger.yaml"
        path.write_text(STRANGE.format(uri=raw_peer.uri, limit="100ms"))
        with Coordinator(path, tmp_path, *BASE) as coordinator:
            raw_peer.take_call()
            raw_peer.hear("INVITE")
            coordinator.wait_for_node("alice-2", "failed")
            raw_peer.answer(raw_peer.hear("BYE"), 200)
            outcome = coordinator.finish()

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
