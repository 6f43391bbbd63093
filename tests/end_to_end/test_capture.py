"""A capture holds all that was on the wire while it was open, decoded by tshark."""

from pathlib import Path

from tests.end_to_end.capture import Capture
from tests.end_to_end.harness import EXAMPLES, run

# Below the ports that the system gives to whoever asks for any.
PORT = 21_100
SIP_PORTS = range(PORT, PORT + 28, 2)
ON_WIRE = f"udp portrange {PORT}-{PORT + 27}"


def test_a_capture_holds_a_whole_call(tmp_path: Path) -> None:
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(EXAMPLES / "basic-call.yaml", tmp_path, "--base-port", str(PORT))
    assert outcome.exit_code == 0
    messages = capture.sip()
    invite, answer = messages[0], next(one for one in messages if one.direction and one.code)
    ports = [known["port"] for known in outcome.verdict["instances"].values()]
    assert [invite.method, invite.source, invite.destination] == ["INVITE", *ports]
    assert (invite.code, invite.direction, invite.header("cseq")) == (
        None,
        "sendrecv",
        answer.header("CSeq"),
    )
    assert (answer.method, answer.code, answer.start_line) == ("", 200, "SIP/2.0 200 OK")
    assert [one.header("X-Unknown") for one in capture.requests("BYE")] == [None]
    assert messages[-1].header("CSeq") == capture.requests("BYE")[0].header("CSeq")
    assert [one.time for one in messages] == sorted(one.time for one in messages)
    assert capture.malformed() == []


def test_fields_and_packets_are_asked_for_by_display_filter(tmp_path: Path) -> None:
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(EXAMPLES / "basic-call.yaml", tmp_path, "--base-port", str(PORT))
    assert capture.fields("sip.Method == BYE", "sip.Method", "sip.Status-Code") == [("BYE", "")]
    (packet,) = capture.packets("sip.Method == BYE")
    assert packet["udp"]["udp.srcport"] == str(outcome.verdict["instances"]["alice"]["port"])
    assert capture.packets("sip.Method == REFER") == []
