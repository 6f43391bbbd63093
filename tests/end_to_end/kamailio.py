"""A real registrar and proxy: Kamailio, on a free port of loopback, for one test.

It keeps bindings in memory, challenges every REGISTER (401) and INVITE (407) for one password,
sends what is for a registered user to its Contact, and answers 404 for any other.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "secret"  # of every user
REALM = "sipflow"
HOST = "127.0.0.1"
LIMIT = 60.0
_TRIES = 5

_CONFIGURATION = """\
#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
listen=udp:{host}:{port}
listen=tcp:{host}:{port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "ctl.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", {shortest})
modparam("ctl", "binrpc", "unix:{control}")
request_route {{
    if (has_totag()) {{
        t_relay();
        exit;
    }}
    if (is_method("CANCEL")) {{
        if (t_check_trans()) t_relay();
        exit;
    }}
    if (is_method("REGISTER|INVITE") && !pv_auth_check("{realm}", "{password}", "0", "0")) {{
        auth_challenge("{realm}", "0");
        exit;
    }}
    if (is_method("REGISTER")) {{
        save("location");
        exit;
    }}
    if (!lookup("location")) {{
        sl_send_reply("404", "Not Found");
        exit;
    }}
    t_relay();
}}
"""


@dataclass(frozen=True)
class Kamailio:
    """A running registrar; ``address`` is its ``host:port``."""

    address: str
    control: Path

    def contacts(self) -> list[str]:
        """Return the contacts that are registered now."""
        command = [_program("kamcmd"), "-s", f"unix:{self.control}", "ul.dump"]
        dump = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT)
        lines = (line.strip() for line in dump.stdout.splitlines())
        return [line.removeprefix("Address: ") for line in lines if line.startswith("Address: ")]


@contextmanager
def kamailio(folder: Path, shortest: int = 1) -> Iterator[Kamailio]:
    """Run a registrar that grants no less than ``shortest`` seconds."""
    folder = folder / "kamailio"
    folder.mkdir()
    for _ in range(_TRIES):  # somebody else may take the port first
        port = _free_port()
        process = _start(folder, port, shortest)
        if _answers(process, port):
            break
        process.wait(LIMIT)
    else:
        raise AssertionError(f"kamailio did not start: {(folder / 'log').read_text()}")
    try:
        yield Kamailio(f"{HOST}:{port}", folder / "control")
    finally:
        process.terminate()
        process.wait(LIMIT)


def _start(folder: Path, port: int, shortest: int) -> "subprocess.Popen[bytes]":
    configuration = folder / "kamailio.cfg"
    configuration.write_text(
        _CONFIGURATION.format(
            host=HOST,
            port=port,
            control=folder / "control",
            realm=REALM,
            password=PASSWORD,
            shortest=shortest,
        )
    )
    # -DD: it stays the child of this process, which ends it and its own children by its pid.
    options = ["-DD", "-E", "-f", str(configuration), "-Y", str(folder), "-w", str(folder)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([_program("kamailio"), *options], stdout=log, stderr=log)


def _program(name: str) -> str:
    """Return a program of Debian's package, which puts them where only root looks."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert path is not None, "scripts/install-debian-packages installs kamailio"
    return path


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until it answers a request; False if it ends before."""
    request = "\r\n".join(
        [
            f"OPTIONS sip:nobody@{HOST}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST};rport;branch=z9hG4bKprobe",
            "Max-Forwards: 70",
            f"From: <sip:probe@{HOST}>;tag=probe",
            f"To: <sip:nobody@{HOST}>",
            "Call-ID: probe",
            "CSeq: 1 OPTIONS",
            "Content-Length: 0",
            "\r\n",
        ]
    ).encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.05)  # how often it is asked again
        probe.bind((HOST, 0))
        while process.poll() is None:
            probe.sendto(request, (HOST, port))
            try:
                return probe.recv(4096).startswith(b"SIP/2.0 404")
            except OSError:
                continue
    return False


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
