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
    assert capture.unanswered() == []
    assert {message.direction for message in capture.sip()} == {"sendrecv", None}
    assert_told_of(capture)
    return outcome, capture


def assert_told_of(capture: Capture) -> None:
    """Require what RFC 3515 wants of the REFER and its NOTIFYs: accepted, told of, and ended."""
    refer = only(capture.requests("REFER"))
    assert capture.answers(refer) == [202]
    notifies = capture.requests("NOTIFY")
    for notify in notifies:
        assert (notify.source, notify.destination) == (refer.destination, refer.source)
        assert notify.header("Call-ID") == refer.header("Call-ID")
        assert (notify.header("Event") or "").partition(";")[0] == "refer"
        assert (notify.header("Content-Type") or "").startswith("message/sipfrag")
        assert capture.answers(notify) == [200]
    states = [(one.header("Subscription-State") or "").partition(";")[0] for one in notifies]
    assert states == ["active"] * (len(states) - 1) + ["terminated"]


def notified(capture: Capture) -> list[str]:
    """Return what the NOTIFYs said."""
    return [message.body.splitlines()[0] for message in capture.requests("NOTIFY")]


def only(messages: list[SipMessage]) -> SipMessage:
    """Return the one message."""
    (message,) = messages
    return message


def tag(address: str | None) -> str:
    """Return the tag of a From or To header."""
    return (address or "").partition(";tag=")[2].partition(";")[0]


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
    assert f"from-tag={tag(consult.header('From'))}" in replaces
    (accepted,) = (one for one in capture.sip() if (one.code, one.branch) == (200, consult.branch))
    assert f"to-tag={tag(accepted.header('To'))}" in replaces
    assert notified(capture)[-1] == "SIP/2.0 200 OK"
    byes = {(bye.source, bye.destination) for bye in capture.requests("BYE")}
    assert byes == {(base, base + 2), (base + 4, base), (base + 2, base + 4)}


def test_a_transfer_to_a_busy_target_on_the_wire(tmp_path: Path) -> None:
    _, capture = captured(tmp_path, "transfer-to-a-busy-target", 17_200)
    assert notified(capture)[-1] == "SIP/2.0 486 Busy Here"
    assert [capture.answers(invite)[-1] for invite in capture.requests("INVITE")] == [200, 486]
    assert [(bye.source, bye.destination) for bye in capture.requests("BYE")] == [(17_200, 17_202)]
