"""An endpoint whose module of the stack sees messages; a program, because a process has only one.

Run as ``python -m tests.worker.ua.looking HOW``: it sends itself OPTIONS over a socket, and prints
what it saw as one JSON object. ``HOW``: ``see``, ``keep`` requests, ``raise``, or ``elsewhere``,
where a structure is said to begin somewhere else.
"""

import ctypes
import json
import os
import socket
import sys
import tempfile

import pjsua2 as pj

from sipflow.worker.ua.pjsua.stack.config import endpoint_config
from sipflow.worker.ua.pjsua.stack.layout import CallId, CSeq, RxData, TxData
from sipflow.worker.ua.pjsua.stack.stack_module import StackModule
from tests.worker.ua.udp_peer import HOST

_TURN = 50
_TURNS = 5


class Elsewhere(RxData):
    """What is received, with two headers behind all the rest."""

    _fields_ = (  # type: ignore[assignment]
        ("call_id", ctypes.POINTER(CallId)),
        ("cseq", ctypes.POINTER(CSeq)),
    )


class Program:
    """An endpoint, a socket that sends to it, and what the module saw: one of the kind."""

    def __init__(self, how: str) -> None:
        self._how = how
        self._seen: list[object] = []
        self._peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._peer.bind((HOST, 0))
        self._peer.setblocking(False)
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        self._endpoint.libInit(endpoint_config())
        config = pj.TransportConfig()
        config.boundAddress = HOST
        transport = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, config)
        self._port = int(self._endpoint.transportGetInfo(transport).localName.rpartition(":")[2])
        self._endpoint.audDevManager().setNoDev()
        self._endpoint.libStart()
        self._module = StackModule(shape=Elsewhere if how == "elsewhere" else RxData)

    def run(self) -> dict[str, object]:
        """Send one OPTIONS, and a response to nothing; return what came of it."""
        self._module.received_request = self._request
        self._module.received_response = self._response
        self._module.sent_response = self._answer
        self._module.register()
        self._peer.sendto(self._message("OPTIONS sip:b@127.0.0.1 SIP/2.0"), (HOST, self._port))
        self._peer.sendto(self._message("SIP/2.0 200 OK"), (HOST, self._port))
        failure = None
        for _ in range(_TURNS):
            self._endpoint.libHandleEvents(_TURN)
            try:
                self._module.raise_failure()
            except ZeroDivisionError as error:
                failure = str(error)
        return {"seen": self._seen, "answer": self._answered(), "failure": failure}

    def _request(self, message: RxData) -> bool:
        if self._how == "raise":
            raise ZeroDivisionError("of a test")
        identity, cseq = message.call_id.contents, message.cseq.contents
        ours = message.peer == f"{HOST}:{self._peer.getsockname()[1]}"
        self._note("request", message.raw(), [identity.id.raw().decode(), cseq.number, ours])
        return self._how == "keep"

    def _response(self, message: RxData) -> bool:
        self._note("response", message.raw(), [message.message.contents.line.status.code])
        return False

    def _answer(self, message: TxData) -> None:
        self._note("answer", message.raw(), [message.message.contents.line.status.code])

    def _note(self, what: str, raw: bytes, more: list[object]) -> None:
        self._seen.append([what, raw.partition(b"\r\n")[0].decode(), *more])

    def _message(self, start: str) -> bytes:
        port = self._peer.getsockname()[1]
        lines = (
            f"{start}\r\nVia: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK-looking",
            "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:b@127.0.0.1>\r\nCall-ID: one@test",
            "CSeq: 7 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
        )
        return "\r\n".join(lines).encode()

    def _answered(self) -> str | None:
        try:
            return self._peer.recv(65536).partition(b"\r\n")[0].decode()
        except BlockingIOError:
            return None


def main() -> None:
    """Print what was seen, and what was written to standard error."""
    how = sys.argv[1]
    with tempfile.TemporaryFile() as log:
        output = os.dup(1)
        for descriptor in (1, 2):  # the stack prints to the first of them
            os.dup2(log.fileno(), descriptor)
        told = Program(how).run()
        sys.stderr.flush()
        log.seek(0)
        lines = log.read().decode().splitlines()
        told["log"] = [line for line in lines if line.startswith("sipflow")]
        os.write(output, json.dumps(told).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
