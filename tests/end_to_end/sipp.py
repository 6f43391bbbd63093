"""SIPp on loopback: its built-in caller and callee, and a registrar that answers by a script."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
# proc_net(5): the UDP sockets of this network namespace.
SOCKETS = Path("/proc/self/net/udp")
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
    for _ in range(_TRIES):  # another process may take the port first
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


@contextmanager
def answering(folder: Path, port: int) -> Iterator[None]:
    """Run SIPp's built-in callee (``-sn uas``) on a port of loopback."""
    options = ["-sn", "uas", "-i", HOST, "-p", str(port), "-nostdin"]
    with (folder / "sipp-uas.log").open("wb") as log:
        process = subprocess.Popen(["sipp", *options], cwd=folder, stdout=log, stderr=log)
    try:
        assert _is_bound(process, port), "sipp did not start"
        yield
    finally:
        process.kill()
        process.wait(LIMIT)


def call_once(folder: Path, target: str) -> int:
    """Let SIPp's built-in caller (``-sn uac``) make one call; return its exit code."""
    options = ["-sn", "uac", target, "-i", HOST, "-m", "1", "-nostdin", "-timeout", str(LIMIT)]
    with (folder / "sipp-uac.log").open("wb") as log:
        command = ["sipp", *options]
        return subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False).returncode


def _answer(answer: str, header: str) -> str:
    return _SEND.format(answer=answer, headers=header or "Server: SIPp") if answer else ""


def _start(script: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    options = ["-sf", str(script), "-i", HOST, "-p", str(port), "-nostdin", "-aa"]
    with (folder / "sipp.log").open("wb") as log:
        return subprocess.Popen(["sipp", *options], cwd=folder, stdout=log, stderr=log)


def _is_bound(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until a UDP port is bound; False if the process ends before.

    The kernel's table is read: a socket that tries to bind the port could take it from SIPp.
    """
    while process.poll() is None:
        bound = (line.split()[1] for line in SOCKETS.read_text("ascii").splitlines()[1:])
        if any(int(address.rpartition(":")[2], 16) == port for address in bound):
            return True
    return False


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
