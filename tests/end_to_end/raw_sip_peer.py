"""Somebody who speaks SIP to a run without being part of it: raw messages over UDP."""

import re
import secrets
import socket
from contextlib import suppress

HOST = "127.0.0.1"
LIMIT = 60.0
LARGEST = 65_535
SDP = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 4000 RTP/AVP 0",
        "",
    ]
)


class RawPeer:
    """A UDP socket on loopback."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.settimeout(LIMIT)
        self.port = int(self.socket.getsockname()[1])

    def send(self, message: bytes, port: int) -> None:
        """Send a datagram; nobody need be there."""
        with suppress(ConnectionRefusedError):
            self.socket.sendto(message, (HOST, port))

    def receive(self, beginning: bytes) -> bytes:
        """Wait for a message that begins like this; others are passed over."""
        while True:
            with suppress(ConnectionRefusedError):
                message = self.socket.recv(LARGEST)
                if message.startswith(beginning):
                    return message

    def await_answer_of(self, port: int) -> None:
        """Wait until a SIP stack has taken in all that it was sent before."""
        options = request("OPTIONS", self.port, port)
        self.send(options, port)
        call_id = header(options, "Call-ID")
        while header(self.receive(b"SIP/2.0 "), "Call-ID") != call_id:
            pass

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def request(method: str, own: int, port: int, *more: str, body: str = "") -> bytes:
    """Return a request to whoever is at a port, outside of any dialog."""
    lines = [
        f"{method} sip:200@{HOST}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {HOST}:{own};rport;branch=z9hG4bK{secrets.token_hex(6)}",
        "Max-Forwards: 70",
        f"From: <sip:900@{HOST}:{own}>;tag={secrets.token_hex(4)}",
        f"To: <sip:200@{HOST}:{port}>",
        f"Call-ID: {secrets.token_hex(8)}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:900@{HOST}:{own}>",
        *more,
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def invite(own: int, port: int) -> bytes:
    """Return an INVITE with an offer."""
    return request("INVITE", own, port, "Content-Type: application/sdp", body=SDP)


def header(message: bytes, name: str) -> bytes:
    """Return the value of a header; empty if there is none."""
    found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*(.*?)\r\n", message)
    return found[1] if found else b""
