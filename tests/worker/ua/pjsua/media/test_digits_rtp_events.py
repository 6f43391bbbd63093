"""Telephone events by hand, as RTP packets (RFC 4733): a digit is reported once, a flash never."""

import re
import struct
from contextlib import ExitStack

import pytest

from sipflow.worker.ua.commands import Invite
from sipflow.worker.ua.events import DialogConfirmed, DigitReceived, Happening, InviteSent
from tests.worker.ua.phone import HOST, phones
from tests.worker.ua.raw_sip_peer import RawPeer
from tests.worker.ua.udp_peer import UdpPeer

ANSWER = (
    f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\nm=audio PORT RTP/AVP 0 "
    "TYPE\r\na=rtpmap:TYPE telephone-event/8000\r\na=fmtp:TYPE 0-16\r\n"
)
LAST_DIGIT = 9


class EventSender(UdpPeer):
    """Sends telephone events to one port, with the payload type that was offered for them."""

    def __init__(self, to: int, payload_type: int) -> None:
        super().__init__()
        self._to = to
        self._type = payload_type
        self._sequence = 0
        self._moment = 0

    def send_event(self, event: int) -> None:
        """Send an event of 60 ms, its last packet three times (RFC 4733 §2.5.1.4)."""
        self._moment += 1600
        for nth, length in enumerate((160, 320, 480, 480, 480)):
            self._sequence += 1
            marker = 0x80 if nth == 0 else 0
            end = 0x80 if length == 480 else 0
            head = struct.pack(
                "!BBHII", 0x80, marker | self._type, self._sequence, self._moment, 0x5EED
            )
            packet = head + struct.pack("!BBH", event, end | 10, length)
            self._socket.sendto(packet, (HOST, self._to))


@pytest.mark.parametrize(
    ("event", "digits"), [(4, "4"), (10, "*"), (11, "#"), (12, "A"), (15, "D"), (16, ""), (17, "")]
)
def test_an_event_is_reported_as_the_digit_that_it_is(event: int, digits: str) -> None:
    with ExitStack() as stack:
        (phone,) = stack.enter_context(phones(1))
        raw_peer = stack.enter_context(RawPeer())
        phone.order(Invite("out-1", raw_peer.uri))
        invite = raw_peer.hear("INVITE")
        (to,) = re.findall(r"^m=audio (\d+)", invite.text, re.MULTILINE)
        (kind,) = re.findall(r"^a=rtpmap:(\d+) telephone-event/8000", invite.text, re.MULTILINE)
        sender = stack.enter_context(EventSender(int(to), int(kind)))
        answer = ANSWER.replace("PORT", str(sender.port)).replace("TYPE", kind)
        raw_peer.answer(invite, 200, answer)
        raw_peer.hear("ACK")
        assert phone.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK")]

        sender.send_event(event)
        sender.send_event(LAST_DIGIT)

        expected: list[Happening] = [
            DigitReceived("out-1", digit, "rfc2833") for digit in f"{digits}{LAST_DIGIT}"
        ]
        assert phone.hear(len(expected)) == expected
