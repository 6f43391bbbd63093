"""A run of sipflow that is sent hostile messages, and is begun anew if a worker dies of one."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from scripts.bench.hostile.peer import Peer

ROOT = Path(__file__).parents[3]
PORT = 5060
_LIMIT = 60.0
_MOST_KEPT = 40
_LAST_WORDS = "worker's log ends"

CALLED = """\
instances:
  bob: {number: "200"}
flow:
  bob:
    - Repeat: {times: 1000}
      steps:
        - INCOMING: {timeout: 120s, leg: "c${round}"}
          on_failure: [goto: next]
        - Answer: {timeout: 1s, leg: "c${round}"}
          on_failure: [goto: next]
        - DISCONNECTED: {timeout: 800ms, leg: "c${round}"}
          on_failure:
            - Release: {timeout: 400ms, leg: "c${round}"}
              on_failure: [goto: next]
            - goto: next
        - TIMEOUT: 0ms
          id: next
"""
# Has a leg to which in-dialog messages come, and waits for no call itself.
IDLE = """\
instances:
  bob: {number: "200"}
flow:
  bob: [{TIMEOUT: 60m}]
"""
CALLING = """\
instances:
  bob: {number: "200", password: secret}
flow:
  bob:
    - Repeat: {times: 1000}
      steps:
        - MakeCall: {to: "sip:900@127.0.0.1:%d", follow: true, timeout: 700ms, leg: "c${round}"}
          on_failure: [goto: next]
        - TIMEOUT: 20ms
        - Release: {timeout: 500ms, leg: "c${round}"}
          on_failure: [goto: next]
        - TIMEOUT: 0ms
          id: next
"""


class Target:
    """The instance at ``PORT``.

    ``deaths``: after what a worker died, each; ``reported``: the ``refused`` events of all runs, by
    whether there was an answer; ``unusual``: what else went wrong in a run.
    """

    def __init__(self, scenario: str, folder: Path) -> None:
        self._scenario = folder / "hostile.yaml"
        self._folder = folder
        self._text = scenario
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "events.jsonl"
        self._sent: list[bytes] = []
        self._crashes = 0
        self._reason = ""
        self.deaths: list[str] = []
        self.reported: Counter[str] = Counter()
        self.unusual: list[str] = []

    def begin(self, peer: Peer) -> None:
        """Start a run if there is none; return when its instance answers."""
        if self._process is not None:
            return
        self._scenario.write_text(self._text)
        self._log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "sipflow", "start", str(self._scenario), "--json"]
        options = ["--event-log", str(self._log), "--base-port", str(PORT)]
        with (self._folder / "out").open("wb") as out, (self._folder / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [*command, *options], stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=ROOT
            )
        self._sent = []
        end = time.monotonic() + _LIMIT
        while not peer.is_answered(PORT):
            if self._process.poll() is not None or time.monotonic() > end:
                sys.exit(f"no run began: {(self._folder / 'err').read_text()}")

    def send(self, peer: Peer, message: bytes) -> None:
        """Send a message, and keep the last ones in case the worker dies."""
        self._sent = [*self._sent[-_MOST_KEPT:], message]
        peer.send(message, PORT)

    def lives(self, peer: Peer, what: str) -> bool:
        """Tell whether the instance answers; if not, note what it was sent and end the run."""
        process = self._process
        assert process is not None
        if process.poll() is None and peer.is_answered(PORT):
            return True
        number = len(self.deaths) + 1
        name = "".join(one if one.isalnum() else "-" for one in what)[:40]
        kept = self._folder / f"death-{name}-{number}"
        kept.write_bytes(b"\n=== sent ===\n".join(self._sent))
        crashes = self._crashes
        hung = process.poll() is None
        self.end()
        if self._crashes > crashes or hung:
            what += ", which hung" if hung and self._crashes == crashes else ""
            self.deaths.append(f"{what}: {self._reason} (see {kept})")
        elif process.returncode != 0:
            self.unusual.append(f"the run ended after {what}: {self._reason}")
        return False

    def finish(self) -> None:
        """End the run; a worker may have died since the last look."""
        crashes = self._crashes
        self.end()
        if self._crashes > crashes:
            self.deaths.append(f"at the end of a run: {self._reason}")

    def end(self) -> None:
        """End the run as Ctrl-C does and read what it came to."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.unusual.append("a run did not end at SIGINT")
        self._read()

    def _read(self) -> None:
        last_words = ""
        for line in self._log.read_text().splitlines():
            event = json.loads(line)
            if event["type"] == "refused":
                self.reported["answered" if event["code"] else "dropped or corrected"] += 1
            elif event["type"] == "action-log" and _LAST_WORDS in event["message"]:
                last_words = " / " + event["message"].strip().splitlines()[-1]
        printed = (self._folder / "out").read_text()
        verdict = json.loads(printed) if printed.strip() else {}
        exits = [instance["exit"] for instance in verdict.get("instances", {}).values()]
        if not verdict:
            self.unusual.append("a run ended without a verdict")
        reason = verdict.get("reason") or {}
        self._reason = f"{reason.get('node')} {reason.get('message')}{last_words}"
        self._crashes += exits.count("crashed")
