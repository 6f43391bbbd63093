"""Programs that follow a run: each a process of its own, and what it has seen.

Run as ``python -m tests.end_to_end.readers ENDPOINT MILLISECONDS``: prints each event as the event
log has it, and takes so long for each.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from sipflow import subscribe
from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT, ROOT

SUBSCRIBER = [sys.executable, "-m", "tests.end_to_end.readers"]
EXAMPLE = [sys.executable, str(EXAMPLES / "subscriber.py")]
WATCH = [*COMMAND, "watch", "--json"]


class Reader(AbstractContextManager["Reader"]):
    """A program that reads, until it ends; what it prints goes to a file and is no burden."""

    def __init__(self, folder: Path, *command: str) -> None:
        number = len(list(folder.glob("reader-*.out")))
        self._printed = [folder / f"reader-{number}{suffix}" for suffix in (".out", ".err")]
        with self._printed[0].open("wb") as out, self._printed[1].open("wb") as err:
            self._process = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Have it do nothing, as Ctrl-Z does, and return when it does nothing."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def go_on(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def has_seen(self) -> bool:
        """Tell whether it has printed anything yet."""
        return self._printed[0].stat().st_size > 0

    def end(self, limit: float = LIMIT) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait(limit)

    @property
    def lines(self) -> list[str]:
        """What it has printed."""
        return self._printed[0].read_text().splitlines()

    @property
    def complaint(self) -> str:
        """What it has printed to standard error."""
        return self._printed[1].read_text()


def main(endpoint: str, milliseconds: str) -> None:
    """Follow a run."""
    for event in subscribe(endpoint):
        sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
        sys.stdout.buffer.flush()
        time.sleep(int(milliseconds) / 1000)


if __name__ == "__main__":
    main(*sys.argv[1:])
