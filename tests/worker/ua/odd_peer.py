"""A peer that calls an endpoint and sends it what no well-behaved stack would: text as it is."""

import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
LIMIT = 10.0
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 29000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class OddPeer:
    """A socket with at most one dialog; ``port`` is where it listens, ``address`` says so."""

    def __init__(self, target: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(LIMIT)
        self.port = int(self._socket.getsockname()[1])
        self.address = f"{HOST}:{self.port}"
        self.uri = f"sip:odd@{self.address}"
        self._target = target
        self._to = f"<sip:100@{HOST}>"
        self._from = f"<sip:odd@{HOST}>;tag={uuid.uuid4().hex}"
        self._call_id = uuid.uuid4().hex
        self._cseq = 0
        self._invite = ""

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def request(
        self,
        method: str,
        *headers: str,
        body: str = "",
        kind: str = "application/sdp",
        cseq: int | None = None,
        **other: str,
    ) -> None:
        """Send a request; ``other`` are the target, the Contact and the To, if not the usual."""
        self._cseq = self._cseq + 1 if cseq is None else cseq
        target = other.get("target", f"sip:100@{HOST}:{self._target}")
        contact = other.get("contact", f"Contact: <{self.uri}>")
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{uuid.uuid4().hex}",
            f"From: {self._from}",
            f"To: {other.get('to', self._to)}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._cseq} {method}",
            "Max-Forwards: 70",
            *([contact] if contact else []),
            *headers,
            *([f"Content-Type: {kind}"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.send("\r\n".join([*lines, "", body]))

    def send(self, text: str) -> None:
        """Send a text."""
        self._socket.sendto(text.encode(), (HOST, self._target))

    def receive(self) -> str:
        """Return the next message that is no 100."""
        while True:
            text = self._socket.recv(65_536).decode()
            if text.strip() and not text.startswith("SIP/2.0 100 "):
                return text

    def code(self) -> int:
        """Return the status code of the next message that is no 100."""
        return int(self.receive().split(" ", 2)[1])

    def call(self) -> None:
        """Send an INVITE."""
        self.request("INVITE", body=SDP)

    def acknowledge(self) -> None:
        """Take the 200 to the INVITE, and acknowledge it: the dialog is there."""
        answer = self.receive()
        assert answer.startswith("SIP/2.0 200 "), answer
        self._to = header(answer, "To")
        self.request("ACK", cseq=self._cseq)

    def answer(
        self, request: str, start: str, *headers: str, body: str = SDP, contact: bool = True
    ) -> None:
        """Answer a request of the endpoint."""
        copied = [f"{name}: {header(request, name)}" for name in ("Via", "From", "Call-ID", "CSeq")]
        to = header(request, "To")
        lines = [
            f"SIP/2.0 {start}",
            *copied,
            f"To: {to}" if "tag=" in to else f"To: {to};tag=odd",
            *([f"Contact: <{self.uri}>"] if contact else []),
            *headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.send("\r\n".join([*lines, "", body]))


def header(message: str, name: str) -> str:
    """Return the value of a header, an empty text without one."""
    found = re.search(rf"^{name}[ \t]*:[ \t]*(.*?)\r$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


@contextmanager
def odd_peer(target: int) -> Iterator[OddPeer]:
    """Open a peer that sends to a port."""
    opened = OddPeer(target)
    try:
        yield opened
    finally:
        opened.close()
