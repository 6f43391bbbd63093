"""More sockets are wanted of a worker than its SIP stack has: it refuses calls, and lives on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import create_connection

import pytest

from tests.end_to_end.harness import Coordinator, Outcome
from tests.end_to_end.raw_sip_peer import HOST, SDP, RawPeer, invite, request
from tests.end_to_end.scenarios import write

ALICE, BOB = 24_160, 24_162
# A connection that is not admitted is tried again by the kernel after a second.
CONNECTED = 1.5
SIXTEEN_LINES = SDP + "m=audio 29010 RTP/AVP 0\r\n" * 15

CALL = """\
name: a call beside which much comes in
instances:
  alice: {number: "100", transport: tcp}
  bob: {number: "200", transport: tcp}
flow:
  alice:
    - MakeCall: bob
    - MESSAGE: {body: go on, timeout: 100s}
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED: {timeout: 100s}
"""


@pytest.fixture
def raw_peer() -> Iterator[RawPeer]:
    """Open a socket that has no part in the run."""
    raw_peer = RawPeer()
    yield raw_peer
    raw_peer.close()


def offer(raw_peer: RawPeer, *headers: str, body: str = SDP) -> bytes:
    """Return an INVITE to bob."""
    sdp = "Content-Type: application/sdp"
    return request("INVITE", raw_peer.port, BOB, sdp, *headers, body=body)


def cancel(call: bytes) -> bytes:
    """Return the CANCEL of an INVITE."""
    head = call.partition(b"\r\n\r\n")[0].replace(b"INVITE", b"CANCEL")
    kept = (line for line in head.split(b"\r\n") if not line.startswith(b"Content-"))
    return b"\r\n".join([*kept, b"Content-Length: 0", b"", b""])


def cancelled_calls(raw_peer: RawPeer, count: int) -> None:
    """Send INVITEs, each with its CANCEL."""
    for _ in range(count):
        call = invite(raw_peer.port, BOB)
        raw_peer.send(call, BOB)
        raw_peer.send(cancel(call), BOB)


def with_many_lines(raw_peer: RawPeer, held: ExitStack) -> None:
    for _ in range(3):
        raw_peer.send(offer(raw_peer, body=SIXTEEN_LINES), BOB)


def refused_by_the_stack(raw_peer: RawPeer, held: ExitStack) -> None:
    for _ in range(40):
        raw_peer.send(offer(raw_peer, "Supported: timer", "Session-Expires: 30"), BOB)


def cancelled_at_once(raw_peer: RawPeer, held: ExitStack) -> None:
    cancelled_calls(raw_peer, 60)


def beside_held_connections(raw_peer: RawPeer, held: ExitStack) -> None:
    with suppress(TimeoutError):
        for _ in range(50):
            held.enter_context(create_connection((HOST, BOB), CONNECTED))
    for _ in range(10):
        cancelled_calls(raw_peer, 1)
        raw_peer.await_answer_of(BOB)


def played(folder: Path, raw_peer: RawPeer, burst: Callable[[RawPeer, ExitStack], None]) -> Outcome:
    """Let the call be up, send a burst to bob, and let the call end."""
    path = write(CALL, folder)
    with Coordinator(path, folder, "--base-port", str(ALICE)) as coordinator, ExitStack() as held:
        coordinator.wait_for_node("alice-2", "running")
        burst(raw_peer, held)
        raw_peer.await_answer_of(BOB)
        raw_peer.send(go_on(raw_peer), ALICE)
        return coordinator.finish()


def go_on(raw_peer: RawPeer) -> bytes:
    """Return the text for which alice waits."""
    return request("MESSAGE", raw_peer.port, ALICE, "Content-Type: text/plain", body="go on")


@pytest.mark.parametrize(
    "burst", [with_many_lines, refused_by_the_stack, cancelled_at_once, beside_held_connections]
)
def test_the_run_goes_on(
    tmp_path: Path, raw_peer: RawPeer, burst: Callable[[RawPeer, ExitStack], None]
) -> None:
    outcome = played(tmp_path, raw_peer, burst)

    assert outcome.exit_code == 0, outcome.verdict["reason"]
    assert set(outcome.nodes("bob").values()) == {"completed"}


def test_it_is_said_why_an_invite_was_refused(tmp_path: Path, raw_peer: RawPeer) -> None:
    outcome = played(tmp_path, raw_peer, with_many_lines)

    said = "its audio needs 32 ports, and the instance has 20"
    refused = [event for event in outcome.of_type("refused") if said in event["message"]]
    assert [event["code"] for event in refused] == [503, 503, 503]
