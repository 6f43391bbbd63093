"""A SIP user agent that is not ours: a socket that says exactly what the test tells it to say."""

import re

from tests.worker.ua.udp_peer import HOST, Message, UdpPeer

_TAG = "stranger"


class RawPeer(UdpPeer):
    """One end of one call, as a context manager. ``uri`` reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.uri = f"sip:stranger@{HOST}:{self.port}"
        self._peer: tuple[str, int] = (HOST, 0)
        self._dialog: tuple[str, str, str, str] = ("", "", "", "")
        self._sequence = 100
        self._branches = 0

    def take_call(self, codecs: str = "0") -> None:
        """Answer an INVITE with 200 and await the ACK."""
        invite = self.hear("INVITE")
        self.answer(invite, 200, self.sdp("sendrecv", codecs))
        self.hear("ACK")

    def answer(self, request: Message, code: int, body: str = "") -> None:
        """Send a response."""
        self._peer = request.source
        to = request.header("To")
        to = to if ";tag=" in to else f"{to};tag={_TAG}"
        contacts = re.findall("<(.*?)>", request.header("Contact"))
        self._dialog = (
            re.sub("^To:", "From:", to),
            re.sub("^From:", "To:", request.header("From")),
            request.header("Call-ID"),
            contacts[0] if contacts else self._dialog[3],
        )
        self.respond(request, code, _TAG, [self._contact], body)

    def request(self, method: str, body: str = "", *, refused: bool = False) -> None:
        """Send a request in the dialog of the call that was taken.

        The ACK of a refusal belongs to the transaction of its INVITE (RFC 3261 §17.1.1.3).
        """
        self._sequence += method != "ACK"
        self._branches += not refused
        ours, theirs, identity, target = self._dialog
        via = f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK-stranger-{self._branches}"
        sequence = f"CSeq: {self._sequence} {method}"
        headers = [via, ours, theirs, identity, sequence, "Max-Forwards: 70", self._contact]
        self.send(self._peer, f"{method} {target} SIP/2.0", headers, body)

    def sdp(self, direction: str, codecs: str = "0", connection: str = HOST) -> str:
        """Return a session description."""
        return (
            f"v=0\r\no=- 1 {self._branches + 1} IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {connection}\r\n"
            f"t=0 0\r\nm=audio 40000 RTP/AVP {codecs}\r\na={direction}\r\n"
        )

    @property
    def _contact(self) -> str:
        return f"Contact: <{self.uri}>"
