"""A SIP user agent that is not ours: a socket that says exactly what the test tells it to say."""

import re
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
LIMIT = 20.0
_PHRASES = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    481: "Call/Transaction Does Not Exist",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    503: "Service Unavailable",
}


@dataclass(frozen=True)
class Message:
    """A SIP message that came in."""

    text: str
    source: tuple[str, int]

    @property
    def start(self) -> str:
        """What it is, in a word or a number: ``INVITE``, ``200``."""
        first, second = self.text.split(" ", 2)[:2]
        return second if first.startswith("SIP/") else first

    def header(self, name: str) -> str:
        """Return the lines of a header, as they are to be copied."""
        pattern = rf"^({name}:.*?)\r$"
        return "\r\n".join(re.findall(pattern, self.text, re.MULTILINE | re.IGNORECASE))

    @property
    def method(self) -> str:
        """The method of a request, or of what a response answers."""
        return self.header("CSeq").split()[-1]

    @property
    def direction(self) -> str:
        """The direction that its SDP gives, an empty text without one."""
        found = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\r?$", self.text, re.MULTILINE)
        return found[1] if found else ""


class Stranger:
    """One end of one call, as a context manager. ``uri`` reaches it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(LIMIT)
        self.port = int(self._socket.getsockname()[1])
        self.uri = f"sip:stranger@{HOST}:{self.port}"
        self._peer: tuple[str, int] = (HOST, 0)
        self._dialog: tuple[str, str, str, str] = ("", "", "", "")
        self._sequence = 100
        self._branches = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def hear(self, start: str) -> Message:
        """Return the next message that is no repetition; it must begin so."""
        data, source = self._socket.recvfrom(65536)
        message = Message(data.decode(), source)
        assert message.start == start, message.text
        return message

    def is_quiet(self, seconds: float) -> bool:
        """Tell whether nothing comes for so many seconds."""
        self._socket.settimeout(seconds)
        try:
            self._socket.recvfrom(65536)
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(LIMIT)
        return False

    def take_call(self, codecs: str = "0") -> None:
        """Answer an INVITE with 200 and await the ACK."""
        invite = self.hear("INVITE")
        self.answer(invite, 200, self.sdp("sendrecv", codecs))
        self.hear("ACK")

    def answer(self, request: Message, code: int, body: str = "") -> None:
        """Send a response."""
        self._peer = request.source
        to = request.header("To")
        to = to if ";tag=" in to else f"{to};tag=stranger"
        self._dialog = (
            re.sub("^To:", "From:", to),
            re.sub("^From:", "To:", request.header("From")),
            request.header("Call-ID"),
            re.findall("<(.*?)>", request.header("Contact") or self._dialog[3])[0]
            if request.header("Contact")
            else self._dialog[3],
        )
        copied = [request.header(name) for name in ("Via", "From", "Call-ID", "CSeq")]
        self._send(f"SIP/2.0 {code} {_PHRASES[code]}", [*copied, to], body)

    def request(self, method: str, body: str = "", *, refused: bool = False) -> None:
        """Send a request in the dialog of the call that was taken.

        The ACK of a refusal belongs to the transaction of its INVITE (RFC 3261 §17.1.1.3).
        """
        self._sequence += method != "ACK"
        self._branches += not refused
        ours, theirs, identity, target = self._dialog
        via = f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK-stranger-{self._branches}"
        headers = [via, ours, theirs, identity, f"CSeq: {self._sequence} {method}"]
        self._send(f"{method} {target} SIP/2.0", [*headers, "Max-Forwards: 70"], body)

    def sdp(self, direction: str, codecs: str = "0", connection: str = HOST) -> str:
        """Return a session description."""
        return (
            f"v=0\r\no=- 1 {self._branches + 1} IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {connection}\r\n"
            f"t=0 0\r\nm=audio 40000 RTP/AVP {codecs}\r\na={direction}\r\n"
        )

    def _send(self, start: str, headers: list[str], body: str) -> None:
        contact = f"Contact: <{self.uri}>"
        kind = ["Content-Type: application/sdp"] if body else []
        lines = [start, *headers, contact, *kind, f"Content-Length: {len(body)}", "", body]
        self._socket.sendto("\r\n".join(lines).encode(), self._peer)
