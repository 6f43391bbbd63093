"""A SIP peer written by hand: a UDP socket that says on the wire what no well-behaved stack would.

Each message is read and written as text, so that a test sees and decides every header.
"""

import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
LIMIT = 60.0
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 29000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)
_COPIED = ("Via", "From", "Call-ID", "CSeq")


class Message:
    """One SIP message that was received."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        self.start_line, *self.lines = head.split("\r\n")

    def __repr__(self) -> str:
        return "\n".join([self.start_line, *self.lines, "", self.body])

    def all(self, name: str) -> list[str]:
        """Return the values of a header."""
        found = (line.partition(":") for line in self.lines)
        return [value.strip() for key, _, value in found if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        """Return the value of a header that is there once, or an empty text."""
        values = self.all(name)
        assert len(values) <= 1, values
        return values[0] if values else ""

    @property
    def what(self) -> str:
        """The method of a request, or the code of a response."""
        first, second, *_ = self.start_line.split(" ")
        return second if first == "SIP/2.0" else first


class Peer:
    """The socket, and the address of who is spoken to."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, port))
        self._socket.settimeout(LIMIT)
        self.port = int(self._socket.getsockname()[1])
        self.uri = f"sip:peer@{HOST}:{self.port}"
        self._from: tuple[str, int] | None = None
        self._last: tuple[bytes, tuple[str, int]] = b"", (HOST, port)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def receive(self, what: str | None = None) -> Message:
        """Return the next message; if something is wanted, the next that is that."""
        while True:
            data, self._from = self._socket.recvfrom(65_536)
            if not data.strip():
                continue  # a keep-alive
            message = Message(data.decode())
            if what in (None, message.what):
                return message

    def is_quiet(self, seconds: float) -> bool:
        """Tell whether nothing comes for so many seconds."""
        self._socket.settimeout(seconds)
        try:
            self._socket.recv(65_536, socket.MSG_PEEK)
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(LIMIT)
        return False

    def respond(
        self, request: Message, start: str, *headers: str, body: str = "", tag: str = "t"
    ) -> None:
        """Answer a request: ``200 OK``, with headers, and a tag of the To header."""
        own = () if "Contact" in "".join(headers) else (f"Contact: <{self.uri}>",)
        lines = [f"SIP/2.0 {start}"]
        lines += [f"{name}: {value}" for name in _COPIED for value in request.all(name)]
        to = request.get("To")
        lines.append(f"To: {to}" if "tag=" in to else f"To: {to};tag={tag}")
        assert self._from is not None
        self._send([*lines, *own, *headers], body, self._from)

    def request(self, method: str, port: int, *headers: str, body: str | bytes = "") -> Message:
        """Send a request outside of any dialog; return it."""
        own = uuid.uuid4().hex
        contact = () if "Contact" in "".join(headers) else (f"Contact: <{self.uri}>",)
        lines = [
            f"{method} sip:100@{HOST}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{own}",
            f"From: <sip:peer@{HOST}>;tag={own}",
            f"To: <sip:100@{HOST}>",
            f"Call-ID: {own}",
            f"CSeq: 1 {method}",
            *contact,
            "Max-Forwards: 70",
            *headers,
        ]
        self._send(lines, body, (HOST, port))
        return Message("\r\n".join(lines))

    def repeat(self) -> None:
        """Send the last message once more, as it was."""
        self._socket.sendto(*self._last)

    def acknowledge(self, invite: Message, answer: Message, body: str = "") -> None:
        """Send the ACK for a 2xx to an INVITE of ours."""
        self.request_in(invite, answer, "ACK", sequence=1, body=body)

    def request_in(
        self,
        invite: Message,
        answer: Message,
        method: str,
        *headers: str,
        sequence: int = 2,
        body: str = "",
    ) -> Message:
        """Send a request in the dialog that an answer to our INVITE has made; return it."""
        target = answer.get("Contact").strip("<>").partition(">")[0]
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{uuid.uuid4().hex}",
            *(f"{name}: {invite.get(name)}" for name in ("From", "Call-ID")),
            f"To: {answer.get('To')}",
            f"CSeq: {sequence} {method}",
            f"Contact: <{self.uri}>",
            "Max-Forwards: 70",
            *headers,
        ]
        assert self._from is not None
        self._send(lines, body, self._from)
        return Message("\r\n".join(lines))

    def _send(self, lines: list[str], body: str | bytes, to: tuple[str, int]) -> None:
        content = body.encode() if isinstance(body, str) else body
        kind = "application/sdp" if content.startswith(b"v=0") else "text/plain"
        lines = [*lines, *([f"Content-Type: {kind}"] if content else [])]
        lines.append(f"Content-Length: {len(content)}")
        self._last = "\r\n".join([*lines, "", ""]).encode() + content, to
        self._socket.sendto(*self._last)


@contextmanager
def peer() -> Iterator[Peer]:
    """Open a peer on a free port."""
    opened = Peer()
    try:
        yield opened
    finally:
        opened.close()
