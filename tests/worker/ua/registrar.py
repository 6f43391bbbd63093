"""A registrar that is not ours: a socket that answers each REGISTER as the test says."""

import re

from tests.worker.ua.udp_peer import HOST, Message, UdpPeer

CHALLENGE = 'WWW-Authenticate: Digest realm="home", nonce="n1"'


class Registrar(UdpPeer):
    """One registrar, as a context manager. ``uri`` reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.uri = f"sip:{HOST}:{self.port}"
        self._heard: set[str] = set()

    def hear(self, start: str = "REGISTER") -> Message:
        """Return the next REGISTER that is no repetition of one before."""
        while True:
            message = super().hear(start)
            if message.header("Via") not in self._heard:
                self._heard.add(message.header("Via"))
                return message

    def answer(self, request: Message, code: int, *headers: str) -> None:
        """Send a response."""
        self.respond(request, code, "registrar", headers)

    def confirm(self, request: Message, expires: int) -> None:
        """Answer 200: its Contact is registered for so many seconds, or not any more (0)."""
        contact = f"{request.header('Contact')};expires={expires}"
        self.answer(request, 200, *([contact] if expires else []))


def asked_for(request: Message) -> int:
    """Return for how many seconds a REGISTER asks."""
    found = re.search(r"Expires: ([0-9]+)", request.header("Expires"))
    assert found is not None, request.text
    return int(found[1])
