"""The examples of digits on the wire, as tshark decodes them: each goes the way that it is sent."""

from pathlib import Path

import pytest

from tests.end_to_end.capture import Capture, SipMessage
from tests.end_to_end.harness import EXAMPLES, run
from tests.end_to_end.test_audio import scenario
from tests.end_to_end.test_words import NO_PROBLEMS, placed

BASE = 17_220
# SIP, and wherever media may be.
ON_WIRE = "udp and portrange 10000-32767"
EVENTS = "0123456789*#ABCD"
ENDS = 3  # the last packet of an event is sent three times (RFC 4733 §2.5.1.4)


def captured(tmp_path: Path, example: str) -> Capture:
    """Run an example, its media and all, under the eyes of tshark."""
    return captured_run(placed(EXAMPLES / f"{example}.yaml", tmp_path, "udp"), tmp_path)


def captured_run(path: Path, tmp_path: Path) -> Capture:
    """Run a call that is to complete and to leave nothing to the clean-up."""
    with Capture(tmp_path, ON_WIRE, (BASE, BASE + 2)) as capture:
        outcome = run(path, tmp_path, "--base-port", str(BASE))
    assert outcome.exit_code == 0, outcome.verdict
    assert outcome.verdict["cleanup"] == NO_PROBLEMS
    ports = [known["port"] for known in outcome.verdict["instances"].values()]
    assert ports == [BASE, BASE + 2]
    assert capture.fields(f"_ws.malformed and ({ours(capture)})", "frame.number") == []
    return capture


def media_port(message: SipMessage) -> int:
    """Return the port that an SDP says its sender takes audio at."""
    return int(message.body.partition("m=audio ")[2].split()[0])


def ours(capture: Capture) -> str:
    """Return the display filter of what is to or from the ports of the example."""
    media = {media_port(message) for message in capture.sip() if message.direction}
    assert len(media) == 2
    return " or ".join(f"udp.port == {port}" for port in (BASE, BASE + 2, *media))


def events(capture: Capture) -> list[tuple[int, str, int]]:
    """Return each RTP event: the port it comes from, its digit, and how often its end was sent."""
    fields = ("udp.srcport", "rtp.timestamp", "rtpevent.event_id", "rtpevent.end_of_event")
    found: dict[tuple[int, str, int], int] = {}
    for source, begun, digit, end in capture.fields(f"rtpevent and ({ours(capture)})", *fields):
        key = (int(source), begun, int(digit))
        found[key] = found.get(key, 0) + (end in ("1", "True"))
    return [(source, EVENTS[digit], ends) for (source, _, digit), ends in found.items()]


def test_each_digit_is_one_rtp_event_or_one_info(tmp_path: Path) -> None:
    capture = captured(tmp_path, "digits")

    offer, answer = (message for message in capture.sip() if message.direction)
    assert "telephone-event/8000" in offer.body
    assert "telephone-event/8000" in answer.body
    assert events(capture) == [(media_port(offer), digit, ENDS) for digit in "1234#"]
    (info,) = capture.requests("INFO")
    assert (info.source, info.destination) == (BASE + 2, BASE)
    assert (info.header("Content-Type") or "").startswith("application/dtmf-relay")
    assert [line.split("=") for line in info.body.split()] == [["Signal", "*"], ["Duration", "100"]]
    assert capture.answers(info) == [200]


def test_tones_are_neither_events_nor_info(tmp_path: Path) -> None:
    capture = captured(tmp_path, "digits-as-tones")

    (offer, _) = (message for message in capture.sip() if message.direction)
    assert events(capture) == []
    assert capture.requests("INFO") == []
    sent = capture.fields(f"rtp and udp.srcport == {media_port(offer)}", "rtp.p_type")
    assert len(sent) > 20
    assert set(sent) == {("0",)}


@pytest.mark.parametrize("method", ["rfc2833", "info", "inband"])
def test_all_sixteen_go_out_from_either_side_as_they_were_asked_for(
    tmp_path: Path, method: str
) -> None:
    later = "D#1"
    sends = f"interval: 150ms, method: {method}"
    hears = f"timeout: 20s, inband: {str(method == 'inband').lower()}"
    alice = (
        f"SendDTMF: {{digits: '{EVENTS}', {sends}}}; DTMFReceived: {{digits: '{later}', {hears}}}"
    )
    bob = f"DTMFReceived: {{digits: '{EVENTS}', {hears}}}; SendDTMF: {{digits: '{later}', {sends}}}"
    path = scenario(tmp_path, f"{alice}; Release", f"{bob}; DISCONNECTED")

    capture = captured_run(path, tmp_path)

    offer, answer = (media_port(message) for message in capture.sip() if message.direction)
    both = [(offer, digit) for digit in EVENTS] + [(answer, digit) for digit in later]
    # Who hears the last one hangs up at once, perhaps before its end was sent three times.
    as_events = [(source, digit) for source, digit, _ in events(capture)]
    assert as_events == (both if method == "rfc2833" else [])
    sides = {BASE: offer, BASE + 2: answer}
    infos = [(sides[one.source], one.body.split()[0]) for one in capture.requests("INFO")]
    signals = [(source, f"Signal={digit}") for source, digit in both]
    assert infos == (signals if method == "info" else [])
