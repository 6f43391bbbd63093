"""SIPp as a registrar that answers every REGISTER by a script, on a free port of loopback."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
LIMIT = 60.0
_TRIES = 5

_SCRIPT = """\
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="registrar">
{steps}</scenario>
"""
_RECEIVE = """\
  <recv request="REGISTER" crlf="true"/>
"""
_SEND = """\
  <send><![CDATA[
      SIP/2.0 {answer}
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPp[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      {headers}
      Content-Length: 0

  ]]></send>
"""


@contextmanager
def registrar(folder: Path, *answers: tuple[str, str]) -> Iterator[str]:
    """Answer the REGISTERs of each Call-ID in turn; give the registrar's ``host:port``.

    An answer is its code and phrase, and a header; an empty one is silence.
    """
    script = folder / "registrar.xml"
    steps = "".join(_RECEIVE + _answer(*one) for one in answers)
    script.write_text(_SCRIPT.format(steps=steps))
    for _ in range(_TRIES):  # somebody else may take the port first
        port = _free_port()
        process = _start(script, folder, port)
        if _is_bound(process, port):
            break
    else:
        raise AssertionError("sipp did not start")
    try:
        yield f"{HOST}:{port}"
    finally:
        process.kill()
        process.wait(LIMIT)


def _answer(answer: str, header: str) -> str:
    return _SEND.format(answer=answer, headers=header or "Server: SIPp") if answer else ""


def _start(script: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    options = ["-sf", str(script), "-i", HOST, "-p", str(port), "-nostdin", "-aa"]
    with (folder / "sipp.log").open("wb") as log:
        return subprocess.Popen(["sipp", *options], cwd=folder, stdout=log, stderr=log)


def _is_bound(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until somebody has the port; False if the process ends before."""
    while process.poll() is None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                return True
    return False


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
