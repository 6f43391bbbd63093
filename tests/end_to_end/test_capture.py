"""A capture holds all that was on the wire while it was open, decoded by tshark."""

from pathlib import Path

from tests.end_to_end.capture import Capture
from tests.end_to_end.harness import EXAMPLES, run

PORT = 46_100


def test_a_capture_holds_a_whole_call(tmp_path: Path) -> None:
    with Capture(tmp_path, f"udp portrange {PORT}-{PORT + 2}", (PORT, PORT + 2)) as capture:
        outcome = run(EXAMPLES / "basic-call.yaml", tmp_path, "--base-port", str(PORT))
    assert outcome.exit_code == 0
    messages = capture.sip()
    invite, answer = messages[0], next(one for one in messages if one.direction and one.code)
    assert (invite.method, invite.source, invite.destination) == ("INVITE", PORT, PORT + 2)
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
    with Capture(tmp_path, f"udp portrange {PORT}-{PORT + 2}", (PORT, PORT + 2)) as capture:
        run(EXAMPLES / "basic-call.yaml", tmp_path, "--base-port", str(PORT))
    assert capture.fields("sip.Method == BYE", "sip.Method", "sip.Status-Code") == [("BYE", "")]
    (packet,) = capture.packets("sip.Method == BYE")
    assert packet["udp"]["udp.srcport"] == str(PORT)
    assert capture.packets("sip.Method == REFER") == []
