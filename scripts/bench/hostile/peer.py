"""A peer that speaks SIP over UDP as raw text, and dialogs of it with an instance."""

import re
import secrets
import socket
import time
from contextlib import suppress

HOST = "127.0.0.1"
LARGEST = 65_535
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 29000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)
_AWAITED = 3.0
_REPEATED = 0.5


class Peer:
    """A UDP socket that counts the final answers to what it has sent.

    ``port``: where it is. ``answered``: the requests that got a final answer. ``call_id``: of its
    dialog; what a mutated INVITE has set up beside that is hung up at once.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, port))
        self.port = int(self._socket.getsockname()[1])
        self.answered: set[tuple[str, ...]] = set()
        self.call_id = ""

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, message: str | bytes, port: int) -> None:
        """Send a datagram to a port, where nothing need be."""
        data = message if isinstance(message, bytes) else message.encode("latin-1")
        with suppress(ConnectionRefusedError):
            self._socket.sendto(data, (HOST, port))

    def receive(self, seconds: float) -> str | None:
        """Return the next message within so many seconds, None if there is none."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with suppress(ConnectionRefusedError, TimeoutError):
                message = self._socket.recv(LARGEST).decode("latin-1")
                if is_final(message):
                    identity = (
                        header(message, "Call-ID"),
                        header(message, "CSeq"),
                        branch(message),
                    )
                    self.answered.add(identity)
                self._end_stray(message)
                return message
        return None

    def _end_stray(self, message: str) -> None:
        """Hang up a call that was not meant to be one."""
        call_id = header(message, "Call-ID")
        number, _, method = header(message, "CSeq").partition(" ")
        target = uri(header(message, "Contact"))
        is_taken = message.startswith("SIP/2.0 2") and method == "INVITE" and number.isdecimal()
        if not is_taken or call_id == self.call_id or not target.startswith("sip:"):
            return
        port = int(target.rpartition(":")[2]) if target.rpartition(":")[2].isdecimal() else 5060
        ids = {"from_": header(message, "From"), "to": header(message, "To"), "call_id": call_id}
        for name, cseq in (("ACK", int(number)), ("BYE", int(number) + 1)):
            text = request(name, self.port, port, **ids, cseq=cseq, target=target)
            self.send(text, port)

    def is_answered(self, port: int) -> bool:
        """Tell whether OPTIONS outside of any dialog are answered: the instance lives."""
        call_id = secrets.token_hex(8)
        options = request("OPTIONS", self.port, port, call_id=call_id)
        end = time.monotonic() + _AWAITED
        while time.monotonic() < end:
            self.send(options, port)
            again = time.monotonic() + _REPEATED
            while (left := again - time.monotonic()) > 0:
                message = self.receive(left)
                if message and is_final(message) and header(message, "Call-ID") == call_id:
                    self.answered.discard((call_id, "1 OPTIONS", branch(message)))
                    return True
        return False


