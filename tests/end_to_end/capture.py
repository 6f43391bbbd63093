"""What is on the wire, as tshark decodes it: the word of a third party about our SIP and RTP.

A capture begins and ends at exact moments without sleeping: a datagram of its own, sent to a port
of its own that the capture filter lets through, is seen in tshark's output before the test goes on,
and another one before tshark is ended. So all that lies between the two is in the file.
"""

import json
import select
import socket
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LIMIT = 60.0
LOWEST_FINAL = 200
_PATIENCE = 0.1
_WAKING = "0d:0a:0d:0a"
_PROBE = b"sipflow capture probe"


@dataclass(frozen=True)
class SipMessage:
    """A SIP message as it was on the wire; ``time`` is Unix time in seconds."""

    frame: int
    time: float
    source: int
    destination: int
    text: str

    @property
    def start_line(self) -> str:
        """The request line or the status line."""
        return self.text.partition("\r\n")[0]

    @property
    def method(self) -> str:
        """The method of a request, an empty text for a response."""
        return "" if self.start_line.startswith("SIP/2.0") else self.start_line.partition(" ")[0]

    @property
    def code(self) -> int | None:
        """The status code of a response, None for a request."""
        return None if self.method else int(self.start_line.split()[1])

    @property
    def branch(self) -> tuple[str, str]:
        """What a request and its responses have in common: the branch and the CSeq."""
        branch = (self.header("Via") or "").partition("branch=")[2].partition(";")[0]
        return branch, self.header("CSeq") or ""

    @property
    def body(self) -> str:
        """What comes after the headers."""
        return self.text.partition("\r\n\r\n")[2]

    @property
    def direction(self) -> str | None:
        """The direction of the first media stream of its SDP, None without SDP."""
        if "\r\nm=" not in self.body:
            return None
        words = ("sendrecv", "sendonly", "recvonly", "inactive")
        lines = self.body.partition("\r\nm=")[2].splitlines()
        return next((word for word in words if f"a={word}" in lines), "sendrecv")

    def header(self, name: str) -> str | None:
        """Return the first value of a header by its long name, None where there is none."""
        for line in self.text.partition("\r\n\r\n")[0].split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return None


class Capture:
    """tshark at work on the loopback interface, as a context manager; ask it after the block.

    ``filter`` is a capture filter, for example ``udp portrange 5060-5070``. SIP is decoded on any
    port of ``sip_ports``; RTP follows from the SDP.
    """

    def __init__(self, folder: Path, filter: str, sip_ports: Iterable[int] = ()) -> None:
        self.file = folder / f"capture-{len(list(folder.glob('capture-*')))}.pcapng"
        self._sip_ports = tuple(sip_ports)
        self._target = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._target.bind(("127.0.0.1", 0))
        self._port = int(self._target.getsockname()[1])
        self._process = subprocess.Popen(
            [
                *("tshark", "-i", "lo", "-n", "-l", "-q", "-w", str(self.file), "-P"),
                *("-f", f"({filter}) or udp dst port {self._port}"),
                *("-T", "fields", "-e", "udp.dstport", "-e", "udp.payload"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._unread = b""
        self._probes = 0
        self._sip: list[SipMessage] | None = None  # decoded once: tshark takes its time

    def __enter__(self) -> Self:
        try:
            self._catch_up()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._catch_up()
        finally:
            self._end()

    def sip(self) -> list[SipMessage]:
        """Return the SIP messages in the order of the wire, repetitions included."""
        if self._sip is None:
            self._sip = self._decoded_sip()
        return self._sip

    def requests(self, method: str) -> list[SipMessage]:
        """Return the requests of a method, each once: repetitions have the same Via and CSeq."""
        found: dict[tuple[str | None, str | None], SipMessage] = {}
        for message in self.sip():
            if message.method == method:
                found.setdefault((message.header("Via"), message.header("CSeq")), message)
        return list(found.values())

    def answers(self, request: SipMessage) -> list[int]:
        """Return the codes of the responses to a request, repetitions included."""
        return [
            message.code
            for message in self.sip()
            if message.code is not None
            and message.source == request.destination
            and message.branch == request.branch
        ]

    def unanswered(self) -> list[SipMessage]:
        """Return the requests that no final response came to; an ACK has none."""
        methods = {message.method for message in self.sip()} - {"", "ACK"}
        return [
            request
            for method in methods
            for request in self.requests(method)
            if not any(code >= LOWEST_FINAL for code in self.answers(request))
        ]

    def fields(self, display_filter: str, *names: str) -> list[tuple[str, ...]]:
        """Return fields of the packets that a display filter lets through, a tuple a packet.

        A field that a packet has several times is one text with commas, one that it lacks is empty.
        """
        wanted = [part for name in names for part in ("-e", name)]
        lines = self._decode(display_filter, "-T", "fields", "-E", "separator=/t", *wanted)
        return [tuple(line.split("\t")) for line in lines.splitlines()]

    def packets(self, display_filter: str) -> list[dict[str, Any]]:
        """Return the layers of the packets that a display filter lets through."""
        decoded = json.loads(self._decode(display_filter, "-T", "json") or "[]")
        return [packet["_source"]["layers"] for packet in decoded]

    def malformed(self) -> list[tuple[str, ...]]:
        """Return number and protocols of every packet that tshark calls malformed.

        What wakes a worker, two line ends (RFC 5626 §3.5.1), comes from a port of the system's
        choice, which tshark may take for another protocol's.
        """
        found = f"_ws.malformed and not udp.payload == {_WAKING}"
        return self.fields(found, "frame.number", "frame.protocols")

    def _decoded_sip(self) -> list[SipMessage]:
        names = ("frame.number", "frame.time_epoch", "udp.srcport", "udp.dstport", "udp.payload")
        return [
            SipMessage(
                int(frame), float(time), int(source), int(to), bytes.fromhex(payload).decode()
            )
            for frame, time, source, to, payload in self.fields("sip", *names)
        ]

    def _decode(self, display_filter: str, *output: str) -> str:
        as_sip = [
            part
            for port in self._sip_ports
            for transport in ("udp", "tcp")
            for part in ("-d", f"{transport}.port=={port},sip")
        ]
        answer = subprocess.run(
            [
                *("tshark", "-r", str(self.file), "-n", *as_sip, *output),
                *("-Y", f"({display_filter}) and not udp.dstport=={self._port}"),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def _catch_up(self) -> None:
        """Wait until tshark has written a datagram that is sent now; one may be lost at first."""
        self._probes += 1
        probe = _PROBE + b" %d" % self._probes
        wanted = f"{self._port}\t{probe.hex()}".encode()
        for _ in range(round(LIMIT / _PATIENCE)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(probe, ("127.0.0.1", self._port))
            if self._saw(wanted):
                return
        raise AssertionError(f"tshark does not capture (exit code {self._process.poll()})")

    def _saw(self, wanted: bytes) -> bool:
        output = self._process.stdout
        assert output is not None
        while select.select([output], [], [], _PATIENCE)[0]:
            read = output.read(65536)
            if not read:
                return False
            *lines, self._unread = (self._unread + read).split(b"\n")
            if wanted in lines:
                return True
        return False

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(LIMIT)
        finally:
            self._process.kill()
            self._process.communicate()
            self._target.close()
