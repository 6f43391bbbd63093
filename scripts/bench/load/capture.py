"""Captures the SIP of a load on loopback with dumpcap, and reads it back with tshark."""

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench.load.delays import Message

FIRST_PORT, LAST_PORT = 7_000, 7_999
LIMIT = 120.0
# For dumpcap to see what was last on the wire: it empties the kernel's buffer ten times a second.
SETTLE = 1.0
BUFFER_MIB = "64"
_DROPPED = re.compile(r"received/dropped on interface .*: (\d+)/(\d+)")
_FIELDS = ("frame.time_epoch", "sip.Call-ID", "sip.CSeq.method", "sip.Status-Code")


@dataclass
class Captured:
    """What was captured, once it has ended."""

    received: int = 0
    dropped: int = 0
    messages: list[Message] = field(default_factory=list)


@contextmanager
def capture() -> Iterator[Captured]:
    """Capture UDP between our SIP ports as long as the block lasts."""
    found = Captured()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "load.pcapng"
        process = subprocess.Popen(
            [
                *("dumpcap", "-i", "lo", "-B", BUFFER_MIB, "-w", str(file)),
                *("-f", f"udp portrange {FIRST_PORT}-{LAST_PORT}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("File:"):
                    break
            yield found
            time.sleep(SETTLE)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
            process.wait()
        if counts := _DROPPED.search(told):
            found.received, found.dropped = int(counts[1]), int(counts[2])
        found.messages = read(file)


def read(file: Path) -> list[Message]:
    """Return the SIP messages of a capture in the order of the wire."""
    wanted = [part for name in _FIELDS for part in ("-e", name)]
    answer = subprocess.run(
        [
            *("tshark", "-r", str(file), "-n", "-Y", "sip", "-T", "fields", *wanted),
            *("-d", f"udp.port=={FIRST_PORT}-{LAST_PORT},sip"),
        ],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=LIMIT,
    )
    return [message(line) for line in answer.stdout.splitlines()]


def message(line: str) -> Message:
    """Return the message of a line of tshark's."""
    moment, call_id, method, code = line.split("\t")
    return Message(float(moment), call_id, method, int(code) if code else None)
