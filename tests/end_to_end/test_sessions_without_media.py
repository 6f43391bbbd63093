"""Successes that are none: a 2xx whose SDP answers nothing fails the node that waited for it."""

from pathlib import Path

import pytest

from tests.end_to_end.test_signalling import ONE, failure, play_with
from tests.sip_peer import SDP, Peer, peer

REFUSED = SDP.replace("29000", "0")
NONE_IN_COMMON = SDP.replace("AVP 0", "AVP 9").replace("0 PCMU", "9 G722")
HELD = SDP + "a=recvonly\r\n"
PORT_0 = "the SDP of the {} refuses the audio: its port is 0"


def answer_byes(other: Peer) -> None:
    """Answer the BYE of the call."""
    other.respond(other.receive("BYE"), "200 OK")


@pytest.mark.parametrize("step", ["- MakeCall: {to: PEER}", "- MakeCall: {to: PEER, expect: 200}"])
def test_a_call_whose_audio_is_refused_fails_and_says_so(tmp_path: Path, step: str) -> None:
    def part(other: Peer) -> None:
        other.respond(other.receive("INVITE"), "200 OK", body=REFUSED)
        answer_byes(other)

    with peer() as other:
        outcome = play_with(other, f"{ONE}    {step}\n    - Release\n", tmp_path, part)

    assert outcome.exit_code == 1
    assert outcome.verdict["reason"] == {
        "instance": "alice",
        "node": "alice-1",
        "code": None,
        "message": PORT_0.format("200"),
        "local": PORT_0.format("200"),
    }


def test_a_call_that_is_answered_without_sdp_fails_and_says_so(tmp_path: Path) -> None:
    def part(other: Peer) -> None:
        other.respond(other.receive("INVITE"), "200 OK")
        answer_byes(other)

    with peer() as other:
        outcome = play_with(other, ONE + "    - MakeCall: {to: PEER}\n", tmp_path, part)

    reason = outcome.verdict["reason"]
    assert (outcome.exit_code, reason["code"]) == (1, None)
    assert reason["local"] == "the 200 has no SDP"


def test_an_answer_that_is_acknowledged_without_sdp_fails_and_says_so(tmp_path: Path) -> None:
    def part(other: Peer) -> None:
        invite = other.request("INVITE", 6100)
        other.acknowledge(invite, other.receive("200"), NONE_IN_COMMON)
        answer_byes(other)

    steps = "    - INCOMING\n    - Answer\n    - DISCONNECTED\n"
    with peer() as other:
        outcome = play_with(other, ONE + steps, tmp_path, part)

    reason = outcome.verdict["reason"]
    assert (outcome.exit_code, reason["node"], reason["code"]) == (1, "alice-2", None)
    assert reason["local"].startswith("no codec in common: the SDP of the ACK has G722/8000")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "the 200 has no SDP"),
        ("hello", "the 200 has no SDP"),
        (REFUSED, PORT_0.format("200")),
        (NONE_IN_COMMON, "no codec in common: the SDP of the 200 has G722/8000"),
        (HELD.replace("t=0 0", "t=x"), "the SDP of the 200 cannot be understood"),
        (HELD, None),
    ],
)
def test_a_hold_that_is_not_held_fails_and_says_so(
    tmp_path: Path, body: str, fault: str | None
) -> None:
    def part(other: Peer) -> None:
        other.respond(other.receive("INVITE"), "200 OK", body=SDP)
        other.respond(other.receive("INVITE"), "200 OK", body=body)
        answer_byes(other)

    steps = "    - MakeCall: {to: PEER}\n    - Hold:\n      on_failure: [Release]\n    - Release\n"
    with peer() as other:
        outcome = play_with(other, ONE + steps, tmp_path, part)

    assert outcome.exit_code == 0
    if fault is None:
        assert outcome.nodes("alice")["alice-2"] == "completed"
        return
    reason = failure(outcome, "alice-2")
    assert reason["code"] is None
    assert str(reason["local"]).startswith(fault)
