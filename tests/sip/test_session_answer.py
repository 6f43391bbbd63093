"""What is wrong with an SDP answer: none, refused, not understood, no codec in common."""

import pytest

from sipflow.sip.session_answer import fault_of

OWN = ("PCMU/8000", "PCMA/8000")
AUDIO = "v=0\r\nm=audio {} RTP/AVP {}\r\n"


def answer(body: str, start: str = "SIP/2.0 200 OK", kind: str = "application/sdp") -> str:
    """Return a message with a body."""
    return f"{start}\r\nCSeq: 1 INVITE\r\nContent-Type: {kind}\r\n\r\n{body}"


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("", ""),
        (answer(AUDIO.format(4000, 0)), ""),
        (answer(AUDIO.format(4000, "9 8 101")), ""),
        (answer(AUDIO.format(4000, "96") + "a=rtpmap:96 pcma/8000\r\n"), ""),
        (answer(""), "the 200 has no SDP"),
        (answer("  \r\n", "ACK sip:100@127.0.0.1 SIP/2.0"), "the ACK has no SDP"),
        (answer("hello", kind="text/plain"), "the 200 has no SDP"),
        (answer("hello"), "the SDP of the 200 has no audio that can be understood"),
        (answer(AUDIO.format(0, 0)), "the SDP of the 200 refuses the audio: its port is 0"),
        (
            answer(AUDIO.format(4000, "9")),
            "no codec in common: the SDP of the 200 has G722/8000, "
            "this instance PCMU/8000, PCMA/8000",
        ),
        (
            answer(AUDIO.format(4000, "101") + "a=rtpmap:101 telephone-event/8000\r\n"),
            "no codec in common: the SDP of the 200 has none, this instance PCMU/8000, PCMA/8000",
        ),
        ("SIP/2.0", "the  has no SDP"),
    ],
)
def test_an_answer_says_what_is_wrong_with_it(message: str, fault: str) -> None:
    assert fault_of(message, OWN) == fault
