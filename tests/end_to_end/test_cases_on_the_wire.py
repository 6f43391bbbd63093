"""The conformance cases on the wire: what hangs up, when, and that it is answered."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.capture import Capture, SipMessage
from tests.end_to_end.harness import CASES, Outcome, run
from tests.end_to_end.test_cases import assert_whole, node, variant
from tests.end_to_end.test_hold import at

# Below the ports that the system gives to whoever asks for any.
PORT = 17_240
SIP_PORTS = range(PORT, PORT + 8, 2)
ON_WIRE = f"udp portrange {PORT}-{PORT + 7}"


def captured(path: Path, folder: Path) -> tuple[Outcome, Capture]:
    """Run a case under the eyes of tshark; every request but ACK is to be answered."""
    with Capture(folder, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, folder, "--base-port", str(PORT))
    assert_whole(outcome)
    assert capture.malformed() == []
    assert capture.unanswered() == []
    return outcome, capture


def hung_up(capture: Capture, call: SipMessage) -> SipMessage:
    """Return the BYE that ended a call, answered by 200."""
    (bye,) = (
        bye for bye in capture.requests("BYE") if bye.header("Call-ID") == call.header("Call-ID")
    )
    assert capture.answers(bye) == [200]
    return bye


def test_t01_the_clean_ups_bye_is_answered_before_the_verdict(tmp_path: Path) -> None:
    outcome, capture = captured(CASES / "T01.json", tmp_path)

    (call,) = capture.requests("INVITE")
    bye = hung_up(capture, call)
    answer = next(one for one in capture.sip() if (one.code, one.branch) == (200, bye.branch))
    assert answer.time < outcome.events[-1]["ts"]
    assert outcome.verdict["cleanup"]["calls_released"] >= 1


def test_t02_who_releases_hangs_up(tmp_path: Path) -> None:
    outcome, capture = captured(CASES / "T02.json", tmp_path)

    assert outcome.exit_code == 0
    (call,) = capture.requests("INVITE")
    bye = hung_up(capture, call)
    assert (bye.source, bye.destination) == (PORT, PORT + 2)
    assert at(outcome, "a-rel", "running") <= bye.time <= at(outcome, "a-rel", "completed")


def test_t25_the_healthy_call_is_hung_up(tmp_path: Path) -> None:
    outcome, capture = captured(CASES / "T25.json", tmp_path)

    assert outcome.verdict["reason"]["node"] == "c-inc"
    (call,) = capture.requests("INVITE")
    assert (call.source, call.destination) == (PORT, PORT + 2)
    assert hung_up(capture, call).time > at(outcome, "c-inc", "failed")


WRONG: list[dict[str, str]] = [
    {"command": "Hold"},
    {"command": "Retrieve"},
    {"command": "BlindTransfer", "targetUser": "300"},
    {"command": "MuteTransfer", "primaryCallId": "missing", "consultCallId": "consult"},
    {"command": "MuteTransfer", "primaryCallId": "primary", "consultCallId": "missing"},
    {"event": "DISCONNECTED"},
    {"event": "HELD"},
]


@pytest.mark.parametrize("data", WRONG, ids=lambda data: "-".join(data.values()))
def test_t20_a_wrong_leg_fails_its_node_and_both_calls_go_on(
    tmp_path: Path, data: dict[str, str]
) -> None:
    def change(document: Any) -> None:
        bad = next(one for one in document["nodes"] if one["id"] == "a-bad")
        assert bad["data"] == {"command": "Hold", "sipInstanceId": "inst-a", "callId": "missing"}
        bad["type"] = "event" if "event" in data else "command"
        bad["data"] = {"sipInstanceId": "inst-a", "callId": "missing", **data}

    outcome, capture = captured(variant("T20", tmp_path, change), tmp_path)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert outcome.nodes("inst-a")["a-bad"] == "failed"
    assert outcome.verdict["cleanup"]["calls_released"] == 0
    first, second = capture.requests("INVITE")
    assert not capture.requests("REFER")
    for call, release, gone in ((first, "a-rel1", "b-disc"), (second, "a-rel2", "c-disc")):
        assert hung_up(capture, call).time >= at(outcome, release, "running")
        assert at(outcome, gone, "completed") > at(outcome, release, "running")
        assert at(outcome, gone, "completed") > at(outcome, "a-ok", "completed")


@pytest.mark.parametrize("host", ["127.0.0.1", None])
def test_t18_the_calls_go_from_a_to_b_and_from_b_to_c(tmp_path: Path, host: str | None) -> None:
    def change(document: Any) -> None:
        data = node(document, "a-xfer")
        del data["targetHost"]
        if host is not None:
            data["targetHost"] = f"{host}:{PORT + 4}"

    outcome, capture = captured(variant("T18", tmp_path, change), tmp_path)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert outcome.nodes("inst-b")["b-xfrd"] == "completed"
    first, second = capture.requests("INVITE")
    assert (first.source, first.destination) == (PORT, PORT + 2)
    assert (second.source, second.destination) == (PORT + 2, PORT + 4)
    bye = hung_up(capture, second)
    assert (bye.source, bye.destination) == (PORT + 2, PORT + 4)
    assert bye.time >= at(outcome, "b-rel", "running")
    assert at(outcome, "c-disc", "completed") > at(outcome, "b-rel", "running")


def test_t16_is_answered_with_its_code(tmp_path: Path) -> None:
    outcome, capture = captured(CASES / "T16.json", tmp_path)

    assert outcome.exit_code == 0
    (call,) = capture.requests("INVITE")
    assert capture.answers(call)[-1] == 486
    assert not capture.requests("BYE")
