"""A registrar that is not ours: a socket that answers each REGISTER as the test says."""

import re
import socket
from types import TracebackType
from typing import Self

from tests.worker.ua.stranger import HOST, LIMIT, Message

_PHRASES = {200: "OK", 401: "Unauthorized", 403: "Forbidden", 423: "Interval Too Brief"}
CHALLENGE = 'WWW-Authenticate: Digest realm="home", nonce="n1"'


class Registrar:
    """One registrar, as a context manager. ``uri`` reaches it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(LIMIT)
        self.uri = f"sip:{HOST}:{self._socket.getsockname()[1]}"
        self._heard: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def hear(self) -> Message:
        """Return the next REGISTER that is no repetition of one before."""
        while True:
            data, source = self._socket.recvfrom(65536)
            message = Message(data.decode(), source)
            assert message.start == "REGISTER", message.text
            if message.header("Via") not in self._heard:
                self._heard.add(message.header("Via"))
                return message

    def answer(self, request: Message, code: int, *headers: str) -> None:
        """Send a response."""
        copied = [request.header(name) for name in ("Via", "From", "Call-ID", "CSeq")]
        lines = [
            f"SIP/2.0 {code} {_PHRASES[code]}",
            *copied,
            f"{request.header('To')};tag=registrar",
            *headers,
            "Content-Length: 0",
            "\r\n",
        ]
        self._socket.sendto("\r\n".join(lines).encode(), request.source)

    def confirm(self, request: Message, expires: int) -> None:
        """Answer 200: its Contact is registered for so many seconds, or not any more (0)."""
        contact = f"{request.header('Contact')};expires={expires}"
        self.answer(request, 200, *([contact] if expires else []))


def asked_for(request: Message) -> int:
    """Return for how many seconds a REGISTER asks."""
    found = re.search(r"Expires: ([0-9]+)", request.header("Expires"))
    assert found is not None, request.text
    return int(found[1])
