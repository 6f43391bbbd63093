"""Odd messages at a running instance: it lives, and each of them is answered or reported."""

import secrets
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, Event, Outcome
from tests.end_to_end.odd_messages import MESSAGES, SDP, Odd
from tests.end_to_end.raw_sip_peer import HOST, RawPeer, header
from tests.end_to_end.scenarios import write

PORT = 24_060
REFUSING = """\
instances:
  bob: {number: "200"}
flow:
  bob:
    - Repeat: {times: 100}
      steps:
        - INCOMING: {timeout: 60s, leg: "c${round}"}
        - Response: {code: 486, leg: "c${round}"}
          on_failure: [goto: next]
        - TIMEOUT: 0ms
          id: next
"""
TALKING = """\
instances:
  bob: {number: "200"}
flow:
  bob:
    - INCOMING: {timeout: 60s}
    - Answer
    - DISCONNECTED: {timeout: 60s}
"""


class Call:
    """What makes a request one of a dialog; outside of any, each request has a new one."""

    def __init__(self) -> None:
        self.call_id = secrets.token_hex(8)
        self.from_tag = secrets.token_hex(4)
        self.to = f"<sip:200@{HOST}:{PORT}>"
        self.cseq = 0

    def request(self, odd: Odd, own: int, cseq: int, branch: str) -> bytes:
        """Return a request; the odd headers come first, as those that are needed come at once."""
        lines = [
            f"{odd.method} sip:200@{HOST}:{PORT} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{own};rport;branch=z9hG4bK{branch}",
            f"From: <sip:900@{HOST}>;tag={self.from_tag}",
            f"To: {self.to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {odd.method}",
            *odd.headers,
            f"Contact: <sip:900@{HOST}:{own}>",
            *([f"Content-Type: {odd.kind}"] if odd.body else []),
            f"Content-Length: {len(odd.body)}",
        ]
        return ("\r\n".join([*lines, "", ""]) + odd.body).encode("latin-1")

    def send(self, odd: Odd, peer: RawPeer) -> int | None:
        """Send a request and return the code of its final answer, None if there is none."""
        self.cseq += 1
        branch = secrets.token_hex(6)
        peer.send(self.request(odd, peer.port, self.cseq, branch), PORT)
        later = Call()
        peer.send(later.request(Odd("OPTIONS"), peer.port, 1, secrets.token_hex(6)), PORT)
        code = self._final(peer, later.call_id)
        if odd.method == "INVITE" and code is not None:
            acknowledged = branch if code >= 300 else secrets.token_hex(6)
            peer.send(self.request(Odd("ACK"), peer.port, self.cseq, acknowledged), PORT)
        return code

    def _final(self, peer: RawPeer, later: str) -> int | None:
        """Return the code of a final answer; one to a later request shows that there is none."""
        is_over, awaited, code = False, False, None
        while not is_over or (awaited and code is None):
            answer = peer.receive(b"SIP/2.0 ")
            if header(answer, "Call-ID").decode() == later:
                is_over = True
            elif header(answer, "CSeq").startswith(b"%d " % self.cseq):
                awaited = True
                number = int(answer.split(b" ", 2)[1])
                code = number if number >= 200 else code
                self.to = header(answer, "To").decode() if number == 200 else self.to
        return code


@pytest.fixture
def sockets() -> Iterator[ExitStack]:
    """Close in the end what is opened in a test."""
    with ExitStack() as opened:
        yield opened


def opened(sockets: ExitStack) -> RawPeer:
    """Return a new socket: by its address an event says which message it is about."""
    peer = RawPeer()
    sockets.callback(peer.close)
    return peer


def check(outcome: Outcome, answers: dict[str, tuple[int, int | None]]) -> None:
    """Require that no worker has died, and that what was not answered was reported."""
    assert outcome.verdict["instances"]["bob"]["exit"] != "crashed", outcome.stderr
    reported: list[Event] = outcome.of_type("refused")
    peers = {event["peer"] for event in reported}
    unseen = [
        name
        for name, (port, code) in answers.items()
        if code is None and f"{HOST}:{port}" not in peers
    ]
    assert unseen == []
    codes = {code for _, code in answers.values()}
    assert {200, 400, 405, 415} & codes  # they did reach it


def test_outside_of_a_dialog(tmp_path: Path, sockets: ExitStack) -> None:
    answers = {}
    with Coordinator(write(REFUSING, tmp_path), tmp_path, "--base-port", str(PORT)) as coordinator:
        coordinator.wait_for_node("bob-1.1", "running")
        for name, odd in MESSAGES.items():
            peer = opened(sockets)
            answers[name] = (peer.port, Call().send(odd, peer))
        coordinator.signal(signal.SIGINT)
        check(coordinator.finish(), answers)
    assert answers["RFC 3428, a MESSAGE of a type unknown"][1] is not None


def test_in_a_dialog(tmp_path: Path, sockets: ExitStack) -> None:
    answers = {}
    with Coordinator(write(TALKING, tmp_path), tmp_path, "--base-port", str(PORT)) as coordinator:
        coordinator.wait_for_node("bob-1", "running")
        call, caller = Call(), opened(sockets)
        assert call.send(Odd("INVITE", (), SDP), caller) == 200
        coordinator.wait_for_leg("bob", "confirmed")
        for name, odd in MESSAGES.items():
            peer = opened(sockets)
            answers[name] = (peer.port, call.send(odd, peer))
        assert call.send(Odd("BYE"), caller) in (200, 481)
        coordinator.signal(signal.SIGINT)
        check(coordinator.finish(), answers)