class Dialog:
    """A dialog that a peer has set up: ``is_up``, or else ``code`` is why not."""

    def __init__(self, peer: Peer, port: int, *headers: str, sdp: str = SDP) -> None:
        self._peer, self._port = peer, port
        self._call_id = peer.call_id = secrets.token_hex(8)
        self._from = f"<sip:900@{HOST}:{peer.port}>;tag={secrets.token_hex(4)}"
        self._to = f"<sip:200@{HOST}:{port}>"
        self._target = f"sip:200@{HOST}:{port}"
        self.cseq = 1
        self.code = 0
        self.invite = self.request("INVITE", *headers, body=sdp, cseq=1)
        peer.send(self.invite, port)
        self._await_answer()

    @property
    def is_up(self) -> bool:
        """Whether the INVITE was answered with 200."""
        return self.code == 200

    def _await_answer(self) -> None:
        end = time.monotonic() + _AWAITED
        while self.code < 200 and (left := end - time.monotonic()) > 0:
            message = self._peer.receive(left)
            if message is None or header(message, "Call-ID") != self._call_id:
                continue
            if message.startswith("SIP/2.0 "):
                self.code = code_of(message)
                self._to = header(message, "To")
                self._target = uri(header(message, "Contact")) or self._target
        if self.code >= 200:
            place = {} if self.is_up else {"branch": branch(self.invite)}
            self._peer.send(self.request("ACK", cseq=1, **place), self._port)

    def request(
        self, method: str, *headers: str, body: str = "", cseq: int | None = None, **other: str
    ) -> str:
        """Return a request of the dialog."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        return request(
            method,
            self._peer.port,
            self._port,
            *headers,
            body=body,
            cseq=cseq,
            **{"call_id": self._call_id, "from_": self._from, "to": self._to, **other},
            target=self._target,
        )

    def identity(self, method: str) -> str:
        """Return the lines that make the next request one of this dialog."""
        self.cseq += 1
        return (
            f"From: {self._from}\r\nTo: {self._to}\r\nCall-ID: {self._call_id}\r\n"
            f"CSeq: {self.cseq} {method}\r\n"
        )

    def end(self) -> None:
        """Hang up, however far the other side has counted."""
        for cseq in (self.cseq + 1, 100_000, 2_000_000_000):
            self._peer.send(self.request("BYE", cseq=cseq), self._port)
            end = time.monotonic() + _REPEATED
            while (left := end - time.monotonic()) > 0:
                message = self._peer.receive(left)
                if message and header(message, "CSeq") == f"{cseq} BYE" and is_final(message):
                    if code_of(message) in (200, 481):
                        return
                    break


def request(
    method: str, own: int, port: int, *headers: str, body: str = "", **other: object
) -> str:
    """Return a request, outside of any dialog unless ``other`` says otherwise."""
    lines = [
        f"{method} {other.get('target', f'sip:200@{HOST}:{port}')} SIP/2.0",
        f"Via: SIP/2.0/UDP {HOST}:{own};rport;branch={other.get('branch') or new_branch()}",
        "Max-Forwards: 70",
        f"From: {other.get('from_') or f'<sip:900@{HOST}:{own}>;tag={secrets.token_hex(4)}'}",
        f"To: {other.get('to', f'<sip:200@{HOST}:{port}>')}",
        f"Call-ID: {other.get('call_id') or secrets.token_hex(8)}",
        f"CSeq: {other.get('cseq', 1)} {method}",
        f"Contact: <sip:900@{HOST}:{own}>",
        *headers,
        *([f"Content-Type: {other.get('kind', 'application/sdp')}"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", body])


def answer(message: str, start: str, own: int, *headers: str, body: str = "") -> str:
    """Return an answer to a request that came in."""
    copied = [
        f"{name}: {value}"
        for name in ("Via", "From", "Call-ID", "CSeq")
        for value in [header(message, name)]
    ]
    to = header(message, "To")
    lines = [
        f"SIP/2.0 {start}",
        *copied,
        f"To: {to if 'tag=' in to else f'{to};tag=peer'}",
        f"Contact: <sip:900@{HOST}:{own}>",
        *headers,
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", body])


def new_branch() -> str:
    """Return a branch that no other request has."""
    return f"z9hG4bK{secrets.token_hex(6)}"


def header(message: str, name: str) -> str:
    """Return the value of a header, empty without one."""
    found = re.search(rf"^{name}[ \t]*:[ \t]*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def branch(message: str) -> str:
    """Return the branch of the topmost Via."""
    return header(message, "Via").partition("branch=")[2].partition(";")[0]


def uri(value: str) -> str:
    """Return the URI between the angle brackets of a header's value."""
    return value.partition("<")[2].partition(">")[0]


def code_of(message: str) -> int:
    """Return the status code of a response."""
    return int(message.split(" ", 2)[1])


def is_final(message: str) -> bool:
    """Tell whether a message is a final response."""
    return message.startswith("SIP/2.0 ") and not message.startswith("SIP/2.0 1")
