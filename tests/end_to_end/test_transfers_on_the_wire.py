"""The examples of transfers on the wire, as tshark decodes them."""

from pathlib import Path

from tests.end_to_end.capture import Capture, SipMessage
from tests.end_to_end.harness import EXAMPLES, Outcome, run
from tests.end_to_end.test_transfers import assert_clean


def captured(tmp_path: Path, example: str, base: int) -> tuple[Outcome, Capture]:
    """Run an example under the eyes of tshark."""
    ports = (base, base + 2, base + 4)
    with Capture(tmp_path, f"udp portrange {base}-{base + 5}", ports) as capture:
        outcome = run(EXAMPLES / f"{example}.yaml", tmp_path, "--base-port", str(base))
    assert_clean(outcome)
    assert [known["port"] for known in outcome.verdict["instances"].values()] == list(ports)
    assert capture.malformed() == []
    return outcome, capture


def notified(capture: Capture) -> list[str]:
    """Return what the NOTIFYs said."""
    return [message.body.splitlines()[0] for message in capture.requests("NOTIFY")]


def only(messages: list[SipMessage]) -> SipMessage:
    """Return the one message."""
    (message,) = messages
    return message


def test_a_blind_transfer_on_the_wire(tmp_path: Path) -> None:
    base = 17_160
    _, capture = captured(tmp_path, "blind-transfer", base)
    refer = only(capture.requests("REFER"))
    assert (refer.source, refer.destination) == (base, base + 2)
    assert refer.header("Refer-To") == f"<sip:300@127.0.0.1:{base + 4}>"
    first, second = capture.requests("INVITE")
    assert (first.source, first.destination) == (base, base + 2)
    assert (second.source, second.destination) == (base + 2, base + 4)
    assert notified(capture) == ["SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"]
    for notify in capture.requests("NOTIFY"):
        assert (notify.source, notify.destination) == (base + 2, base)
        assert (notify.header("Content-Type") or "").startswith("message/sipfrag")
    byes = {(bye.source, bye.destination) for bye in capture.requests("BYE")}
    assert byes == {(base, base + 2), (base + 2, base + 4)}


def test_an_attended_transfer_on_the_wire(tmp_path: Path) -> None:
    base = 17_180
    _, capture = captured(tmp_path, "attended-transfer", base)
    refer = only(capture.requests("REFER"))
    assert (refer.source, refer.destination) == (base, base + 2)
    assert "Replaces=" in (refer.header("Refer-To") or "")
    _, consult, replacing = capture.requests("INVITE")
    assert (consult.source, consult.destination) == (base, base + 4)
    assert (replacing.source, replacing.destination) == (base + 2, base + 4)
    replaces = replacing.header("Replaces") or ""
    assert replaces.partition(";")[0] == consult.header("Call-ID")
    assert notified(capture)[-1] == "SIP/2.0 200 OK"
    byes = {(bye.source, bye.destination) for bye in capture.requests("BYE")}
    assert byes == {(base, base + 2), (base + 4, base), (base + 2, base + 4)}


def test_a_transfer_to_a_busy_target_on_the_wire(tmp_path: Path) -> None:
    _, capture = captured(tmp_path, "transfer-to-a-busy-target", 17_200)
    assert notified(capture)[-1] == "SIP/2.0 486 Busy Here"
    last = capture.requests("NOTIFY")[-1]
    assert (last.header("Subscription-State") or "").startswith("terminated")
