"""A socket that speaks SIP as a test tells it to, over UDP: what every such peer has."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sipflow.sip.status import reason_phrase

HOST = "127.0.0.1"
LIMIT = 60.0


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


class UdpPeer:
    """A socket, as a context manager; ``port`` is where it listens."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(LIMIT)
        self.port = int(self._socket.getsockname()[1])

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
        """Return the next message; it must begin so."""
        data, source = self._socket.recvfrom(65536)
        message = Message(data.decode(), source)
        assert message.start == start, message.text
        return message

    def is_quiet(self, seconds: float) -> bool:
        """Tell whether nothing comes for so many seconds."""
        self._socket.settimeout(seconds)
        try:
            self._socket.recv(65536, socket.MSG_PEEK)
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(LIMIT)
        return False

    def respond(
        self, request: Message, code: int, tag: str, headers: Iterable[str] = (), body: str = ""
    ) -> None:
        """Send a response; ``tag`` is this side's, where the dialog has none yet."""
        to = request.header("To")
        to = to if ";tag=" in to else f"{to};tag={tag}"
        copied = [request.header(name) for name in ("Via", "From", "Call-ID", "CSeq")]
        start = f"SIP/2.0 {code} {reason_phrase(code)}"
        self.send(request.source, start, [*copied, to, *headers], body)

    def send(
        self, target: tuple[str, int], start: str, headers: Iterable[str], body: str = ""
    ) -> None:
        """Send a message; a body is a session description."""
        kind = ["Content-Type: application/sdp"] if body else []
        lines = [start, *headers, *kind, f"Content-Length: {len(body)}", "", body]
        self._socket.sendto("\r\n".join(lines).encode(), target)
